import IsthmusCore
import IsthmusStore

/// Views of lists that people keep.
extension APIRoutes {
  static let searchRoutes: [Route] = [
    Route(
      .get, "/saved-searches", "listSavedSearches", .inventory, .role(.viewer),
      "Lists one's own saved searches and those that others share"
    ) { request, services in
      let entity = request.value("entity").flatMap(QueryEntity.init(rawValue:))
      return answer(items: try await services.searches.list(by: request.actor, of: entity).map(\.json))
    }.with {
      $0.parameters = [.init("entity", .choice(["asset", "finding"]), "Of this list alone.")]
      $0.content = .json(items(.reference("SavedSearch")))
    },
    Route(
      .put, "/saved-searches/{name}", "saveSearch", .inventory, .role(.viewer),
      "Keeps a view of a list, in place of one's earlier one of the name"
    ) { request, services in
      let body = request.json ?? .null
      let seen = try await services.searches.save(
        request.path("name"), of: body["entity"]?.string == "asset" ? .asset : .finding,
        view: body["view"]?.string ?? "", isShared: body["shared"] == .bool(true), by: request.actor)
      return .json(seen.json)
    }.with {
      $0.body = .init(
        .object(
          .init("entity", .choice(["asset", "finding"]), required: true),
          .init(
            "view", .string(.init(lengths: 0...SavedSearchService.longestView)), required: true,
            "The query of the list's address: query=, filter=, sort=, group=, column=."),
          .init("shared", .boolean, "Whether everybody sees it; false if not said.")))
      $0.content = .json(.reference("SavedSearch"))
      $0.problems = [.badQuery]
    },
    Route(
      .delete, "/saved-searches/{name}", "deleteSavedSearch", .inventory, .role(.viewer),
      "Deletes a saved search of one's own"
    ) { request, services in
      try await services.searches.delete(request.path("name"), by: request.actor)
      return .nothing
    }.with { $0.status = 204 },
  ]

  static let savedSearchSchema = Schema.answer(
    .init("name", .text, required: true), .init("entity", .choice(["asset", "finding"]), required: true),
    .init("view", .text, required: true, "The query of the list's address."), .init("shared", .boolean, required: true),
    .init("owner", .text, required: true, "Whose it is."), .init("own", .boolean, required: true),
    .init("savedAt", .dateTime, required: true))
}
