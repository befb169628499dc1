/// The query language of Resource Graph over the tables of a simulated tenant.
///
/// A query is read into a tree, compiled to closures and run; rows stay row numbers until they are written out.
package struct KQLEngine: Sendable {
  /// The longest query taken, in bytes.
  package static let maximumQueryLength = 1 << 20

  private let tables: [String: any TableSource]
  private let now: @Sendable () -> Int64

  /// - Parameter now: Ticks of 100 ns since 1970-01-01T00:00:00Z, read once a query.
  package init(tables: [any TableSource], now: @escaping @Sendable () -> Int64) {
    self.tables = Dictionary(tables.map { ($0.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    self.now = now
  }

  /// Runs the query.
  ///
  /// - Parameter subscriptions: Lower-case ids, already narrowed to what the caller may read.
  /// - Throws: ``KQLError``, for which Resource Graph answers 400.
  package func run(_ query: String, subscriptions: [String]) throws(KQLError) -> KQLResult {
    let text = QueryText(query)
    guard text.bytes.count <= Self.maximumQueryLength else {
      throw KQLError(code: "InvalidQuery", message: "The query is longer than \(Self.maximumQueryLength) bytes.")
    }
    let tree = try KQLParser.parse(text)
    try QueryLimits.check(tree)
    let runner = QueryRunner(query: text, tables: tables, subscriptions: subscriptions, now: now())
    return KQLResult(try runner.run(tree), isLimited: tree.isLimited)
  }
}

extension TabularQuery {
  /// Whether the result is cut by `take`, `limit`, `sample` or `top`: Resource Graph then gives no page token.
  fileprivate var isLimited: Bool {
    let isCut = operators.contains { step in
      switch step.kind {
      case .take, .top: true
      default: false
      }
    }
    if case .query(let inner) = source { return isCut || inner.isLimited }
    return isCut
  }
}
