/// From the source's own words to severity 1…5 and QDS 0…100.
package struct ScoreMap: Sendable, Hashable {
  package struct Row: Sendable, Hashable {
    /// 1…5, one row each.
    package var severity: Int
    /// The source's texts, compared without case.
    package var expected: [String]
    /// 0…100; does not fall as severity rises.
    package var qds: Int

    package init(severity: Int, expected: [String], qds: Int) {
      self.severity = severity
      self.expected = expected
      self.qds = qds
    }
  }

  package let name: String
  package let rows: [Row]
  /// For texts that no row expects, and for none: 1…5.
  package let defaultSeverity: Int
  private let byText: [String: Row]

  package static let standard: ScoreMap = {
    let rows = [
      Row(severity: 1, expected: ["Informational"], qds: 20),
      Row(severity: 2, expected: ["Low"], qds: 39),
      Row(severity: 3, expected: ["Medium"], qds: 55),
      Row(severity: 4, expected: ["High"], qds: 80),
      Row(severity: 5, expected: ["Critical"], qds: 95),
    ]
    // The rows above keep every rule that init checks; ScoreMapTests proves it.
    return ScoreMap(uncheckedName: "default", rows: rows, defaultSeverity: 3)
  }()

  package init(name: String, rows: [Row], defaultSeverity: Int) throws(ScoreMapError) {
    let problem = Self.problem(rows: rows, defaultSeverity: defaultSeverity)
    if let problem { throw ScoreMapError(map: name, problem: problem) }
    self.init(uncheckedName: name, rows: rows, defaultSeverity: defaultSeverity)
  }

  private init(uncheckedName name: String, rows: [Row], defaultSeverity: Int) {
    self.name = name
    self.rows = rows.sorted { $0.severity < $1.severity }
    self.defaultSeverity = defaultSeverity
    let pairs = rows.flatMap { row in row.expected.map { ($0.lowercased(), row) } }
    byText = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  static func problem(rows: [Row], defaultSeverity: Int) -> String? {
    let sorted = rows.sorted { $0.severity < $1.severity }
    guard sorted.map(\.severity) == Array(1...5) else { return "it needs exactly one row for each severity 1 to 5" }
    if let row = sorted.first(where: { !(0...100).contains($0.qds) }) {
      return "the QDS of severity \(row.severity) must be from 0 to 100, not \(row.qds)"
    }
    for (lower, higher) in zip(sorted, sorted.dropFirst()) where higher.qds < lower.qds {
      return "the QDS of severity \(higher.severity) must not be lower than that of severity \(lower.severity)"
    }
    var known: Set<String> = []
    for row in sorted {
      let texts = Set(row.expected.map { $0.lowercased() })
      if let twice = known.intersection(texts).min() { return "the source value \"\(twice)\" stands in two rows" }
      known.formUnion(texts)
    }
    if known.contains("") { return "an empty source value can't be expected: it always gets the default severity" }
    return (1...5).contains(defaultSeverity) ? nil : "the default severity must be from 1 to 5, not \(defaultSeverity)"
  }

  /// The row that expects `text`, and whether there was one; else the row of the default severity.
  package func lookUp(_ text: String) -> (severity: Int, qds: Int, isExpected: Bool) {
    if let row = byText[text.lowercased()] { return (row.severity, row.qds, true) }
    let row = rows[defaultSeverity - 1]
    return (row.severity, row.qds, false)
  }
}

// MARK: - As it is stored

extension ScoreMap {
  package var json: JSONValue {
    let rows = rows.map { row in
      JSONValue.object([
        "severity": .integer(Int64(row.severity)), "expected": .array(row.expected.map(JSONValue.string)),
        "qds": .integer(Int64(row.qds)),
      ])
    }
    return .object([
      "name": .string(name), "rows": .array(rows), "defaultSeverity": .integer(Int64(defaultSeverity)),
    ])
  }

  /// What ``json`` gave.
  package init(_ json: JSONValue) throws(ScoreMapError) {
    let rows = (json["rows"]?.array ?? []).map { row in
      Row(
        severity: Int(row["severity"]?.integer ?? 0), expected: (row["expected"]?.array ?? []).compactMap(\.string),
        qds: Int(row["qds"]?.integer ?? -1))
    }
    try self.init(
      name: json["name"]?.string ?? "", rows: rows, defaultSeverity: Int(json["defaultSeverity"]?.integer ?? 0))
  }
}

package struct ScoreMapError: Error, CustomStringConvertible {
  package var map: String
  package var problem: String
  package var description: String { "score map \"\(map)\": \(problem)" }
}
