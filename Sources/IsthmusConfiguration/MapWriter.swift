import IsthmusConnect
package import IsthmusCore

/// Writes transform maps as YAML, for people to read and change. ``WrittenMap`` reads what it writes.
package enum MapWriter {
  private static let introduction = """
    # What a source's records become in the inventory: source → data type → target.
    #   source      an attribute of the source model (isthmus model NAME lists them), or a JMESPath expression
    #   type        string (if left away), integer, decimal, boolean, date, IP address, MAC address, list of any
    #   target      an attribute of the target model, or custom.NAME for one of your own
    #   values      what stands for the source's texts, compared without case; "" for empty, "*" for anything else
    #   default     taken where there is no value
    #   required    true: a record without a value is rejected whole
    #   identifier  true: the value tells records apart, and is required
    #   level       asset, control or finding: for custom.NAME from an expression
    """

  package static func write(_ map: TransformMap, examples: [MapExample] = [], _ kinds: KindCatalog) -> String {
    var lines = [
      introduction, "name: \(YAMLText.scalar(map.name))", "sourceModel: \(YAMLText.scalar(map.sourceModel))",
      "targetModel: \(YAMLText.scalar(map.targetModel))", "rows:",
    ]
    var last: AttributeLevel?
    for row in map.rows {
      let level = level(of: row, in: map, kinds)
      if let level, level != last { lines.append("  # \(heading(level))") }
      last = level ?? last
      lines += write(row).map { "  \($0)" }
    }
    if !examples.isEmpty {
      lines.append("examples:")
      for example in examples { lines += write(example).map { "  \($0)" } }
    }
    return "\(lines.joined(separator: "\n"))\n"
  }

  /// Which records the row belongs to; nil if the models do not tell.
  package static func level(of row: TransformRow, in map: TransformMap, _ kinds: KindCatalog) -> AttributeLevel? {
    let source = kinds.kind(ofModel: map.sourceModel)?.sourceModel
    return DataModel.inventory.attribute(row.target)?.level ?? row.level ?? source?.attribute(row.source)?.level
  }

  private static func heading(_ level: AttributeLevel) -> String {
    switch level {
    case .asset: "Of hosts"
    case .control: "Of recommendations, the same for all their findings"
    case .finding: "Of findings"
    }
  }

  private static let longestLine = 110

  private static func write(_ row: TransformRow) -> [String] {
    var members: [(key: String, text: String)] = [("source", row.source)]
    if row.type != .string { members.append(("type", row.type.name)) }
    members.append(("target", row.target))
    // A table without entries changes nothing, and has no form.
    let table = row.values.map(write).flatMap { $0.isEmpty ? nil : $0 }
    var marks: [(key: String, text: String)] = []
    if let defaultValue = row.defaultValue { marks.append(("default", defaultValue)) }
    if row.isIdentifier {
      marks.append(("identifier", "true"))
    } else if row.isRequired {
      marks.append(("required", "true"))
    }
    if let level = row.level { marks.append(("level", level.rawValue)) }
    func lines(_ members: [(key: String, text: String)]) -> [String] {
      members.map { key, text in "\(key): \(isMark(key) ? text : YAMLText.scalar(text))" }
    }
    if table == nil {
      let flow = (members + marks).map { key, text in
        "\(key): \(isMark(key) ? text : YAMLText.scalar(text, inFlow: true))"
      }
      let line = "- {\(flow.joined(separator: ", "))}"
      if line.count <= longestLine { return [line] }
    }
    let all = lines(members) + (table.map { ["values:"] + $0.map { "  \($0)" } } ?? []) + lines(marks)
    return all.enumerated().map { index, line in "\(index == 0 ? "- " : "  ")\(line)" }
  }

  /// Written as a truth value, not as a text.
  private static func isMark(_ key: String) -> Bool { key == "required" || key == "identifier" }

  private static func write(_ table: ValueTable) -> [String] {
    // The table does not keep its entries' order: what becomes the same stands together, the empty text first.
    let sorted = table.entries.sorted { a, b in
      if a.key.isEmpty != b.key.isEmpty { return a.key.isEmpty }
      return (a.value, a.key) < (b.value, b.key)
    }
    var lines = sorted.map { text, value in
      let isEscaped = text == MapRowReader.anythingElse || text.hasPrefix("\\")
      return "\(YAMLText.scalar(isEscaped ? "\\\(text)" : text)): \(YAMLText.scalar(value))"
    }
    if let anythingElse = table.anythingElse {
      lines.append("\(YAMLText.scalar(MapRowReader.anythingElse)): \(YAMLText.scalar(anythingElse))")
    }
    return lines
  }

  private static func write(_ example: MapExample) -> [String] {
    let members =
      ["name: \(YAMLText.scalar(example.name))"] + YAMLText.member("record", example.record)
      + YAMLText.member("expected", .object(example.expected))
    return members.enumerated().map { index, line in "\(index == 0 ? "- " : "  ")\(line)" }
  }
}
