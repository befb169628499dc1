import IsthmusCore
import IsthmusIngest
import IsthmusStore

/// Single records, and what is told of them.
extension APIRoutes {
  static let recordRoutes: [Route] = [
    Route(.get, "/assets/{id}", "getAsset", .inventory, .role(.viewer), "Shows one host in full") { request, services in
      let id: AssetID = try request.id("id", "asset")
      return try await asset(id, services) { try $0.record(of: id) }
    }.with {
      $0.description = "With its sources, each one's values, its identification log and daily scores."
      $0.content = .json(.reference("Asset"))
    },
    Route(
      .get, "/assets/{id}/explanation", "explainAsset", .inventory, .role(.viewer),
      "Explains a host's score and how it was identified"
    ) { request, services in
      let id: AssetID = try request.id("id", "asset")
      let fixed = try request.values("fix").map { text in
        guard let finding = FindingID(text: text) else { throw Problem(.badRequest, "\"\(text)\" is no finding's id.") }
        return finding
      }
      return try await asset(id, services) { try $0.explanation(of: id, fixing: fixed) }
    }.with {
      $0.parameters = [
        .init(
          "fix", .string(.init(lengths: 1...40)), repeated: true,
          "A finding: what the score would be if it were fixed, together with the others that are named.")
      ]
      $0.content = .json(.reference("Record"))
      $0.problems = [.invalid]
    },
    Route(.get, "/findings/{id}", "getFinding", .inventory, .role(.viewer), "Shows one finding in full") {
      request, services in
      let id: FindingID = try request.id("id", "finding")
      return try await record(services, "finding", id) { try $0.finding(id) }
    }.with {
      $0.description = "With a person's decision on it and its history."
      $0.content = .json(.reference("Finding"))
    },
    Route(
      .get, "/controls", "listControls", .inventory, .role(.viewer),
      "Lists recommendations with what fixing them everywhere would do"
    ) { request, services in
      let (limit, isFailing) = (request.integer("limit"), request.flag("failing"))
      var rows = try await services.store.read { try $0.controlRows(limit: isFailing ? nil : limit) }
      // The fix of one that fails may take off nothing, or less.
      if isFailing { rows = rows.filter { ($0["openFindings"]?.integer ?? 0) > 0 } }
      return answer(items: Array(rows.prefix(limit ?? rows.count)))
    }.with {
      $0.description = """
        All of them, the one that takes most off the scores first. The numbers are those of the last run or change.
        """
      $0.parameters = [
        .init("limit", .integer(1...1000), "The first ones only; all if not said."),
        .init("failing", .boolean, "Only those with an open finding."),
      ]
      $0.content = .json(items(.reference("Control")))
    },
    Route(.get, "/controls/{id}", "getControl", .inventory, .role(.viewer), "Shows one recommendation") {
      request, services in
      let id: ControlID = try request.id("id", "control")
      return try await record(services, "control", id) { try $0.control(id) }
    }.with {
      $0.description = "With its texts, and with what fixing it everywhere would do, as after the last run or change."
      $0.content = .json(.reference("Control"))
    },
    Route(
      .get, "/summary", "getSummary", .inventory, .role(.viewer), "Counts hosts by score band, findings by severity"
    ) {
      _, services in
      .json(try await services.store.read { try $0.summary() })
    }.with { $0.content = .json(.reference("Record")) },
    Route(.get, "/history", "getHistory", .inventory, .role(.viewer), "Lists the inventory's numbers day by day") {
      _, services in
      answer(items: try await services.store.read { try $0.inventoryHistory() })
    }.with { $0.content = .json(items(.reference("Record"))) },
    Route(
      .get, "/ambiguities", "listAmbiguities", .inventory, .role(.viewer),
      "Lists cases of identification that wait for a person"
    ) { _, services in
      let (seed, at) = (services.store.seed, services.now())
      return answer(
        items: try await services.store.read { try AssetExplanation($0, seed: seed, at: at).ambiguities() })
    }.with { $0.content = .json(items(.reference("Record"))) },
  ]

  static let controlSchema = Schema.answer(
    .init("id", .text, required: true), .init("findingName", .nullable(.text), "The recommendation's key."),
    .init("findingDescription", .nullable(.text)), .init("severity", .integer(1...5), required: true),
    .init("qds", .integer(0...100), required: true), .init("connector", .text, required: true),
    .init("vendorProductName", .text, required: true),
    .init("failingHosts", .nullable(.count), required: true, "Hosts with an open finding of it."),
    .init("openFindings", .nullable(.count), required: true),
    .init(
      "scoreReduction", .nullable(.integer(Int(Int32.min)...Int(Int32.max))), required: true,
      "What all hosts' scores together would lose if it were fixed everywhere. Decided findings don't count."))

  private static func asset(
    _ id: AssetID, _ services: APIServices,
    _ read: @escaping @Sendable (AssetExplanation) throws -> JSONValue?
  ) async throws -> APIAnswer {
    let (seed, at) = (services.store.seed, services.now())
    return try await record(services, "asset", id) { try read(AssetExplanation($0, seed: seed, at: at)) }
  }

  private static func record(
    _ services: APIServices, _ title: String, _ id: some InventoryID,
    _ read: @escaping @Sendable (any InventoryReader) throws -> JSONValue?
  ) async throws -> APIAnswer {
    guard let record = try await services.store.read(read) else {
      throw Problem(.notFound, "There is no \(title) \(id).")
    }
    return .json(record)
  }
}
