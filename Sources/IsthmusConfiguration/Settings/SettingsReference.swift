/// docs/settings.md, made from the catalogue.
package enum SettingsReference {
  package static var markdown: String {
    var lines = [
      "# Settings", "",
      "Made from the catalogue in `Sources/IsthmusConfiguration/Settings/Setting.swift`; don't edit it by hand.", "",
      "A setting's flag goes before its variable, that before its key in the configuration file, that before the default.",
      "An empty variable counts as not set. `isthmus settings` shows each with its value now and where that came from.",
    ]
    for use in Setting.Use.allCases {
      lines += ["", "## \(use.rawValue)", ""]
      if use == .server { lines += serverText }
      lines += ["| flag | variable | key | takes | default | what |", "| --- | --- | --- | --- | --- | --- |"]
      for setting in Setting.all where setting.use == use { lines.append(row(setting)) }
      if use == .everywhere { lines += everywhereText }
    }
    lines += inventoryText
    return "\(lines.joined(separator: "\n"))\n"
  }

  private static let everywhereText = [
    "", "None of these stands in the file: the folder and the file are found by them, and no secret stands in a file.",
    "The key to the secrets is no flag either: others on the machine see command lines.",
  ]

  private static let serverText = [
    "`isthmus serve --config FILE` takes the file's `server` mapping, and nothing else of it: what is to be run comes from",
    "the inventory (`isthmus apply`). `plan` and `apply` check the mapping and leave it alone.", "", "```yaml",
    "server:", "  host: 0.0.0.0", "  port: 8443",
    "  tls: {certificate: /etc/isthmus/chain.pem, key: /etc/isthmus/key.pem}",
    "  logFormat: json", "```", "",
  ]

  private static let inventoryText = [
    "", "## The inventory", "",
    "Connectors, profiles, transform maps, score maps, scoring, identification rules, tags, entities and retention are kept",
    "in the inventory: `isthmus plan` and `apply` bring them there from the configuration file, and people change them",
    "through the interface. See [transform-maps.md](transform-maps.md),",
    "[identification-and-scores.md](identification-and-scores.md) and [schedules.md](schedules.md).",
  ]

  private static func row(_ setting: Setting) -> String {
    let cells = [
      setting.flag.map { "`\($0)`" } ?? "", "`\(setting.variable)`",
      setting.key.isEmpty ? "" : "`\(setting.key.joined(separator: "."))`", takes(setting.form),
      setting.standard.map { "`\($0)`" } ?? "", setting.description,
    ]
    return "| \(cells.joined(separator: " | ")) |"
  }

  private static func takes(_ form: Setting.Form) -> String {
    switch form {
    case .text: "text"
    case .path: "path"
    case .url: "URL"
    case .secret: "secret"
    case .flag: "`true` or `false`"
    case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ")
    case .integer(let range, let unit): "\(range.lowerBound)–\(range.upperBound)\(unit.map { " \($0)" } ?? "")"
    }
  }
}
