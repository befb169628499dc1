import IsthmusCore
import Testing

@Suite("Score maps")
struct ScoreMapTests {
  private static func rows(_ changes: (inout [ScoreMap.Row]) -> Void = { _ in }) -> [ScoreMap.Row] {
    var rows = ScoreMap.standard.rows
    changes(&rows)
    return rows
  }

  private func problem(_ rows: [ScoreMap.Row], defaultSeverity: Int = 3) -> String? {
    do throws(ScoreMapError) {
      _ = try ScoreMap(name: "own", rows: rows, defaultSeverity: defaultSeverity)
      return nil
    } catch {
      #expect(error.description == "score map \"own\": \(error.problem)")
      return error.problem
    }
  }

  static let refusals: [(String, [ScoreMap.Row])] = [
    ("it needs exactly one row for each severity 1 to 5", []),
    ("it needs exactly one row for each severity 1 to 5", rows { $0.removeLast() }),
    ("it needs exactly one row for each severity 1 to 5", rows { $0[4].severity = 4 }),
    ("it needs exactly one row for each severity 1 to 5", rows { $0[0].severity = 0 }),
    ("the QDS of severity 5 must be from 0 to 100, not 101", rows { $0[4].qds = 101 }),
    ("the QDS of severity 1 must be from 0 to 100, not -1", rows { $0[0].qds = -1 }),
    ("the QDS of severity 3 must not be lower than that of severity 2", rows { $0[2].qds = 38 }),
    ("the source value \"high\" stands in two rows", rows { $0[0].expected.append("HIGH") }),
    (
      "the source value \"low\" stands in two rows",
      rows {
        $0[3].expected.append("Low")
        $0[4].expected.append("Medium")
      }
    ),
    ("an empty source value can't be expected: it always gets the default severity", rows { $0[0].expected = [""] }),
  ]

  @Test("A map that breaks a rule is refused, and the rule named", arguments: refusals)
  func refuses(problem expected: String, rows: [ScoreMap.Row]) { #expect(problem(rows) == expected) }

  @Test("The default severity is from 1 to 5", arguments: [0, 6, -1])
  func refusesDefault(severity: Int) {
    #expect(
      problem(Self.rows(), defaultSeverity: severity) == "the default severity must be from 1 to 5, not \(severity)")
  }

  @Test("The standard map keeps every rule, and is the documented one")
  func standardIsValid() throws {
    let standard = ScoreMap.standard
    #expect(problem(standard.rows, defaultSeverity: standard.defaultSeverity) == nil)
    #expect(standard.rows.map(\.qds) == [20, 39, 55, 80, 95])
    #expect(standard.rows.map(\.expected) == [["Informational"], ["Low"], ["Medium"], ["High"], ["Critical"]])
    #expect(standard.defaultSeverity == 3)
  }

  @Test("What no rule forbids is allowed")
  func accepts() {
    #expect(problem(Self.rows { $0.reverse() }) == nil)
    #expect(problem(Self.rows { for index in $0.indices { $0[index].qds = 50 } }) == nil)
    #expect(problem(Self.rows { $0[0].expected = [] }) == nil)
    #expect(problem(Self.rows { $0[3].expected = ["High", "Important", "high"] }) == nil)
    #expect(problem(Self.rows { for index in $0.indices { $0[index].qds = index == 4 ? 100 : 0 } }) == nil)
  }

  @Test(
    "A text is looked up without case; what no row expects gets the default severity",
    arguments: [
      ("High", 4, 80, true), ("HIGH", 4, 80, true), ("critical", 5, 95, true), ("informational", 1, 20, true),
      ("", 3, 55, false), ("Severe", 3, 55, false), (" High", 3, 55, false),
    ])
  func looksUp(text: String, severity: Int, qds: Int, isExpected: Bool) {
    let found = ScoreMap.standard.lookUp(text)
    #expect(found.severity == severity)
    #expect(found.qds == qds)
    #expect(found.isExpected == isExpected)
  }

  @Test("Rows are found by severity, whatever their order was")
  func sortsRows() throws {
    let map = try ScoreMap(name: "own", rows: Self.rows { $0.reverse() }, defaultSeverity: 1)
    #expect(map.lookUp("unknown").qds == 20)
    #expect(map.rows.map(\.severity) == [1, 2, 3, 4, 5])
  }
}
