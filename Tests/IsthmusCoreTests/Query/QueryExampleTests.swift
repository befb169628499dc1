import IsthmusCore
import TestSupport
import Testing

@Suite("Documented queries")
struct QueryExampleTests {
  static let examples = QueryCatalogue.tokens.flatMap(\.examples) + QueryCatalogue.rules.flatMap(\.examples)

  @Test("Every documented example selects some records and leaves others", arguments: examples)
  func selects(example: QueryExample) throws {
    let query = try Query(example.query, for: example.entity, now: ExampleInventory.now)
    let found = ExampleInventory.inventory.matches(query)
    let all = example.entity == .asset ? 4 : 6
    #expect(!found.isEmpty)
    // What is the same for all records selects them all.
    #expect((found.count == all) == query.isEverything)
  }

  @Test("The two queries of the connector's guide select what they say")
  func guide() throws {
    let hosts = try Query("inventory: (source: `Defender for Cloud`)", for: .asset, now: ExampleInventory.now)
    #expect(ExampleInventory.inventory.matches(hosts) == [0])
    let text = "finding.vendorProductName: `Defender for Cloud`"
    let findings = try Query(text, for: .finding, now: ExampleInventory.now)
    #expect(ExampleInventory.inventory.matches(findings) == [0])
    for old in ["inventory.source: `Defender for Cloud`", "asset.inventory.source:`Defender for Cloud`"] {
      #expect(try Query(old, for: .asset, now: ExampleInventory.now) == hosts)
    }
  }

  @Test("A token's own examples test its field", arguments: QueryCatalogue.tokens.map(\.field))
  func ofItsOwn(field: QueryField) throws {
    let token = try #require(QueryCatalogue.token(of: field))
    #expect(!token.examples.isEmpty)
    let stored: [QueryField: QueryField] = [
      .qvss: .qds, .findingCriticality: .qds, .detectionAge: .firstFound, .findingType: .findingType,
    ]
    for example in token.examples where field.constant == nil {
      let query = try Query(example.query, for: example.entity, now: ExampleInventory.now)
      #expect(query.fields.contains(stored[field] ?? field), "\(example.query)")
    }
  }

  @Test("An example that says it is the same as the one before is the same")
  func same() throws {
    for examples in QueryCatalogue.tokens.map(\.examples) + QueryCatalogue.rules.map(\.examples) {
      for (first, second) in zip(examples, examples.dropFirst()) where second.meaning == "the same" {
        let queries = try [first, second].map { try Query($0.query, for: $0.entity, now: ExampleInventory.now) }
        #expect(
          ExampleInventory.inventory.matches(queries[0]) == ExampleInventory.inventory.matches(queries[1]),
          "\(second.query)")
      }
    }
  }

  @Test("The reference shows every token, rule and example, and no table's row breaks")
  func reference() {
    let markdown = QueryReference.markdown
    for token in QueryCatalogue.tokens { #expect(markdown.contains("| `\(token.name)` |"), "\(token.name)") }
    for example in Self.examples where !example.query.contains("|") {
      #expect(markdown.contains(example.query), "\(example.query)")
    }
    let names = QueryCatalogue.tokensWithoutData.flatMap(\.names)
    #expect(names.allSatisfy { markdown.contains("`\($0)`") })
    var columns = 0
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        columns = 0
        continue
      }
      let bars = line.split(separator: "|", omittingEmptySubsequences: false).count
      if columns == 0 { columns = bars }
      #expect(bars == columns, "\(line)")
    }
  }
}
