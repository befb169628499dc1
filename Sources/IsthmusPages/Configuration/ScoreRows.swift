import IsthmusCore
import IsthmusServer
import IsthmusStore

/// The five rows of a score map and its default severity, as a form has them: on the map's own page, and in the step of
/// a connector's wizard.
struct ScoreRows: Sendable {
  struct Row: Sendable {
    let severity: String
    let tone: String
    var expected: FormField
    var qds: FormField
  }

  /// A text that the source has sent and that no row expects.
  struct Offer: Sendable {
    let text: String
    /// Which row it is to stand in.
    let place: FormField
  }

  var rows: [Row]
  /// Empty unless the inventory was asked.
  private(set) var offers: [Offer] = []
  private(set) var hasOffers = false
  var defaultSeverity: FormField

  /// - Parameter document: Of the score map.
  init(_ document: JSONValue) {
    let stored = document["rows"]?.array ?? []
    rows = (1...5).map { severity in
      let index = stored.firstIndex { $0["severity"]?.integer == Int64(severity) }
      let row = index.map { stored[$0] }
      let place = "/rows/\(index ?? severity - 1)"
      return Row(
        severity: Self.title(severity), tone: "severity-\(severity)",
        expected: .lines(
          "expected-\(severity)", "Expected source values of severity \(severity)", "One a line.",
          at: "\(place)/expected", row?["expected"]),
        qds: .number(
          "qds-\(severity)", "QDS of severity \(severity)", "0 to 100.", at: "\(place)/qds", row?["qds"], from: "0",
          to: "100"))
    }
    defaultSeverity = .choice(
      "defaultSeverity", "Default severity", "For values that no row expects, and for findings that have none.",
      at: "/defaultSeverity", document["defaultSeverity"], Self.severities)
  }

  private static func title(_ severity: Int) -> String { "\(severity), \(Shown.severity(Int64(severity)))" }
  private static let severities = (1...5).map { (value: String($0), title: title($0)) }

  var fields: [FormField] { rows.flatMap { [$0.expected, $0.qds] } + [defaultSeverity] }

  mutating func mark(by problem: FormProblem) {
    for index in rows.indices {
      rows[index].expected.problem = problem.text(at: rows[index].expected.pointer)
      rows[index].qds.problem = problem.text(at: rows[index].qds.pointer)
    }
    defaultSeverity.problem = problem.text(at: defaultSeverity.pointer)
  }

  // MARK: - What came unexpected

  /// With the texts that these connectors' findings have and no row of the map expects, each with a choice of a row.
  mutating func offer(
    _ document: JSONValue, to connectors: [String], _ context: PageContext
  ) async throws {
    var counts: [String: Int] = [:]
    for connector in connectors {
      let query = try Query(
        QueryField.findingConnectorName.term(for: connector), for: .finding, now: context.services.now())
      let facets = try await context.services.store.read {
        try $0.facets([.sourceSeverity], of: .finding, Listing(query, limit: nil))
      }
      for value in facets.first?.values ?? [] {
        if let text = value.value { counts[text, default: 0] += value.count }
      }
    }
    let rows = document["rows"]?.array ?? []
    let expected = Set(rows.flatMap { $0["expected"]?.array ?? [] }.compactMap { $0.string?.lowercased() })
    let unexpected = counts.filter { !expected.contains($0.key.lowercased()) }.sorted { $0.key < $1.key }
    offers = unexpected.enumerated().map { index, entry in
      let findings = entry.value == 1 ? "1 finding" : "\(Shown.number(Int64(entry.value))) findings"
      return Offer(
        text: entry.key,
        place: .choice(
          "offer-\(index)", entry.key, "\(findings) of it; they have the default severity.", at: "", nil,
          [("", "no row: the default severity")] + Self.severities))
    }
    hasOffers = !offers.isEmpty
  }

  // MARK: - Sent

  /// The map's document with what was typed, and with the offered values in the rows that were chosen for them.
  static func document(_ request: PageRequest, _ before: JSONValue) -> JSONValue {
    let offered = request.fields("offered")
    let rows = (1...5).map { severity -> JSONValue in
      let typed = request.lines("expected-\(severity)").array ?? []
      let chosen = offered.enumerated().filter { request.field("offer-\($0.offset)") == String(severity) }
      return .object([
        "severity": .integer(Int64(severity)),
        "expected": .array(typed + chosen.map { JSONValue.string($0.element) }),
        "qds": request.number("qds-\(severity)"),
      ])
    }
    return before.with("rows", .array(rows)).with("defaultSeverity", request.number("defaultSeverity"))
  }

  /// Whether both maps say the same, whatever they are called and however their rows stand.
  static func agree(_ first: JSONValue, _ second: JSONValue) -> Bool {
    guard let first = try? ScoreMap(first), let second = try? ScoreMap(second) else {
      // One that is not in order says what no other one says.
      return false
    }
    return first.rows == second.rows && first.defaultSeverity == second.defaultSeverity
  }
}
