/// What the service allows in one query, counted before anything runs.
///
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language>
struct QueryLimits {
  private static let maximumJoins = 3
  private static let maximumExpansions = 3
  private static let maximumUnionLegs = 3

  private var joins = 0
  private var expansions = 0
  /// Tables that unions add to the one that a query reads anyway.
  private var addedLegs = 0
  private var remoteTables: [String: Int] = [:]

  /// - Throws: `DisallowedMaxNumberOfRemoteTables` and its like, naming the limit.
  static func check(_ query: TabularQuery) throws(KQLError) {
    var limits = QueryLimits()
    limits.visit(query)
    if limits.joins > maximumJoins {
      throw refused("DisallowedNumberOfJoins", "A query may have at most \(maximumJoins) joins.")
    }
    if limits.expansions > maximumExpansions {
      throw refused("DisallowedNumberOfMvExpands", "A query may have at most \(maximumExpansions) mv-expand operators.")
    }
    if limits.addedLegs >= maximumUnionLegs {
      throw refused("DisallowedNumberOfUnionLegs", "A query may have at most \(maximumUnionLegs) union legs.")
    }
    if let table = limits.remoteTables.first(where: { $0.value > 1 })?.key {
      throw refused(
        "DisallowedMaxNumberOfRemoteTables", "Table \(table) may stand on the right side of a join only once.")
    }
  }

  private static func refused(_ code: String, _ message: String) -> KQLError {
    KQLError(code: code, message: message)
  }

  private mutating func visit(_ query: TabularQuery) {
    switch query.source {
    case .table: break
    case .query(let inner): visit(inner)
    case .union(let legs): visit(legs: legs, added: legs.count - 1)
    }
    for step in query.operators {
      switch step.kind {
      case .join(let join):
        joins += 1
        if let table = Self.leadingTable(of: join.right), table != KQLParser.defaultTable {
          remoteTables[table, default: 0] += 1
        }
        visit(join.right)
      case .expand: expansions += 1
      case .union(let legs): visit(legs: legs, added: legs.count)
      default: break
      }
    }
  }

  private mutating func visit(legs: [TabularQuery], added: Int) {
    addedLegs += added
    for leg in legs { visit(leg) }
  }

  private static func leadingTable(of query: TabularQuery) -> String? {
    switch query.source {
    case .table(let name): name.lowercased()
    case .query(let inner): leadingTable(of: inner)
    case .union: nil
    }
  }
}
