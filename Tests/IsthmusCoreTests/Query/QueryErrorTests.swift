import IsthmusCore
import TestSupport
import Testing

@Suite("Wrong queries")
struct QueryErrorTests {
  static let now = Timestamp(microseconds: 1_770_724_800_000_000)

  struct Wrong: Sendable, CustomTestStringConvertible {
    var text: String
    var position: Int
    var length: Int
    var says: String
    var suggests: String?

    init(_ text: String, _ position: Int, _ length: Int, _ says: String, suggests: String? = nil) {
      self.text = text
      self.position = position
      self.length = length
      self.says = says
      self.suggests = suggests
    }

    var testDescription: String { text }
  }

  static let tokens: [Wrong] = [
    Wrong("asset.nme: x", 0, 9, "no token \"asset.nme\"", suggests: "asset.name"),
    Wrong("asset.name: x and finding.titel: y", 18, 13, "no token", suggests: "finding.title"),
    Wrong("severity: 5", 0, 8, "no token", suggests: "finding.severity"),
    Wrong("finding: (titel: x)", 10, 5, "no token", suggests: "title"),
    Wrong("ünknown: x", 0, 7, "no token \"ünknown\""),
    Wrong("asset-name: x", 0, 10, "no token", suggests: "asset.name"),
    Wrong("finding.cveId: `CVE-2024-1`", 0, 13, "known token, but the inventory holds no data"),
    Wrong("finding: (cveId: x)", 10, 5, "known token"), Wrong("software: (name: x)", 0, 8, "known token"),
    Wrong("qualys.agent.version: 1", 0, 20, "known token"), Wrong("asset: (lastBoot: x)", 8, 8, "known token"),
    Wrong("inventory: x", 0, 9, "group of tokens"), Wrong("inventory is null", 0, 9, "group of tokens"),
    Wrong("inventory: (asset.name: x)", 12, 10, "can't be used inside \"inventory: (…)\""),
    Wrong("asset.tag: (finding: (title: x))", 12, 7, "can't be used inside"),
    Wrong("inventory: (words)", 12, 5, "Words without a token"),
    Wrong("asset.interface: (address: 10.0.0.1 and macAddress: 00:0d:3a:1b:c7:21)", 40, 10, "about another list"),
    Wrong("finding: (asset: (finding: (asset: (tags: (name: x)))))", 36, 4, "More than 4 groups"),
  ]

  static let values: [Wrong] = [
    Wrong("finding.status: NEWW", 16, 4, "no value of this token", suggests: "NEW"),
    Wrong("finding.status: [NEW, FIXD]", 22, 4, "no value", suggests: "FIXED"),
    Wrong("finding.status: X*", 16, 2, "no value"), Wrong("finding.severity: high", 18, 4, "no value"),
    Wrong("finding.severity: 6", 18, 1, "no value"), Wrong("finding.severity: -1", 18, 2, "no value"),
    Wrong("finding.severity: 4.5", 18, 3, "no value"), Wrong("finding.qvss > 7.05", 15, 4, "no value"),
    Wrong("asset.id: B7", 10, 2, "no value"), Wrong("finding.qds: 99999999999999999999", 13, 20, "no value"),
    Wrong("finding.isFound: maybe", 17, 5, "no truth value"),
    Wrong("asset.ipAddress: 10.0.0.256", 17, 10, "no IP address"),
    Wrong("asset.ipAddress: 10.0.0.0/33", 17, 11, "no IP address"),
    Wrong("asset.ipAddress > 10.0.0.1", 18, 8, "compared with \":\""),
    Wrong("asset.macAddress: 00:0d:3a", 18, 8, "no MAC address"),
    Wrong("asset.name: \"\"", 12, 2, "empty"), Wrong("cloud.region: ``", 14, 2, "empty"),
    Wrong("asset.name: ---", 12, 3, "no letter or digit"), Wrong("asset.name > x", 13, 1, "has no order"),
    Wrong("asset.name: [a .. b]", 12, 8, "has no order"), Wrong("finding.qds: [80 .. 70]", 13, 10, "Nothing lies"),
    Wrong("finding.qds: (70 .. 71)", 13, 10, "Nothing lies"), Wrong("finding.qds > [1, 2]", 14, 1, "one value"),
    Wrong("asset.ipAddress: [10.0.0.9 .. 10.0.0.1]", 17, 22, "Nothing lies"),
    Wrong("asset.ipAddress: [10.0.0.1 .. ::1]", 17, 17, "Nothing lies"),
    Wrong("asset.ipAddress: [* .. 10.0.0.1]", 17, 15, "two ends"),
  ]

  static let forms: [Wrong] = [
    Wrong("(asset.name: x", 0, 1, "never closed"), Wrong("asset.name: x)", 13, 1, "closes nothing"),
    Wrong("finding: (title: x", 9, 1, "never closed"), Wrong("()", 1, 1, "Nothing stands before"),
    Wrong("asset.name: \"x", 12, 1, "never closed"), Wrong("asset.name: `x", 12, 1, "never closed"),
    Wrong("asset.name: [x, y", 12, 1, "never closed"), Wrong("finding.qds: [1 .. 2", 13, 1, "never closed"),
    Wrong("finding.qds: (1, 2)", 15, 1, "In parentheses stands a range"),
    Wrong("asset.name: []", 13, 1, "value is missing"), Wrong("asset.name: [x,]", 15, 1, "value is missing"),
    Wrong("asset.name:", 11, 0, "missing at the end"), Wrong("asset.name: x and", 17, 0, "missing at the end"),
    Wrong("not", 3, 0, "missing at the end"), Wrong("and asset.name: x", 0, 3, "nothing before it"),
    Wrong("asset.name: x or or asset.name: y", 17, 2, "nothing before it"),
    Wrong("asset.name: x not asset.name: y", 14, 3, "directly behind a value"),
    Wrong("asset.name: x asset.hostName: y", 14, 14, "directly behind a value"),
    Wrong("asset.name: \"x\" asset.hostName: y", 16, 15, "directly behind a value"),
    Wrong("asset.name: x asset.nme: y", 14, 9, "directly behind a value"),
    Wrong("asset.name: x asset.nme is null", 14, 9, "directly behind a value"),
    Wrong("some words finding.severity > 3", 11, 16, "directly behind a value"),
    Wrong("(asset.name: x) words", 16, 5, "directly behind a value"),
    Wrong("asset.name: one (two)", 16, 1, "can't stand within plain words"),
    Wrong("asset.name: one \"two\"", 16, 1, "can't stand within plain words"),
    Wrong("asset.name != x", 11, 2, "no operator"), Wrong("asset.name :> x", 12, 1, "Two operators"),
    Wrong("finding.qds >> 5", 13, 1, "Two operators"), Wrong("finding.qds == 5", 12, 2, "no operator"),
    Wrong("asset.name is empty", 14, 5, "\"is\" tests"), Wrong("asset.name is not empty", 18, 5, "\"is\" tests"),
    Wrong(": x", 0, 1, "Nothing stands before this operator"),
    Wrong("(> 5)", 1, 1, "Nothing stands before this operator"),
    Wrong("asset.name: “web”", 12, 1, "typographic"), Wrong("asset.name: [‘web’]", 13, 1, "typographic"),
    // Characters, not bytes.
    Wrong("asset.name: éèê and nope: x", 20, 4, "no token"), Wrong("👩‍👩‍👧 or nope: x", 5, 4, "no token"),
  ]

  @Test("A wrong query says where, what is wrong and what is nearest", arguments: tokens + values + forms)
  func refuses(wrong: Wrong) throws {
    let error = try #require(
      #expect(throws: QueryError.self) { try Query(wrong.text, for: .asset, now: Self.now) })
    #expect(error.problem.contains(wrong.says), "\(error)")
    #expect(error.position == wrong.position && error.length == wrong.length, "\(error.position) \(error.length)")
    if let suggestion = wrong.suggests { #expect(error.suggestion == suggestion) }
  }

  @Test("A suggestion is right in the place of what it is suggested for", arguments: tokens + values)
  func suggestionHelps(wrong: Wrong) throws {
    let error = try #require(
      #expect(throws: QueryError.self) { try Query(wrong.text, for: .asset, now: Self.now) })
    guard let suggestion = error.suggestion else { return }
    let before = wrong.text.prefix(error.position)
    let after = wrong.text.dropFirst(error.position + error.length)
    #expect(throws: Never.self) { try Query("\(before)\(suggestion)\(after)", for: .asset, now: Self.now) }
  }

  @Test("An error is shown with its line and a mark below the place")
  func rendered() throws {
    let text = "asset.name: web*\n  and asset.nme: x"
    let error = try #require(#expect(throws: QueryError.self) { try Query(text, for: .asset, now: Self.now) })
    #expect(
      error.rendered(in: text) == """
        Character 24: There is no token "asset.nme". Expected a token's name, or quotation marks around words. \
        Did you mean "asset.name"?
            and asset.nme: x
                ^^^^^^^^^
        """)
    let long = String(repeating: "x", count: 500) + ")"
    let late = try #require(#expect(throws: QueryError.self) { try Query(long, for: .asset, now: Self.now) })
    let lines = late.rendered(in: long).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count < 110 } && lines.last?.hasSuffix("^") == true)
  }

  @Test("A query of 64 KiB is read, a longer one refused")
  func length() throws {
    let full = String(repeating: "a", count: Query.maximumLength)
    #expect(try !Query(full, for: .asset, now: Self.now).steps.isEmpty)
    #expect(throws: QueryError.self) { try Query(full + "a", for: .asset, now: Self.now) }
  }
}
