import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  private struct Large: Sendable {
    var name: String
    var entity = QueryEntity.asset
    var text: String
  }

  static let queryLimitCases =
    (deep + wide).map { large in
      Case("A query of \(large.name) is answered") { fixture in
        let store = try fixture.open()
        let inventory = try await store.write { try RandomInventory(seed: 5, hosts: 4, $0) }
        try await store.read { reader in
          let shown = try ShownInventory(inventory.hidden, reader)
          let query = try Query(large.text, for: large.entity, now: RandomInventory.now)
          let listing = Listing(query, limit: nil, order: [.init("id", descending: false)])
          let (found, count) = try answer(large.entity, listing, reader)
          #expect(found == shown.ids(query))
          #expect(count == found.count)
        }
      }
    } + [refusal]

  // MARK: - Deep

  private static func nested(_ levels: Int, around inner: String, _ nest: (String, Int) -> String) -> String {
    (0..<levels).reduce(inner) { text, level in nest(text, level) }
  }

  private static let deep: [Large] = [
    Large(
      name: "1,000 levels of and, or and not",
      text: nested(333, around: "asset.name: web") { inner, level in
        "(asset.name: a\(level) or not (\(inner) and cloud.region: b\(level)))"
      }),
    Large(
      name: "500 alternating levels with a number and a tag at each",
      text: nested(250, around: "asset.name: web*") { inner, level in
        "(tags.name: web or (\(inner) and asset.riskScore > \(level)))"
      }),
    Large(
      name: "four relations, each within 180 levels", entity: .finding,
      text: nested(5, around: "finding.severity > 1") { inner, level in
        let isFinding = level.isMultiple(of: 2)
        let related = level == 0 ? inner : isFinding ? "asset: (\(inner))" : "finding: (\(inner))"
        return nested(90, around: related) { inner, level in
          isFinding
            ? "(finding.qds > \(level) or (\(inner) and finding.severity < \(level % 5 + 1)))"
            : "(asset.name: web or (\(inner) and not asset.name: x\(level)))"
        }
      }),
    Large(
      name: "300 levels about one tag",
      text: "tags: (\(nested(300, around: "name: web") { "(name: Éclair or (\($0) and name: p\($1)))" }))"),
    Large(
      name: "200 levels about one source", entity: .finding,
      text:
        "asset: (inventory: (\(nested(200, around: "source: Defender") { inner, level in "(connectorId: \(level + 1) or (\(inner) and createdDate > now-\(level)d))" })))"
    ),
    Large(
      name: "200 levels about one custom attribute",
      text:
        "customAttributes: (\(nested(200, around: "connectorId: 1") { "(value: web or (\($0) and key: \($1 % 2 == 0 ? "owner" : "Web")))" }))"
    ),
    Large(
      name: "200 levels about a finding's custom attribute", entity: .finding,
      text:
        "finding.customAttributes: (\(nested(200, around: "key: owner") { "(value: web or (\($0) and not value: x\($1)))" }))"
    ),
  ]

  // MARK: - Wide

  /// As many as a query may be long, numbered.
  private static func filled(_ separator: String, _ term: (Int) -> String) -> String {
    var text = term(0)
    var number = 1
    while true {
      let next = "\(separator)\(term(number))"
      if text.utf8.count + next.utf8.count > Query.maximumLength { return text }
      text += next
      number += 1
    }
  }

  private static let wide: [Large] = [
    Large(name: "64 KiB of words", text: filled(" or ") { "w\($0)" }),
    Large(name: "64 KiB of words of findings", entity: .finding, text: filled(" or ") { "\($0)x" }),
    Large(
      name: "one list of 64 KiB", text: "asset.name: [web, \(filled(", ") { "h\($0)" }.prefix(65_000).trimmedList)]"),
    Large(
      name: "a list of thousands of ids", entity: .finding,
      text:
        "finding.externalFindingId: [\(filled(", ") { "`/subscriptions/1/x\($0)`" }.prefix(65_000).trimmedList), `/subscriptions/1/x`]"
    ),
    Large(
      name: "a list of thousands of numbers", entity: .finding,
      text: "finding.id: [\(filled(",") { "\($0 + 7)" }.prefix(65_000).trimmedList)]"),
    Large(name: "thousands of different numbers", entity: .finding, text: filled(" or ") { "finding.id: \($0 + 5)" }),
    Large(name: "thousands of names that all must be", text: filled(" and ") { "asset.name: e\($0)" }),
    Large(name: "thousands of names that none may be", text: filled(" and ") { "not asset.name: e\($0)" }),
    Large(name: "thousands of tags, each of which must be", text: filled(" and ") { "tags.name: p\($0)" }),
    Large(name: "thousands of tags of which one must be", text: filled(" or ") { "tags.name: web\($0)" }),
    Large(
      name: "thousands of groups", text: filled(" or ") { "inventory: (source: port and connectorId: \($0 % 4))" }),
    Large(
      name: "thousands of ranges", entity: .finding,
      text: filled(" or ") { "finding.qds: [\($0 % 50) .. \($0 % 50 + 1)]" }),
    Large(
      name: "thousands of causes, each of which must be", entity: .finding,
      text: filled(" and ") { "finding.statusCause: *\($0)*" }),
    Large(
      name: "thousands of ranges of dates", entity: .finding,
      text: filled(" and ") { "not finding.firstFoundDate > now+\($0)d" }),
  ]

  // MARK: - Too wide

  private static let refusal = Case(
    "A query of more terms than can be answered is refused at the first that is too many"
  ) {
    fixture in
    let store = try fixture.open()
    // Each word is looked for in three fields.
    let text = filled(" and ") { "w\($0)" }
    let query = try Query(text, for: .asset, now: RandomInventory.now)
    let error = await #expect(throws: QueryError.self) {
      try await store.read { try $0.countAssets(Listing(query, limit: nil)) }
    }
    #expect(error?.problem.hasPrefix("The query has more than ") == true)
    #expect(error.map { (1..<text.count).contains($0.position) } == true)
  }
}

extension Substring {
  /// Without what the cut left of the last element.
  fileprivate var trimmedList: Substring { self[..<(lastIndex(of: ",") ?? endIndex)] }
}
