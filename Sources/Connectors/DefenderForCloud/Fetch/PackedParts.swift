import IsthmusConnect
import IsthmusCore

/// Which resources' assessments are asked for together. Of a query that summarises, the service gives a first page of 1,000
/// rows and no other one, so resources are asked for in parts that fit into it; each row is in exactly one of them.
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language>
struct PackedParts: Sendable {
  /// Conditions on whole rows, in order: one query each.
  let conditions: [String]

  /// What parts are made by: an expression over whole rows, and over ``FindingProjection/owner``.
  enum Key: Hashable, Comparable {
    case resourceGroup
    /// So many last characters of the resource's id: mostly of a number.
    case ending(Int)

    var expression: String {
      switch self {
      case .resourceGroup: return "resourceGroup"
      case .ending(let count):
        let owner = FindingProjection.owner
        // A negative start, of a shorter text, counts from its end: all of it.
        return "substring(\(owner), strlen(\(owner)) - \(count))"
      }
    }

    func condition(_ names: [String]) -> String { "\(expression) in~ (\(Queries.list(names)))" }
  }

  /// Rows of which the key has the value, in lower case.
  struct Part: Hashable {
    var key: Key
    var name: String
    var rows: Int
    var resources: Int
  }

  /// Resources that one answer holds, about; a part alone may have more.
  static let resources = 500
  /// Assessments, likewise: some megabytes.
  private static let assessments = 30_000
  /// An estimate of the service's, so with room up to 1,000.
  static let mostResourcesOfPart = 900
  /// No part is told by a longer ending.
  private static let longestEnding = 8
  /// So many parts are divided by one query: their parts are told in one page, of 1,000 rows.
  private static let mostDivided = 15

  /// - Parameters:
  ///   - rows: A query that gives whole rows.
  ///   - condition: Of the rows that are looked at; nil: of all.
  static func query(_ rows: String, by key: Key, where condition: String? = nil) -> String {
    let looked = condition.map { "\(rows) | where \($0)" } ?? rows
    return """
      \(looked) | summarize rows = count(), resources = dcount(\(FindingProjection.owner)) by part = tolower(\(key.expression)) \
      | project id = part, part, rows, resources | order by id asc
      """
  }

  /// - Returns: nil where no key gives parts that are small enough, and few enough to be told in one page.
  static func fetch(
    _ rows: String, _ graph: ResourceGraphClient, _ scopes: [SourceScope]
  ) async throws(ResourceGraphError) -> PackedParts? {
    let parts = try await find { (key, condition) async throws(ResourceGraphError) -> [Part]? in
      try await list(query(rows, by: key, where: condition), key, graph, scopes)
    }
    return parts.map { PackedParts(conditions: conditions(of: $0)) }
  }

  /// By resource group, or by endings that are as long as is needed.
  ///
  /// - Parameter ask: The parts by a key, of rows that a condition holds for; nil if they don't fit into one page.
  static func find(
    _ ask: (_ key: Key, _ condition: String?) async throws(ResourceGraphError) -> [Part]?
  ) async throws(ResourceGraphError) -> [Part]? {
    if let groups = try await ask(.resourceGroup, nil), groups.allSatisfy(\.isSmall) { return groups }
    var small: [Part] = []
    var conditions: [String?] = [nil]
    for length in 1...longestEnding {
      var large: [String] = []
      for condition in conditions {
        guard let parts = try await ask(.ending(length), condition) else { return nil }
        small += parts.filter(\.isSmall)
        large += parts.filter { !$0.isSmall }.map(\.name)
      }
      if large.isEmpty { return small }
      conditions = large.batches(of: mostDivided).map(Key.ending(length).condition)
    }
    return nil
  }

  /// The parts that a query tells; nil if it does not tell all.
  private static func list(
    _ query: String, _ key: Key, _ graph: ResourceGraphClient, _ scopes: [SourceScope]
  ) async throws(ResourceGraphError) -> [Part]? {
    var parts: [String: Part] = [:]
    var isWhole = true
    for step in PagedListing.steps(queries: [query], scopes: scopes) {
      let page = try await graph.page(of: step.query, scope: step.scope)
      page.forEachRow { row in
        guard let name = row["part"]?.string else {
          isWhole = false
          return
        }
        var part = parts[name] ?? Part(key: key, name: name, rows: 0, resources: 0)
        part.rows += ResourceGraphPage.count(row["rows"])
        part.resources += ResourceGraphPage.count(row["resources"])
        parts[name] = part
      }
      isWhole = isWhole && !page.isCutOff && page.skipToken == nil
    }
    return isWhole ? Array(parts.values) : nil
  }

  /// One for each answer, in an order that the parts alone decide.
  static func conditions(of parts: [Part]) -> [String] {
    var groups: [[Part]] = []
    var (rows, resources) = (0, 0)
    for part in parts.sorted(by: { ($0.key, $0.name) < ($1.key, $1.name) }) {
      let isFull = resources + part.resources > Self.resources || rows + part.rows > assessments
      if groups.isEmpty || isFull {
        groups.append([])
        (rows, resources) = (0, 0)
      }
      groups[groups.count - 1].append(part)
      rows += part.rows
      resources += part.resources
    }
    // That there is nothing is to be seen in an answer too.
    if groups.isEmpty { return ["true"] }
    return groups.map { group in
      let byKey = Dictionary(grouping: group, by: \.key).sorted { $0.key < $1.key }
      return byKey.map { $0.key.condition($0.value.map(\.name)) }.joined(separator: " or ")
    }
  }
}

extension PackedParts.Part {
  fileprivate var isSmall: Bool { resources <= PackedParts.mostResourcesOfPart }
}
