import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusServer
import IsthmusStore

/// What can be configured, with how much of it there is.
struct ConfigurationPage: Sendable {
  struct Part: Sendable {
    let title: String
    let path: String
    let count: String
    let text: String
  }

  let parts: [Part]
}

struct DataModelPage: Sendable {
  struct Row: Sendable {
    let name: String
    let level: String
    let type: String
    let description: String
    let example: String
    let expression: String
  }

  let name: String
  let description: String
  let isSource: Bool
  let rows: [Row]
}

extension PageRoutes {
  static let configurationRoutes: [PageRoute] =
    [
      PageRoute(.get, "/configuration", .role(.viewer)) { _, context in
        let snapshot = try await context.services.configuration.snapshot()
        let models = APIRoutes.models(context.services).count
        return .page(Page("Configuration", in: .configuration, "configuration", overview(snapshot, models: models)))
      },
      PageRoute(.get, "/configuration/data-models", .role(.viewer)) { _, context in
        let table = ItemTable(
          caption: "Data models", columns: ["Name", "Description", "Attributes"],
          rows: APIRoutes.models(context.services).map { model in
            .init(
              path: "/configuration/data-models/\(PercentText.encoded(model.name))", name: model.name,
              cells: [.init(model.description), .init(String(model.attributes.count), isNumber: true)])
          }, empty: "")
        let model = ItemListPage(
          title: "Data models",
          intro: "Transform maps lead from a connector kind's source model to the inventory, the target model.",
          table: table, new: "", newTitle: "")
        return .page(Page("Data models", in: .configuration, "item-list", model))
      },
      PageRoute(.get, "/configuration/data-models/{name}", .role(.viewer)) { request, context in
        let name = request.path("name")
        guard let model = APIRoutes.models(context.services).first(where: { $0.name == name }) else {
          throw Problem(.notFound, "There is no data model \"\(name)\".")
        }
        return .page(Page(name, in: .configuration, "data-model", DataModelPage(model)))
      },
    ] + mapRoutes + identificationRoutes + tagRoutes + scoreRoutes

  private static func overview(_ snapshot: ConfigurationSnapshot, models: Int) -> ConfigurationPage {
    func count(_ kind: ConfigurationItem.Kind, plus more: Int = 0) -> String {
      String(snapshot.items(of: kind).count + more)
    }
    return ConfigurationPage(parts: [
      .init(
        title: "Data models", path: "/configuration/data-models", count: String(models),
        text: "The attributes that sources have and that the inventory keeps."),
      .init(
        title: "Transform maps", path: "/configuration/transform-maps",
        count: count(.transformMap, plus: snapshot.maps.builtIn.count),
        text: "How a source's records become hosts and findings."),
      .init(
        title: "Score maps", path: "/configuration/score-maps", count: count(.scoreMap, plus: 1),
        text: "From the source's words to severity and QDS."),
      .init(
        title: "Identification rules", path: "/configuration/identification", count: "",
        text: "When two records are one host, and whose values it shows."),
      .init(
        title: "Tags", path: "/configuration/tags", count: count(.tag), text: "Marks on hosts, with their criticality."),
      .init(
        title: "Business entities", path: "/configuration/entities", count: count(.entity),
        text: "Sets of tags with a score."),
      .init(
        title: "Scoring", path: "/configuration/scoring", count: "", text: "Weights, factors and bands of the score."),
      .init(
        title: "Retention", path: "/configuration/retention", count: "", text: "How much of the past is kept."),
    ])
  }
}

extension DataModelPage {
  init(_ model: DataModel) {
    name = model.name
    description = model.description
    isSource = model.attributes.contains { $0.expression != nil }
    rows = model.attributes.map { attribute in
      Row(
        name: attribute.name, level: attribute.level.rawValue, type: attribute.type.name,
        description: attribute.description, example: attribute.example, expression: attribute.expression?.text ?? "")
    }
  }
}
