import IsthmusCore
import Testing

@Suite("Completions of queries")
struct QueryCompletionTests {
  static let now = Timestamp(microseconds: 1_770_724_800_000_000)

  private func completions(_ text: String, for entity: QueryEntity = .finding) -> [QueryCompletion] {
    QueryCompletion.completions(of: text, at: text.count, for: entity, now: Self.now)
  }

  @Test(
    "What can follow is offered",
    arguments: [
      ("", "finding.id"), ("finding.st", "finding.status"), ("FINDING.ST", "finding.status"),
      ("severi", "finding.severity"),
      ("riskSc", "asset.riskScore"), ("finding.status", ": "), ("finding.status ", ": "), ("finding.qds ", "> "),
      ("finding.status ", "is null"), ("finding.status: ", "NEW"), ("finding.status: R", "REOPENED"),
      ("finding.status: [NEW, F", "FIXED"), ("finding.isFound: t", "true"), ("finding.status: NEW ", "and "),
      ("finding.status: NEW a", "and "), ("finding.title: \"x\"", " or "), ("(finding.status: NEW ", ")"),
      ("finding.status: NEW and ", "finding.id"), ("not finding.sev", "finding.severity"), ("n", "not "),
      ("inventory: (so", "source"), ("finding: (status: NEW and sev", "severity"),
      ("asset.interf", "asset.interface: ("),
      ("finding.firstFoundDate > ", "now-1w"),
    ])
  func offered(text: String, completion: String) {
    #expect(completions(text).contains { $0.text == completion }, "\(completions(text).map(\.text))")
  }

  @Test("A completion takes the place of what it completes")
  func replaces() throws {
    let text = "asset.name: é and finding.st or x"
    let place = "asset.name: é and finding.st".count
    let found = QueryCompletion.completions(of: text, at: place, for: .finding, now: Self.now)
    let status = try #require(found.first { $0.text == "finding.status" })
    #expect(status.replaces == 18..<28)
    let value = try #require(completions("finding.status: [NEW, re").first)
    #expect(value.text == "REOPENED" && value.replaces == 22..<24)
  }

  @Test(
    "Nothing is offered behind what is wrong already",
    arguments: ["nope: x and ", "asset.name: x)", "finding.qds: high and "])
  func wrong(text: String) { #expect(completions(text).isEmpty) }

  @Test("The listed records' tokens come first")
  func order() {
    #expect(completions("cr", for: .asset).first?.text.hasPrefix("asset.") == true)
    #expect(completions("", for: .asset).first?.text == "asset.id")
  }
}
