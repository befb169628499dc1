import IsthmusConnect
import IsthmusCore

/// What rows of the same recommendation have in common, asked for once.
///
/// Nothing is taken on trust: all texts that a recommendation's rows have are asked for. A row is asked for without its
/// texts only if they are the ones that most rows have, which is told by their length; the odd ones are asked for whole.
struct Recommendations: Sendable {
  let parts: CommonParts
  /// Parts by the recommendation's name.
  private let numbers: [String: Int32]
  private var names = RecurringNames()
  /// How many rows there are.
  let rows: Int
  /// A condition that holds for rows whose texts are in ``parts``; nil: for all.
  private let isCommon: String?
  /// A condition that holds for the others; nil: there are none.
  private let isOdd: String?

  /// Recommendations with rows of several texts that a query can tell apart.
  private static let mostVaried = 150
  /// Texts that are held while it is found out.
  private static let mostTexts = 5000

  /// - Parameter rows: A query that gives whole rows.
  static func query(_ rows: String) -> String {
    """
    \(rows) | extend texts = \(FindingProjection.texts) | extend said = tostring(texts) \
    | summarize rows = count(), texts = take_any(texts) by name, said | extend length = strlen(said) \
    | project id = name, name, length, rows, texts | order by id asc, length asc, rows desc
    """
  }

  /// - Returns: nil where the rows of too many recommendations have several texts, or where there are too many of them.
  static func fetch(
    _ rows: String, _ graph: ResourceGraphClient, _ scopes: [SourceScope]
  ) async throws(ResourceGraphError) -> Recommendations? {
    if let variants = try await listed([rows], graph, scopes) { return try Recommendations(variants) }
    // Of a query that summarises there is one page. Names are GUIDs: by their first digit they are in sixteen parts.
    let digits = "0123456789abcdef".map { "'\($0)'" }
    let first = "tolower(substring(name, 0, 1))"
    let parts = digits.map { "\(first) == \($0)" } + ["\(first) !in (\(digits.joined(separator: ", ")))"]
    return try await listed(parts.map { "\(rows) | where \($0)" }, graph, scopes).map(Recommendations.init) ?? nil
  }

  /// Texts by name; nil if there are more than a page has, or than are to be held.
  private static func listed(
    _ parts: [String], _ graph: ResourceGraphClient, _ scopes: [SourceScope]
  ) async throws(ResourceGraphError) -> [String: [Variant]]? {
    var variants: [String: [Variant]] = [:]
    var texts = 0
    for step in PagedListing.steps(queries: parts.map(query), scopes: scopes) {
      let page = try await graph.page(of: step.query, scope: step.scope)
      texts += page.places.count
      if page.isCutOff || page.skipToken != nil || texts > mostTexts { return nil }
      page.forEachRow { row in
        guard let name = row["name"]?.string, let texts = row["texts"] else { return }
        let count = ResourceGraphPage.count(row["rows"])
        let length = ResourceGraphPage.count(row["length"])
        let text = texts.jsonText
        // Over groups of subscriptions the same texts come again.
        if let known = variants[name]?.firstIndex(where: { $0.length == length && $0.text == text }) {
          variants[name]?[known].rows += count
        } else {
          variants[name, default: []].append(Variant(length: length, rows: count, text: text))
        }
      }
    }
    return variants
  }

  /// Which of ``parts`` belongs to a row with this name; nil: none, as for one that came after they were asked for.
  mutating func number(of name: JSONSlice) -> Int32? {
    if let guess = names.guess(name) { return Int32(guess) }
    guard let number = name.string.flatMap({ numbers[$0] }) else { return nil }
    names.note(Int(number))
    return number
  }

  /// Of the query's rows, those whose texts are in ``parts``.
  func common(_ query: String) -> String { isCommon.map { "\(query) | where \($0)" } ?? query }

  /// Queries that give the others, whole.
  func odd(_ query: String) -> [String] { isOdd.map { ["\(query) | where \($0)\(Queries.order)"] } ?? [] }

  private struct Variant {
    /// Of the texts, in characters.
    var length: Int
    var rows: Int
    /// JSON.
    var text: String
  }

  private init?(_ variants: [String: [Variant]]) throws(ResourceGraphError) {
    var texts: [String] = []
    var numbers: [String: Int32] = [:]
    var lengths: [(name: String, length: Int)] = []
    for (name, known) in variants.sorted(by: { $0.key < $1.key }) {
      guard let main = known.max(by: { $0.rows < $1.rows }) else { continue }
      numbers[name] = Int32(texts.count)
      names.append(name)
      texts.append(main.text)
      if known.count > 1 {
        // No length is -1: where it does not tell, all rows of the recommendation are odd.
        lengths.append((name, known.count { $0.length == main.length } == 1 ? main.length : -1))
      }
    }
    if lengths.count > Self.mostVaried { return nil }
    do throws(JSONError) {
      let document = try JSONDocument("[\(texts.joined(separator: ","))]")
      parts = CommonParts(document, places: document.withRoot { $0.elements.map(\.index) })
    } catch {
      throw .failed(ConnectorError(.unexpected, "The recommendations' texts are \(error).", remedy: "Report this."))
    }
    self.numbers = numbers
    rows = variants.values.joined().reduce(0) { $0 + $1.rows }
    if lengths.isEmpty {
      (isCommon, isOdd) = (nil, nil)
    } else {
      let names = lengths.map { Queries.literal($0.name) }.joined(separator: ", ")
      let cases = lengths.map { "name == \(Queries.literal($0.name)), \($0.length)" }.joined(separator: ", ")
      let hasCommonTexts = "strlen(tostring(\(FindingProjection.texts))) == case(\(cases), -1)"
      isCommon = "name !in (\(names)) or \(hasCommonTexts)"
      isOdd = "name in (\(names)) and not(\(hasCommonTexts))"
    }
  }
}
