import IsthmusCore
import IsthmusServer

/// What a list shows of a run, and how.
enum RunColumns {
  static let all = usual + ["reopened", "requests", "transformMap", "stage", "finishedAt"]
  static let usual = [
    "run", "result", "connector", "profile", "mode", "startedAt", "seconds", "assets", "findings", "created", "updated",
    "fixed", "rejected",
  ]
  /// On the page of one connector.
  static let ofConnector = usual.filter { $0 != "connector" }

  private static let numbers: Set<String> = [
    "seconds", "assets", "findings", "created", "updated", "fixed", "reopened", "rejected", "requests",
  ]

  static func title(_ name: String) -> String {
    switch name {
    case "startedAt": "Started"
    case "finishedAt": "Ended"
    case "seconds": "Took"
    case "assets": "Hosts"
    default: ListColumns.title(name)
    }
  }

  /// - Parameters:
  ///   - rows: As `GET /runs` gives them.
  ///   - address: Of a list that can be turned round; nil where it can't.
  static func table(
    _ rows: [JSONValue], _ columns: [String] = usual, in address: ViewAddress? = nil, isOldestFirst: Bool = false
  ) -> ShownTable {
    let headings = columns.map { name in
      let isOrder = address != nil && name == "startedAt"
      let turned = isOldestFirst ? nil : "startedAt"
      return ShownTable.Column(
        title: title(name), isNumber: numbers.contains(name),
        path: isOrder ? address?.with("sort", turned).text ?? "" : "",
        sorted: isOrder ? isOldestFirst ? "ascending" : "descending" : "",
        mark: isOrder ? isOldestFirst ? "▲" : "▼" : "")
    }
    return ShownTable(
      caption: isOldestFirst ? "The oldest first" : "The newest first", columns: headings,
      rows: rows.map { row in ShownTable.Row(cells: columns.map { cell($0, of: row) }) }, isDense: true)
  }

  private static func cell(_ name: String, of row: JSONValue) -> ShownTable.Cell {
    let line = RunLine(row)
    var (text, path, tone) = (Shown.text(row[name]), "", "")
    switch name {
    case "run": path = line.path
    case "connector": path = line.connectorPath
    case "result": tone = line.tone
    case "startedAt": text = line.started
    case "finishedAt": text = Shown.time(row["finishedAt"]?.string)
    case "seconds": text = line.duration
    case "transformMap": text = "\(text), version \(Shown.text(row["transformMapVersion"]))"
    default: if let number = row[name]?.integer { text = Shown.number(number) }
    }
    return ShownTable.Cell(
      text: text, path: path, tone: tone, isNumber: numbers.contains(name), isHeading: name == "run",
      label: title(name), isBrief: ["startedAt", "finishedAt", "seconds"].contains(name))
  }
}
