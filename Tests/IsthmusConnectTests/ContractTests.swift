import IsthmusConnect
import IsthmusCore
import Testing

@Suite("Connector contract's values")
struct ContractTests {
  @Test("A scope is its id without case")
  func comparesScopes() {
    let scope = SourceScope(id: "ABC", name: "Production")
    #expect(scope.id == "abc")
    #expect(scope == SourceScope(id: "abc", name: "another name"))
    #expect(Set([scope, SourceScope(id: "aBc", name: "")]).count == 1)
  }

  @Test("A selection compares the source's words without case")
  func selects() {
    let selection = FindingSelection(statuses: ["Healthy", "UNHEALTHY"], excludedCategories: ["SoftwareUpdate"])
    #expect(selection.takes(status: "unhealthy"))
    #expect(!selection.takes(status: "NotApplicable"))
    #expect(!selection.takes(category: "softwareupdate"))
    #expect(selection.takes(category: ""))
  }

  @Test("A page gives its records in order, each where it stands in the document")
  func readsPages() throws {
    let document = try JSONDocument(#"{"data":[{"id":"a"},{"id":"b"},{"id":"c"}]}"#)
    let places = document.withRoot { $0["data"]?.elements.map(\.index) ?? [] }
    let page = SourcePage(document: document, places: places.reversed(), cursor: "next")
    var ids: [String?] = []
    page.forEachRecord { ids.append($0["id"]?.string) }
    #expect(ids == ["c", "b", "a"])
    #expect(page.count == 3)
    #expect(!page.startsOver)
  }

  @Test(
    "A check passes unless a step failed",
    arguments: [
      ([], true), ([.passed, .warning, .skipped], true), ([.passed, .failed, .skipped], false),
    ] as [([ConnectionCheck.Step.Result], Bool)])
  func judgesChecks(results: [ConnectionCheck.Step.Result], isPassed: Bool) {
    #expect(ConnectionCheck(steps: results.map { .init("step", $0, "") }).isPassed == isPassed)
  }
}
