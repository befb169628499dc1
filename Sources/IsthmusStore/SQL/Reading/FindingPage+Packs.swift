import IsthmusCore

/// Orders by a date that packs have. No index has it: each page of a run would write all over such an index.
extension FindingPage {
  /// Resources among which a page's findings are, at most; where many have the same date they are sorted all.
  private static let mostResources = 1000

  /// - Returns: nil where packs don't tell which findings come first.
  func date(_ column: PackedCondition.DateTest.Column, _ expression: String, _ term: ListOrder.Term) throws -> [Int64]?
  {
    guard let limit = triedLimit, limit > 0 else { return nil }
    guard let packs = try reader.packed(filter) else { return nil }
    // Dates in the list's direction are ascending ranks.
    let sign: Int64 = term.isDescending ? -1 : 1
    var start = Int64.min
    switch place?.values.first {
    case .integer(let date)?: start = date &* sign
    // Among those without a date.
    case .some: return nil
    case nil: break
    }
    var first = FirstRanks(limit)
    try packs.forEachFinding(withDates: true) { resource, finding, _ in
      guard let date = finding.date(column) else { return }
      // The place's own date: some of its findings are before it, some behind.
      if date &* sign == start, place != nil {
        first.addEqual(resource)
      } else if date &* sign >= start {
        first.add(date &* sign, resource)
      }
    }
    // Findings without a date come behind.
    guard let (end, resources) = first.found() else { return nil }
    if resources.count > Self.mostResources { return nil }
    let (lowest, highest) = term.isDescending ? (end &* sign, start == .min ? .max : start &* sign) : (start, end)
    return try gather(
      SQLFragment("finding f INDEXED BY finding_by_resource"), order.sql,
      tried: SQLFragment(
        "f.resource_id IN (SELECT value FROM json_each(?)) AND \(expression) BETWEEN ? AND ?",
        [.integers(resources.sorted()), .integer(lowest), .integer(highest)]))
  }

  /// The list's own order, without the levels of it of which the query finds nothing.
  ///
  /// - Returns: nil where packs don't tell.
  func levels() throws -> [Stretch]? {
    guard triedLimit != nil, let packs = try reader.packed(filter) else { return nil }
    let scores = try reader.rows("SELECT id, qds FROM control_variant") { ($0.integer(0), $0.integer(1)) }
    let byVariant = Dictionary(scores, uniquingKeysWith: { first, _ in first })
    let levels = Set(
      try packs.tallies().controls.numbers.compactMap { key, _ in
        byVariant[key.variant].map { Level(isOpen: key.isOpen, qds: $0) }
      })
    let place = place.flatMap { place in
      if case .integer(let isClosed) = place.values.first, case .integer(let qds) = place.values.last {
        (level: Level(isOpen: isClosed == 0, qds: qds), number: place.number)
      } else {
        nil
      }
    }
    return levels.sorted().compactMap { level in
      var condition = SQLFragment(
        "(f.opened_listing IS NULL) = ? AND f.qds = ?", [.integer(level.isOpen ? 0 : 1), .integer(level.qds)])
      if let place, level < place.level { return nil }
      if let place, level == place.level {
        condition = .combine([condition, SQLFragment("f.id > ?", [.integer(place.number)])], "AND")
      }
      return Stretch(condition: condition, order: "f.id")
    }
  }

  /// Findings of the same place in the list's own order, but for their numbers.
  private struct Level: Hashable, Comparable {
    var isOpen: Bool
    var qds: Int64

    static func < (a: Level, b: Level) -> Bool { a.isOpen == b.isOpen ? a.qds > b.qds : a.isOpen }
  }

  /// By a column of few values: for each its findings by number, of which there are many everywhere.
  ///
  /// - Returns: nil where the beginning of the order has not enough.
  func few(_ column: String, _ term: ListOrder.Term) throws -> [Int64]? {
    guard let limit = triedLimit else { return nil }
    let known = try reader.rows("SELECT DISTINCT \(column.replacing("f.", with: "w.")) FROM control_variant w") {
      $0.integer(0)
    }
    var start: Int64?
    if case .integer(let value)? = place?.values.first { start = value }
    var found: [Int64] = []
    for value in known.sorted(by: { term.isDescending ? $0 > $1 : $0 < $1 }) {
      if let start, term.isDescending ? value > start : value < start { continue }
      let first = try first(
        limit - found.count, after: value == start ? place?.number : nil,
        where: SQLFragment("\(column) = ?", [.integer(value)]))
      found += first.ids
      if found.count == limit { return found }
      if !first.isAll { return nil }
    }
    return found
  }
}

/// The smallest of many ranks, so many of them and all that are equal to the last one, with their resources.
private struct FirstRanks {
  private let count: Int
  private var kept: [(rank: Int64, resource: Int)] = []
  private var equal: Set<Int> = []
  /// None above it is among them.
  private var bound = Int64.max

  init(_ count: Int) { self.count = count }

  mutating func add(_ rank: Int64, _ resource: Int) {
    guard rank <= bound else { return }
    kept.append((rank, resource))
    // Twice as many again before the next time, however many are equal.
    if kept.count == kept.capacity, kept.count >= 4 * count { cut() }
  }

  /// One that is neither before nor behind the others.
  mutating func addEqual(_ resource: Int) { equal.insert(resource) }

  private mutating func cut() {
    kept.sort { $0.rank < $1.rank }
    guard kept.count > count, count > 0 else { return }
    bound = kept[count - 1].rank
    let end = kept.firstIndex { $0.rank > bound } ?? kept.count
    kept.removeLast(kept.count - end)
    kept.reserveCapacity(2 * kept.count)
  }

  /// The last of them, and the resources of all; nil if there are not enough.
  mutating func found() -> (end: Int64, resources: Set<Int64>)? {
    cut()
    guard count > 0, kept.count >= count else { return nil }
    return (kept[count - 1].rank, Set(kept.map { Int64($0.resource) } + equal.map(Int64.init)))
  }
}
