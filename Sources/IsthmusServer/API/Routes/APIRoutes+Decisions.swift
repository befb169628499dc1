import IsthmusCore
import IsthmusIngest
import IsthmusStore

/// What people decide on findings and identities.
extension APIRoutes {
  private static let reason = Schema.Property(
    "reason", .string(.init(lengths: 1...2000)), required: true, "Why; kept in the history.")

  static let decisionRoutes: [Route] = [
    Route(
      .put, "/findings/{id}/decision", "decideFinding", .decisions, .role(.operator),
      "Ignores a finding or accepts its risk"
    ) { request, services in
      let id: FindingID = try request.id("id", "finding")
      let body = request.json ?? .null
      let kind: FindingDecision.Kind = body["decision"]?.string == "ignored" ? .ignored : .riskAccepted
      let until = body["until"]?.string.flatMap { Timestamp(iso8601: $0) }
      return try await decide(id, kind, body["reason"]?.string ?? "", until, request, services)
    }.with {
      $0.description = "It does not count in its host's score until the decision ends or is taken back."
      $0.body = .init(
        .object(
          .init("decision", .choice(["ignored", "riskAccepted"]), required: true), reason,
          .init("until", .nullable(.dateTime), "When it ends; without one it holds until it is taken back.")))
      $0.content = .json(decisionAnswer)
    },
    Route(
      .delete, "/findings/{id}/decision", "takeBackDecision", .decisions, .role(.operator),
      "Takes a decision on a finding back"
    ) { request, services in
      let id: FindingID = try request.id("id", "finding")
      return try await decide(id, nil, request.value("reason") ?? "", nil, request, services)
    }.with {
      $0.parameters = [.init("reason", .string(.init(lengths: 1...2000)), required: true, "Why; kept in the history.")]
      $0.content = .json(decisionAnswer)
      $0.problems = [.invalid]
    },
    Route(
      .post, "/assets/{id}/merge", "mergeAsset", .decisions, .role(.operator), "Says that two hosts are one machine"
    ) {
      request, services in
      let id: AssetID = try request.id("id", "asset")
      let body = request.json ?? .null
      guard let other = AssetID(text: body["with"]?.string ?? "") else {
        throw Problem(.invalid, "/with is no asset's id.", places: [.init(pointer: "/with", detail: "is no id")])
      }
      return .json(
        try await services.inventory.by(request.actor.actor)
          .merge(id, with: other, reason: body["reason"]?.string ?? "").json)
    }.with {
      $0.body = .init(.object(.init("with", .name, required: true, "The other host's id."), reason))
      $0.content = .json(.reference("Change"))
    },
    Route(
      .post, "/assets/{id}/split", "splitAsset", .decisions, .role(.operator),
      "Says that some sources of a host are another machine"
    ) { request, services in
      let id: AssetID = try request.id("id", "asset")
      let body = request.json ?? .null
      return .json(
        try await services.inventory.by(request.actor.actor)
          .split(id, sources: body["sources"].texts, reason: body["reason"]?.string ?? "").json)
    }.with {
      $0.body = .init(
        .object(
          .init("sources", .array(.name, maximum: 100), required: true, "External asset ids that are to leave it."),
          reason))
      $0.content = .json(.reference("Change"))
    },
    Route(
      .post, "/assets/{id}/apart", "keepAssetApart", .decisions, .role(.operator),
      "Says that hosts are different machines"
    ) { request, services in
      let id: AssetID = try request.id("id", "asset")
      let body = request.json ?? .null
      let others = try body["from"].texts.map { text in
        guard let other = AssetID(text: text) else { throw Problem(.invalid, "/from: \"\(text)\" is no asset's id.") }
        return other
      }
      return .json(
        try await services.inventory.by(request.actor.actor)
          .keepApart(id, from: others, reason: body["reason"]?.string ?? "").json)
    }.with {
      $0.body = .init(.object(.init("from", .array(.name, maximum: 100), required: true, "The other hosts."), reason))
      $0.content = .json(.reference("Change"))
    },
    Route(
      .delete, "/identity-steps/{step}", "undoIdentityStep", .decisions, .role(.operator),
      "Takes back what a person decided on identities"
    ) { request, services in
      guard let step = Int64(request.path("step")) else {
        throw Problem(.notFound, "There is no step \"\(request.path("step"))\".")
      }
      return .json(try await services.inventory.by(request.actor.actor).undo(step: step).json)
    }.with { $0.content = .json(.reference("Change")) },
  ]

  private static let decisionAnswer = Schema.answer(
    .init("id", .text, required: true), .init("scoreBefore", .integer(0...1000), required: true),
    .init("scoreAfter", .integer(0...1000), required: true))

  private static func decide(
    _ id: FindingID, _ kind: FindingDecision.Kind?, _ reason: String, _ until: Timestamp?, _ request: APIRequest,
    _ services: APIServices
  ) async throws -> APIAnswer {
    let change = try await services.inventory.by(request.actor.actor)
      .decide(.listed([id]), kind, reason: reason, until: until)
    let scores = change.findings.first?.asset.flatMap { change.scores[$0] }
    return .json(
      .object([
        "id": .string(id.description), "decision": kind.map { .string($0.rawValue) } ?? .null,
        "scoreBefore": .integer(Int64((scores?.before ?? 0).rounded())),
        "scoreAfter": .integer(Int64((scores?.after ?? 0).rounded())),
      ]))
  }
}

extension JSONValue? {
  /// The texts of a list; none for anything else.
  var texts: [String] { self?.array?.compactMap(\.string) ?? [] }
}
