import IsthmusCore

/// All that the interface can do. The router, the checks, the document and the tests of rights use this one list.
package enum APIRoutes {
  package static let all: [Route] =
    listRoutes + exportRoutes + recordRoutes + controlRoutes + queryRoutes + decisionRoutes + runRoutes
    + connectorRoutes + mapRoutes
    + settingRoutes + planRoutes + sessionRoutes + accountRoutes + searchRoutes

  /// Schemas that several routes share.
  package static let components: [String: Schema] = {
    var components: [String: Schema] = ["Problem": Problem.schema, "Record": record, "Page": page]
    components["Asset"] = assetSchema
    components["Finding"] = findingSchema
    components["Control"] = controlSchema
    components["Connector"] = connectorSchema
    components["SavedSearch"] = savedSearchSchema
    return components.merging(answerSchemas) { $1 }
  }()

  /// A record whose members the models list (`GET /data-models`).
  static let record = Schema.answer()

  private static let page = Schema.answer(
    .init("items", .list(.reference("Record")), required: true),
    .init("next", .nullable(.text), required: true, "The cursor of the next page; null after the last one."))

  static func page(of name: String) -> Schema {
    .answer(
      .init("items", .list(.reference(name)), required: true),
      .init("next", .nullable(.text), required: true, "The cursor of the next page; null after the last one."))
  }

  static func items(_ schema: Schema) -> Schema { .answer(.init("items", .list(schema), required: true)) }

  static func answer(items: [JSONValue]) -> APIAnswer { .json(.object(["items": .array(items)])) }
}
