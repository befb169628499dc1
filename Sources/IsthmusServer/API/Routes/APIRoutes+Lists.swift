package import IsthmusCore
package import IsthmusStore

/// Hosts and findings by query: pages, numbers, facets.
extension APIRoutes {
  static let listRoutes: [Route] = QueryEntity.allCases.flatMap { entity in
    [list(entity), count(entity), facets(entity)]
  }

  static let assetSchema = Schema.answer(
    .init("id", .text, required: true), .init("assetName", .nullable(.text)),
    .init("truRiskScore", .integer(0...1000)), .init("scoreBand", .text), .init("criticality", .integer(1...5)),
    .init("internetExposed", .boolean), .init("sources", .list(.text)), .init("openFindings", .count))

  static let findingSchema = Schema.answer(
    .init("id", .text, required: true), .init("assetId", .nullable(.text)), .init("qds", .integer(0...100)),
    .init("severity", .integer(1...5)), .init("posture", .nullable(.text)), .init("status", .nullable(.text)),
    .init("firstFoundOn", .nullable(.text)), .init("lastFoundOn", .nullable(.text)),
    .init("lastFixedOn", .nullable(.text)), .init("vendorProductName", .text))

  private static func noun(_ entity: QueryEntity) -> String { entity == .asset ? "assets" : "findings" }
  private static func title(_ entity: QueryEntity) -> String { entity == .asset ? "hosts" : "findings" }
  private static func schemaName(_ entity: QueryEntity) -> String { entity == .asset ? "Asset" : "Finding" }

  static let queryParameter = Route.Parameter(
    // What an address holds, of which each character may take twelve bytes.
    "query", .string(.init(lengths: 0...4096)), "Which ones, in the query language; all that are present if none.")

  private static func list(_ entity: QueryEntity) -> Route {
    Route(
      .get, "/\(noun(entity))", "list\(schemaName(entity))s", .inventory, .role(.viewer),
      "Lists \(title(entity)) that a query finds"
    ) { request, services in
      var listing = Listing(
        try query(request.value("query"), entity, services), limit: request.integer("limit") ?? 50,
        order: try order(request.values("sort"), for: entity), includesAbsent: request.flag("absent"))
      listing.after = try request.value("cursor").map { try ListCursor(text: $0) }
      let (rows, next) = try await services.store.read { [listing] in try page(entity, listing, $0) }
      return .json(.object(["items": .array(rows), "next": next.map { .string($0.text) } ?? .null]))
    }.with {
      $0.description = "Sorted by `sort`, else the riskiest first. Pages are read on with the `next` of the one before."
      $0.parameters = [
        queryParameter,
        .init("limit", .integer(1...500), "Rows of a page; 50 if not said."),
        .init("cursor", .string(.init(lengths: 1...16_384)), "The `next` of the page before."),
        .init("sort", .string(.init(lengths: 1...200)), repeated: true, "A field; with a minus before it, downwards."),
        .init("absent", .boolean, "Also hosts that are gone, and findings that are not listed any more."),
      ]
      $0.content = .json(page(of: schemaName(entity)))
      $0.problems = [.badQuery]
    }
  }

  private static func count(_ entity: QueryEntity) -> Route {
    Route(
      .get, "/\(noun(entity))/count", "count\(schemaName(entity))s", .inventory, .role(.viewer),
      "Counts \(title(entity)) that a query finds"
    ) { request, services in
      let listing = Listing(
        try query(request.value("query"), entity, services), limit: nil, includesAbsent: request.flag("absent"))
      let count = try await services.store.read {
        entity == .asset ? try $0.countAssets(listing) : try $0.countFindings(listing)
      }
      return .json(.object(["count": .integer(Int64(count))]))
    }.with {
      $0.parameters = [queryParameter, .init("absent", .boolean, "Also those that are not present.")]
      $0.content = .json(.answer(.init("count", .count, required: true)))
      $0.problems = [.badQuery]
    }
  }

  private static func facets(_ entity: QueryEntity) -> Route {
    Route(
      .get, "/\(noun(entity))/facets", "facet\(schemaName(entity))s", .inventory, .role(.viewer),
      "Counts \(title(entity)) by the values of fields"
    ) { request, services in
      let names = request.values("field")
      guard (1...10).contains(names.count) else {
        throw Problem(.badRequest, "Name 1 to 10 fields: field=scoreBand&field=…")
      }
      let fields = try names.map { name throws(QueryError) in
        try QueryCatalogue.listField(name, for: entity, use: .facet)
      }
      let listing = Listing(try query(request.value("query"), entity, services), limit: nil)
      let limit = request.integer("limit") ?? 50
      let counted = try await services.store.read { try $0.facets(fields.map(\.field), of: entity, listing) }
      return .json(
        .object(["facets": .array(zip(fields, counted).map { json($0, $1, entity, limit: limit) })]))
    }.with {
      $0.parameters = [
        queryParameter,
        .init(
          "field", .string(.init(lengths: 1...200)), repeated: true, required: true,
          "A field to count by; 1 to 10 of them."),
        .init("limit", .integer(1...1000), "Values of each; 50 if not said."),
      ]
      $0.content = .json(
        .answer(
          .init(
            "facets",
            .list(
              .answer(
                .init("field", .text, required: true),
                .init(
                  "values",
                  .list(
                    .answer(
                      .init("value", .nullable(.text), required: true), .init("count", .count, required: true),
                      .init("open", .count, required: true),
                      .init("query", .nullable(.text), "Finds these records."))), required: true),
                .init("others", .count, required: true, "Values that are not shown."))), required: true)))
      $0.problems = [.badQuery]
    }
  }

  private static func json(
    _ field: QueryListField, _ facet: Facet, _ entity: QueryEntity, limit: Int
  ) -> JSONValue {
    .object([
      "field": .string(field.name),
      "values": .array(
        facet.values.prefix(limit).map { value in
          .object([
            "value": value.value.map(JSONValue.string) ?? .null, "count": .integer(Int64(value.count)),
            "open": .integer(Int64(value.open)), "query": .string(field.field.term(for: value.value)),
          ])
        }), "others": .integer(Int64(max(0, facet.values.count - limit))),
    ])
  }

  /// The page's rows, and where the next one goes on; nil after the last one.
  package static func page(
    _ entity: QueryEntity, _ listing: Listing, _ inventory: any InventoryReader
  ) throws -> (rows: [JSONValue], next: ListCursor?) {
    var (rows, asked) = ([JSONValue](), listing)
    // One row more tells whether there is a next page.
    asked.limit = listing.limit.map { $0 + 1 }
    if entity == .asset {
      try inventory.forEachAsset(asked) { rows.append($0) }
    } else {
      try inventory.forEachFinding(asked) { rows.append($0) }
    }
    guard let limit = listing.limit, rows.count > limit else { return (rows, nil) }
    rows.removeLast()
    guard let last = rows.last?["id"]?.string else { return (rows, nil) }
    return (rows, try inventory.cursor(after: last, of: entity, listing))
  }

  /// - Parameter texts: Names of fields, with a minus before those that sort downwards.
  private static func order(_ texts: [String], for entity: QueryEntity) throws(QueryError) -> [Listing.Order] {
    var order: [Listing.Order] = []
    for text in texts {
      let isDescending = text.hasPrefix("-")
      let name = isDescending ? String(text.dropFirst()) : text
      order.append(
        .init(try QueryCatalogue.listField(name, for: entity, use: .sort).name, descending: isDescending))
    }
    return order
  }

  static func query(
    _ text: String?, _ entity: QueryEntity, _ services: APIServices
  ) throws(QueryError) -> Query? {
    guard let text, !text.isEmpty else { return nil }
    return try Query(text, for: entity, now: services.now())
  }
}
