import ArgumentParser
import IsthmusConfiguration
import IsthmusCore

struct SettingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Lists all settings of the program, with their values and where those come from.",
    discussion: "Given the flags of serve, it shows what serve would do with them. See docs/settings.md.")

  @OptionGroup var options: GlobalOptions
  @OptionGroup var server: ServerOptions
  @Option(help: "table, json, jsonl or csv.") var output: OutputFormat = .standard

  private static let columns = ["setting", "value", "from", "flag", "variable", "key"]

  func run() async throws {
    var printer = RowPrinter(output, columns: Self.columns, isChosen: false)
    for entry in try server.effective(options).entries { printer.print(entry.row) }
    printer.finish()
    Console.flush()
    if output == .table {
      Console.error(
        "What is kept in the inventory, from connectors to retention, is shown by isthmus plan and the interface.")
    }
  }
}

extension EffectiveSettings.Entry {
  fileprivate var row: JSONValue {
    func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
    let key = setting.key.isEmpty ? nil : setting.key.joined(separator: ".")
    let members: [JSONValue.Member] = [
      .init("setting", .string(setting.name)), .init("value", text(shown)), .init("from", .string(originText)),
      .init("flag", text(setting.flag)), .init("variable", .string(setting.variable)), .init("key", text(key)),
      .init("default", text(setting.standard)), .init("description", .string(setting.description)),
    ]
    return .object(members)
  }
}
