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

  private static func asset(
    _ id: AssetID, _ services: APIServices,
    _ read: @escaping @Sendable (AssetExplanation) throws -> JSONValue?
  ) async throws -> APIAnswer {
    let (seed, at) = (services.store.seed, services.now())
    return try await record(services, "asset", id) { try read(AssetExplanation($0, seed: seed, at: at)) }
  }

  static func record(
    _ services: APIServices, _ title: String, _ id: some InventoryID,
    _ read: @escaping @Sendable (any InventoryReader) throws -> JSONValue?
  ) async throws -> APIAnswer {
    guard let record = try await services.store.read(read) else {
      throw Problem(.notFound, "There is no \(title) \(id).")
    }
    return .json(record)
  }
}
