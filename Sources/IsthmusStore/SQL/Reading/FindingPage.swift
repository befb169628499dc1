import IsthmusCore

/// The numbers of a list's findings, in the list's order.
///
/// A first page of a sorted list of a million findings must not sort them all. So the beginning of the order is
/// tried first: some thousands of findings that come first whatever the query says. Where fewer of them than
/// asked for satisfy the query it is selective, and all that do are gathered and sorted. A page further on has its
/// beginning at the place where the one before ended.
struct FindingPage {
  let reader: SQLReader
  let filter: SQLReader.Filter
  let listing: Listing
  let trial: Trial
  let order: ListOrder
  /// Where the page before ended; nil for the first one.
  let place: ListOrder.Place?

  init(reader: SQLReader, listing: Listing, trial: Trial = Trial()) throws {
    self.reader = reader
    self.listing = listing
    self.trial = trial
    filter = try reader.findingFilter(listing)
    order = try SortSQL.finding(listing.order)
    place = try reader.place(listing, of: .finding, in: order)
  }

  struct Trial {
    /// So many findings from the beginning of the order are tried first; more for long pages.
    var findings = 4000
    /// In the order of their numbers, in which nothing needs to be sorted, more and more are tried up to so many.
    var mostFindings = 64_000
    /// Hosts whose findings are tried first.
    var hosts = 200
    /// More where many are asked for: so many for each.
    var rowsForEachAsked = 10
    /// Pages of more rows are not tried.
    var longestPage = 2000

    func findings(for limit: Int) -> Int { max(findings, rowsForEachAsked * limit) }
  }

  /// What a finding is sorted by.
  enum Key {
    /// Its number.
    case number
    /// A column of `finding f` with an index of its own, of the rows that have a value.
    case indexed(String)
    /// A column of `finding f` that packs have too; no index has it.
    case date(String, PackedCondition.DateTest.Column)
    /// A column of `finding f` with few values, all of which variants have too.
    case few(String)
    /// An expression over `finding f` alone.
    case own(String)
    /// An expression over the finding's `asset a`.
    case host(String)
    /// An expression over `control_variant w`, `control c` and `connector k`.
    case control(String)
    /// An expression that needs all tables of the list.
    case other(String)

    var expression: String {
      switch self {
      case .number: "f.id"
      case .indexed(let expression), .date(let expression, _), .few(let expression), .own(let expression),
        .host(let expression), .control(let expression), .other(let expression):
        expression
      }
    }
  }

  func ids() throws -> [Int64] {
    guard let first = listing.order.first else {
      if let found = try walk(ranks()) { return found }
      if let levels = try levels(), let found = try walk(levels) { return found }
      return try gather(SQLFragment("finding f"), order.unindexedSQL)
    }
    let key = try SortSQL.findingKey(first.field)
    if case .number = key { return try byNumber() }
    guard let term = order.terms.first, listing.order.count == 1 else {
      return try gather(SQLFragment(SQLReader.findingTables), order.sql)
    }
    switch key {
    case .number: return try byNumber()
    case .date(let expression, let column):
      return try date(column, expression, term) ?? gather(SQLFragment("finding f"), order.sql)
    case .few(let column): return try few(column, term) ?? gather(SQLFragment("finding f"), order.sql)
    case .own: return try gather(SQLFragment("finding f"), order.sql)
    case .indexed(let column):
      return try walk(values(of: column, term)) ?? gather(SQLFragment("finding f"), order.unindexedSQL)
    case .host: return try host(term)
    case .control(let expression): return try control(expression, term)
    case .other: return try gather(SQLFragment(SQLReader.findingTables), order.sql)
    }
  }

  /// Those that satisfy the query and come after the place, sorted.
  ///
  /// - Parameters:
  ///   - tables: With the alias `f`.
  ///   - after: In place of the order's own condition; it may use `prefix`.
  ///   - tried: Narrows the findings to the beginning of the order.
  ///   - limit: In place of the listing's.
  func gather(
    _ tables: SQLFragment, _ order: String, with prefix: SQLFragment = SQLFragment(""), after: SQLFragment? = nil,
    tried: SQLFragment = .true, limit: Int? = nil
  ) throws -> [Int64] {
    let with = [filter.prefix, prefix].filter { !$0.text.isEmpty }
    let after = after ?? place.map(self.order.after) ?? .true
    var text = with.isEmpty ? "" : "WITH \(with.map(\.text).joined(separator: ", ")) "
    text += "SELECT f.id FROM \(tables.text) WHERE (\(tried.text)) AND (\(after.text)) AND (\(filter.condition.text))"
    text += " ORDER BY \(order) LIMIT \(limit ?? listing.limit ?? -1)"
    let conditions = tried.values + after.values + filter.condition.values
    var ids: [Int64] = []
    try reader.forEachRow(text, with.flatMap(\.values) + tables.values + conditions) { ids.append($0.integer(0)) }
    return ids
  }

  /// The page's length, if the beginning of the order is to be tried for it.
  var triedLimit: Int? { listing.limit.flatMap { $0 <= trial.longestPage ? $0 : nil } }
}
