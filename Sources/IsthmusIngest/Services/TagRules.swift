package import IsthmusCore
import IsthmusStore

/// What a tag and a business entity may be.
package enum TagRules {
  /// What tags decide themselves: a query that tested it would depend on its own outcome, and on the order of tags.
  private static let decidedByTags: Set<QueryField> = [
    .tagName, .businessEntityName, .assetCriticality, .internetExposed, .truRiskScore, .scoreBand,
  ]

  /// Why `text` can't be a tag's query; nil if it can.
  package static func problem(ofQuery text: String, at: Timestamp) -> String? {
    if text.allSatisfy(\.isWhitespace) { return "the query is empty; for all hosts write asset.type: HOST" }
    let query: Query
    do throws(QueryError) {
      query = try Query(text, for: .asset, now: at)
    } catch {
      return "the query can't be read.\n\(error.rendered(in: text))"
    }
    let decided = query.fields.intersection(decidedByTags).map { QueryCatalogue.name(of: $0) }.sorted()
    if decided.isEmpty { return nil }
    let instead = query.fields.contains(.internetExposed) ? "; publicIpAddresses can be tested" : ""
    return """
      the query tests \(decided.joined(separator: ", ")), which tags themselves decide: the tag would depend on \
      itself\(instead)
      """
  }

  /// Why a tag or an entity can't have this name; nil if it can.
  package static func problem(ofName name: String) -> String? {
    if name.allSatisfy(\.isWhitespace) { return "the name is empty" }
    if name.count > 100 { return "the name is longer than 100 characters" }
    let isPrintable = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    return isPrintable ? nil : "the name has control characters in it"
  }

  /// Why the colour can't be used; nil if it can.
  package static func problem(ofColour text: String) -> String? {
    let isColour = text.utf8.count == 7 && text.first == "#" && text.dropFirst().allSatisfy(\.isHexDigit)
    return isColour ? nil : "\"\(text)\" is no colour, such as \"#c0392b\""
  }

  static func problem(of tag: StoredTag, at: Timestamp) -> String? {
    if let criticality = tag.criticality, !(1...5).contains(criticality) { return "the criticality is 1 to 5" }
    return problem(ofName: tag.name) ?? tag.colour.flatMap { problem(ofColour: $0) }
      ?? problem(ofQuery: tag.query, at: at)
  }
}
