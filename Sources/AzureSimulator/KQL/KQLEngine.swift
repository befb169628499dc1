/// The query language of Resource Graph over the tables of a simulated tenant.
///
/// A query is read into a tree, compiled to closures and run; rows stay row numbers until they are written out.
package struct KQLEngine: Sendable {
  /// The longest query taken, in bytes.
  package static let maximumQueryLength = 1 << 20

  private let tables: [String: any TableSource]
  private let now: @Sendable () -> Int64
  private let refusedWords: [String]
  private let listLimit: Int?

  /// - Parameters:
  ///   - now: Ticks of 100 ns since 1970-01-01T00:00:00Z, read once a query.
  ///   - refusedWords: A query with one of them is refused, as one with a function that the service does not take.
  ///   - listLimit: Elements that lists of `make_list` keep; nil: what the language allows.
  package init(
    tables: [any TableSource], now: @escaping @Sendable () -> Int64, refusedWords: [String] = [], listLimit: Int? = nil
  ) {
    self.refusedWords = refusedWords
    self.listLimit = listLimit
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
    if let word = refusedWords.first(where: query.lowercased().contains) {
      throw KQLError(code: "InvalidQuery", message: "'\(word)' is not supported.")
    }
    let tree = try KQLParser.parse(text)
    try QueryLimits.check(tree)
    var runner = QueryRunner(query: text, tables: tables, subscriptions: subscriptions, now: now())
    if let listLimit { runner.listLimit = min(listLimit, runner.listLimit) }
    return KQLResult(try runner.run(tree), isLimited: tree.isLimited, isSummarised: tree.isSummarised)
  }
}

extension TabularQuery {
  /// Whether the rows are groups of a table's: Resource Graph then gives a first page and no token.
  fileprivate var isSummarised: Bool {
    has { step in
      switch step {
      case .summarize, .distinct: true
      default: false
      }
    }
  }

  /// Whether the result is cut by `take`, `limit`, `sample` or `top`: Resource Graph then gives no page token.
  fileprivate var isLimited: Bool {
    has { step in
      switch step {
      case .take, .top: true
      default: false
      }
    }
  }

  /// Whether one of the operators that the rows go through is such; the right sides of joins are not looked at.
  private func has(_ isWanted: (TabularOperator.Kind) -> Bool) -> Bool {
    if operators.contains(where: { isWanted($0.kind) }) { return true }
    if case .query(let inner) = source { return inner.has(isWanted) }
    return false
  }
}
