import IsthmusConfiguration
import IsthmusConnect
package import IsthmusCore
import IsthmusIngest
import IsthmusStore

extension APIRoutes {
  static let connectorSchema = Schema.object(
    .init("name", .name),
    .init("kind", .name, required: true, "See GET /connector-kinds."),
    .init("description", .text),
    .init(
      "connection", .object([], others: .any), required: true,
      """
      The kind's settings. A secret is given as a text and never shown again; it stays ({"stored": true}) as long as what \
      tells where it is sent does. {"env": …} and {"file": …} are taken as far as the server's operator allows them.
      """),
    .init("findingTypes", .list(.text)), .init("assetTypes", .list(.text)), .init("transformMap", .name),
    .init("scoreMap", .name), .init("identificationRules", .object([], others: .any)),
    .init("profiles", .list(.object([], others: .any)), "Name, status, schedule and selection of each."),
    .init("draft", .boolean, "In answers: whether it is unfinished."))

  private static let tagSchema = Schema.object(
    .init("name", .name), .init("query", .text, required: true, "The hosts that bear it."),
    .init("criticality", .nullable(.integer(1...5))), .init("colour", .nullable(.text), "#rrggbb"),
    .init("internetExposed", .boolean))

  private static let entitySchema = Schema.object(
    .init("name", .name), .init("description", .text), .init("tags", .list(.name), required: true))

  private static let scoreMapSchema = Schema.object(
    .init("name", .name),
    .init(
      "rows",
      .array(
        .object(
          .init("severity", .integer(1...5), required: true), .init("expected", .list(.text)),
          .init("qds", .integer(0...100), required: true)), maximum: 5), required: true),
    .init("defaultSeverity", .integer(1...5)))

  private static let mapSchema = Schema.object(
    .init("name", .name), .init("sourceModel", .name, required: true), .init("targetModel", .name, required: true),
    .init("rows", .array(.object([], others: .any), maximum: 1000), required: true),
    .init("examples", .array(.object([], others: .any), maximum: 1000)))

  static let settingRoutes: [Route] =
    ItemRoutes(kind: .scoreMap, noun: "score-maps", name: "ScoreMap", schema: scoreMapSchema, role: .admin).routes
    + ItemRoutes(kind: .tag, noun: "tags", name: "Tag", schema: tagSchema, role: .operator).routes
    + ItemRoutes(kind: .entity, noun: "entities", name: "Entity", schema: entitySchema, role: .operator).routes
    + single(.scoring, "scoring", "Scoring") + single(.identification, "identification", "Identification")
    + single(.retention, "retention", "Retention")
    + single(.signIn, "sign-in-settings", "SignInSettings", readers: .admin) + [
      Route(
        .get, "/entities/{name}/score", "getEntityScore", .inventory, .role(.viewer),
        "Shows a business entity's scores, worst hosts and history"
      ) { request, services in
        let name = request.path("name")
        guard let entity = try await services.store.read({ try $0.entity(named: name) }) else {
          throw ItemRoutes.missing(.init(.entity, name))
        }
        return .json(entity)
      }.with { $0.content = .json(.reference("Record")) }
    ]

  /// Settings that stored hosts and findings follow.
  private static let settles: Set<ConfigurationItem.Kind> = [.scoring, .identification]

  private static func single(
    _ kind: ConfigurationItem.Kind, _ path: String, _ name: String, readers: Role = .viewer
  ) -> [Route] {
    [
      Route(.get, "/\(path)", "get\(name)", .configuration, .role(readers), "Shows the \(kind.title)") { _, services in
        guard let item = try await services.configuration.snapshot().items[.init(kind, kind.rawValue)] else {
          throw Problem(.notFound, "There is no \(kind.title).")
        }
        return .json(item.document).tagged(item, services)
      }.with {
        $0.isTagged = true
        $0.content = .json(.reference("Record"))
      },
      Route(
        .put, "/\(path)", "replace\(name)", .configuration, .role(.admin),
        settles.contains(kind)
          ? "Replaces the \(kind.title), and scores or identifies what is stored anew" : "Replaces the \(kind.title)"
      ) { request, services in
        try await ItemChange(request, services).replace(single: kind, request.json ?? .null)
      }.with {
        $0.body = .init(.object([], others: .any))
        $0.isTagged = true
        $0.content = .json(.reference("ConfigurationOutcome"))
      },
      Route(
        .post, "/\(path)/preview", "preview\(name)", .configuration, .role(readers),
        "Tells what other \(kind.title) would change; changes nothing"
      ) { request, services in
        let outcome = try await ItemChange(request, services).put(
          single: kind, request.json ?? .null, isPreview: true)
        return .json(outcome.json)
      }.with {
        $0.body = .init(.object([], others: .any))
        $0.content = .json(.reference("ConfigurationOutcome"))
      },
    ]
  }

  // MARK: - Maps and models

  static let mapRoutes: [Route] =
    ItemRoutes(kind: .transformMap, noun: "transform-maps", name: "TransformMap", schema: mapSchema, role: .admin)
    .routes + [
      Route(
        .get, "/built-in-maps", "listBuiltInMaps", .configuration, .role(.viewer),
        "Lists the maps that are part of Isthmus: to look at, and to begin from"
      ) { _, services in
        let entries = MapCatalog(services.configuration.kinds).builtIn
        return answer(items: try entries.map { try ConfigurationItem($0).document })
      }.with { $0.content = .json(items(mapSchema)) },
      Route(
        .post, "/transform-maps-preview", "previewTransformMap", .configuration, .role(.viewer),
        "Tries a map on records: source value, typed value, target, and what is rejected"
      ) { request, services in
        try MapTrialAnswer(request.json ?? .null, services).answer
      }.with {
        $0.body = .init(
          .object(
            .init("map", mapSchema, required: true),
            .init("records", .array(.object([], others: .any), maximum: 100), required: true),
            .init("stream", .choice(SourceStream.allCases.map(\.rawValue)), "hosts if not said.")))
        $0.content = .json(items(.reference("Record")))
      },
      Route(.get, "/data-models", "listDataModels", .configuration, .role(.viewer), "Lists data models") {
        _, services in
        answer(
          items: models(services).map { model in
            .object([
              "name": .string(model.name), "description": .string(model.description),
              "attributes": .integer(Int64(model.attributes.count)),
            ])
          })
      }.with { $0.content = .json(items(.reference("Record"))) },
      Route(.get, "/data-models/{name}", "getDataModel", .configuration, .role(.viewer), "Lists a model's attributes") {
        request, services in
        guard let model = models(services).first(where: { $0.name == request.path("name") }) else {
          throw Problem(.notFound, "There is no data model \"\(request.path("name"))\".")
        }
        return answer(items: model.attributes.map(\.json))
      }.with { $0.content = .json(items(.reference("Record"))) },
    ]

  /// The target's first, then the kinds' own.
  package static func models(_ services: APIServices) -> [DataModel] {
    [DataModel.inventory] + services.configuration.kinds.descriptors.map(\.sourceModel)
  }

  // MARK: - Configuration as code

  static let planRoutes: [Route] = [
    plan("/configuration/plan", "planConfiguration", "Shows what a configuration file would change", isPreview: true),
    plan("/configuration/apply", "applyConfiguration", "Makes the configuration what a file says", isPreview: false),
  ]

  private static func plan(_ path: String, _ name: String, _ summary: String, isPreview: Bool) -> Route {
    Route(.post, path, name, .configuration, .role(.admin), summary) { request, services in
      let text = request.json?.text() ?? String(decoding: request.body, as: UTF8.self)
      let known = try await services.configuration.snapshot().known
      let file = try ConfigurationFile(
        text, path: "body", secrets: nil, beside: known, at: services.now(), needsConnectors: false)
      let prunes = request.flag("prune")
      let outcome = try await ItemChange(request, services).change(nil, isPreview: isPreview) {
        try $0.applying(file, prunes: prunes)
      }
      return .json(outcome.json)
    }.with {
      $0.description = "The body is the configuration file, as YAML or JSON."
      $0.parameters = [.init("prune", .boolean, "What the file does not name goes.")]
      $0.body = .init(.object([], others: .any), otherTypes: ["application/yaml", "text/yaml", "text/plain"])
      $0.content = .json(.reference("ConfigurationOutcome"))
    }
  }
}

extension Attribute {
  fileprivate var json: JSONValue {
    .object([
      "name": .string(name), "type": .string(type.name), "level": .string(level.rawValue),
      "expression": expression.map { .string($0.text) } ?? .null, "description": .string(description),
      "example": .string(example),
    ])
  }
}
