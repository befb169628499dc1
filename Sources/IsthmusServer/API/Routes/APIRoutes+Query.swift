import IsthmusCore
import IsthmusStore

/// What people need while they write a query.
extension APIRoutes {
  private static let entityParameter = Route.Parameter(
    "entity", .choice(QueryEntity.allCases.map(\.rawValue)), "What the query lists: asset (if not said) or finding.")

  static let queryRoutes: [Route] = [
    Route(.get, "/query/check", "checkQuery", .inventory, .role(.viewer), "Says whether a query can be read") {
      request, services in
      _ = try query(request.value("query"), entity(request), services)
      return .json(.object(["valid": .bool(true)]))
    }.with {
      $0.parameters = [queryParameter, entityParameter]
      $0.content = .json(.answer(.init("valid", .boolean, required: true)))
      $0.problems = [.badQuery]
    },
    Route(
      .get, "/query/completions", "completeQuery", .inventory, .role(.viewer), "Lists what may come next in a query"
    ) { request, services in
      let text = request.value("query") ?? ""
      let found = QueryCompletion.completions(
        of: text, at: request.integer("position") ?? text.count, for: entity(request), now: services.now())
      return answer(
        items: found.map { completion in
          .object([
            "kind": .string(completion.kind.rawValue), "text": .string(completion.text),
            "detail": .string(completion.detail), "from": .integer(Int64(completion.replaces.lowerBound)),
            "to": .integer(Int64(completion.replaces.upperBound)),
          ])
        })
    }.with {
      $0.parameters = [
        queryParameter, entityParameter,
        .init("position", .integer(0...65_536), "Where the cursor stands, in characters; the end if not said."),
      ]
      $0.content = .json(
        items(
          .answer(
            .init("kind", .text, required: true), .init("text", .text, required: true),
            .init("detail", .text, required: true), .init("from", .count, required: true, "Replaced from here,"),
            .init("to", .count, required: true, "up to here."))))
    },
    Route(
      .get, "/query/fields", "listQueryFields", .inventory, .role(.viewer), "Lists fields to sort, group or count by"
    ) { request, _ in
      let use = QueryListUse(rawValue: request.value("use") ?? "") ?? .facet
      let fields = QueryCatalogue.listFields(for: entity(request), use: use)
      return answer(
        items: fields.map { .object(["name": .string($0.name), "token": .string(QueryCatalogue.name(of: $0.field))]) })
    }.with {
      $0.parameters = [
        entityParameter, .init("use", .choice(QueryListUse.allCases.map(\.rawValue)), "facet if not said."),
      ]
      $0.content = .json(
        items(.answer(.init("name", .text, required: true), .init("token", .text, required: true))))
    },
  ]

  private static func entity(_ request: APIRequest) -> QueryEntity {
    QueryEntity(rawValue: request.value("entity") ?? "") ?? .asset
  }
}
