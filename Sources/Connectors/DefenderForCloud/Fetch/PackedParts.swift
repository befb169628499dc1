import IsthmusConnect
import IsthmusCore

/// Which resources' assessments are asked for together. Of a query that summarises, the service gives a first page of 1,000
/// rows and no other one, so resources are asked for in parts that fit into it; each row is in exactly one of them.
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language>
struct PackedParts: Sendable {
  /// Conditions on whole rows, in order: one query each.
  let conditions: [String]

  /// What parts are made by: an expression over whole rows, and over ``FindingProjection/owner``.
  enum Key: CaseIterable {
    case resourceGroup
    /// The last characters of the resource's id: mostly of a number.
    case twoLast, threeLast

    var expression: String {
      switch self {
      case .resourceGroup: "resourceGroup"
      case .twoLast: Self.last(2)
      case .threeLast: Self.last(3)
      }
    }

    private static func last(_ count: Int) -> String {
      let owner = FindingProjection.owner
      // A negative start, of a shorter text, counts from its end: all of it.
      return "substring(\(owner), strlen(\(owner)) - \(count))"
    }
  }

  /// Resources that one answer holds, about; a part alone may have more.
  static let resources = 500
  /// Assessments, likewise: some megabytes.
  private static let assessments = 30_000
  /// An estimate of the service's, so with room up to 1,000.
  private static let mostResourcesOfPart = 900

  /// - Parameter rows: A query that gives whole rows.
  static func query(_ rows: String, _ key: Key) -> String {
    """
    \(rows) | summarize rows = count(), resources = dcount(\(FindingProjection.owner)) by part = tolower(\(key.expression)) \
    | project id = part, part, rows, resources | order by id asc
    """
  }

  /// - Returns: nil where no key gives parts that are small enough, and few enough to be told in one page.
  static func fetch(
    _ rows: String, _ graph: ResourceGraphClient, _ scopes: [SourceScope]
  ) async throws(ResourceGraphError) -> PackedParts? {
    for key in Key.allCases {
      let query = query(rows, key)
      var parts: [String: Part] = [:]
      var isWhole = true
      for step in PagedListing.steps(queries: [query], scopes: scopes) {
        let page = try await graph.page(of: step.query, scope: step.scope)
        page.forEachRow { row in
          guard let name = row["part"]?.string else {
            isWhole = false
            return
          }
          parts[name, default: Part()].rows += ResourceGraphPage.count(row["rows"])
          parts[name, default: Part()].resources += ResourceGraphPage.count(row["resources"])
        }
        isWhole = isWhole && !page.isCutOff && page.skipToken == nil
      }
      if isWhole, parts.values.allSatisfy({ $0.resources <= mostResourcesOfPart }) {
        let conditions = together(parts).map { "\(key.expression) in~ (\(Queries.list($0)))" }
        // That there is nothing is to be seen in an answer too.
        return PackedParts(conditions: conditions.isEmpty ? ["true"] : conditions)
      }
    }
    return nil
  }

  private struct Part {
    var rows = 0
    var resources = 0
  }

  private static func together(_ parts: [String: Part]) -> [[String]] {
    var groups: [[String]] = []
    var sum = Part()
    for (name, part) in parts.sorted(by: { $0.key < $1.key }) {
      let isFull = sum.resources + part.resources > resources || sum.rows + part.rows > assessments
      if groups.isEmpty || isFull {
        groups.append([])
        sum = Part()
      }
      groups[groups.count - 1].append(name)
      sum.rows += part.rows
      sum.resources += part.resources
    }
    return groups
  }
}
