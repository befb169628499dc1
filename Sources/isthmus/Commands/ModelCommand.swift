import ArgumentParser
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Lists data models, or the attributes of one.")

  @Argument(help: "A model's name.") var name: String?
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  func run() throws {
    let models = [DataModel.inventory] + ConnectorCatalog.kinds.descriptors.map(\.sourceModel)
    guard let name else {
      var printer = RowPrinter(output, columns: ["name", "attributes", "description"], isChosen: true)
      for model in models {
        printer.print(
          .object([
            "name": .string(model.name), "attributes": .integer(Int64(model.attributes.count)),
            "description": .string(model.description),
          ]))
      }
      return printer.finish()
    }
    guard let model = models.first(where: { $0.name == name }) else {
      let known = models.map(\.name).joined(separator: ", ")
      throw CommandError.usage("There is no data model \"\(name)\"; there are \(known).")
    }
    let isSource = model.attributes.contains { $0.expression != nil }
    let columns = ["name", "type", "level"] + (isSource ? ["expression"] : []) + ["description", "example"]
    var printer = RowPrinter(output, columns: columns, isChosen: true)
    for attribute in model.attributes {
      printer.print(
        .object([
          "name": .string(attribute.name), "type": .string(attribute.type.name),
          "level": .string(attribute.level.rawValue),
          "expression": attribute.expression.map { .string($0.text) } ?? .null,
          "description": .string(attribute.description), "example": .string(attribute.example),
        ]))
    }
    printer.finish()
  }
}
