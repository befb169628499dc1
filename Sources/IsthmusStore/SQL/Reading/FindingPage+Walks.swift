/// Orders that an index of `finding` gives.
extension FindingPage {
  /// A part of an order, in which an index gives the findings one after the other.
  struct Stretch {
    /// Over `finding f`.
    var condition: SQLFragment
    var order: String

    /// Its first findings.
    func first(_ count: Int) -> SQLFragment {
      SQLFragment(
        "(SELECT id FROM finding f WHERE \(condition.text) ORDER BY \(order) LIMIT \(count)) t", condition.values)
    }
  }

  /// The page, from the first findings of the stretches; nil if they were not enough.
  func walk(_ stretches: [Stretch]) throws -> [Int64]? {
    guard let limit = triedLimit else { return nil }
    var found: [Int64] = []
    var left = trial.findings(for: limit)
    for stretch in stretches {
      let first = stretch.first(left)
      found += try gather(
        SQLFragment("\(first.text) CROSS JOIN finding f ON f.id = t.id", first.values), stretch.order, after: .true,
        limit: limit - found.count)
      if found.count == limit { return found }
      // All that there are, unless it goes on.
      left -= Int(try reader.rows("SELECT count(*) FROM \(first.text)", first.values) { $0.integer(0) }.first ?? 0)
      if left <= 0 { return nil }
    }
    return found
  }

  /// The list's own order: open ones first, then by QDS. Where the place is among thousands of the same QDS, the index
  /// is entered at the place itself.
  func ranks() -> [Stretch] {
    guard let place, place.values.count == 2 else { return [Stretch(condition: .true, order: order.sql)] }
    let (isClosed, qds) = (place.values[0], place.values[1])
    return [
      Stretch(
        condition: SQLFragment(
          "(f.opened_listing IS NULL) = ? AND f.qds = ? AND f.id > ?", [isClosed, qds, .integer(place.number)]),
        order: "f.id"),
      Stretch(
        condition: SQLFragment("(f.opened_listing IS NULL) = ? AND f.qds < ?", [isClosed, qds]),
        order: "f.qds DESC, f.id"),
      Stretch(condition: SQLFragment("(f.opened_listing IS NULL) > ?", [isClosed]), order: order.sql),
    ]
  }

  /// Of a column with an index of the rows that have a value; then those without one, by number.
  func values(of column: String, _ term: ListOrder.Term) -> [Stretch] {
    let number = order.number.sql
    var without = Stretch(condition: SQLFragment("\(column) IS NULL"), order: number)
    let sorted = "\(column) \(term.direction), \(number)"
    guard let place, let value = place.values.first else {
      return [Stretch(condition: SQLFragment("\(column) IS NOT NULL"), order: sorted), without]
    }
    let later = SQLFragment("f.id \(order.number.comparison) ?", [.integer(place.number)])
    if case .null = value {
      without.condition = .combine([without.condition, later], "AND")
      return [without]
    }
    return [
      Stretch(condition: .combine([SQLFragment("\(column) = ?", [value]), later], "AND"), order: number),
      Stretch(condition: SQLFragment("\(column) \(term.comparison) ?", [value]), order: sorted), without,
    ]
  }

  /// By number: the order in which they are stored.
  func byNumber() throws -> [Int64] {
    var found: [Int64] = []
    var last = place?.number
    if let limit = triedLimit {
      let first = try first(limit, after: last)
      if first.isAll { return first.ids }
      (found, last) = (first.ids, first.last)
    }
    let number = order.number
    let after = last.map { SQLFragment("+f.id \(number.comparison) ?", [.integer($0)]) } ?? .true
    return found
      + (try gather(
        SQLFragment("finding f"), "+\(number.sql)", after: after, limit: listing.limit.map { $0 - found.count }))
  }

  struct Beginning {
    var ids: [Int64]
    /// Whether these are as many as were asked for, or all that there are.
    var isAll: Bool
    /// Where the search ended.
    var last: Int64?
  }

  /// The first ones by number. More and more are tried, so that a page of a list that is read to its end costs what it
  /// moves on by.
  ///
  /// - Parameters:
  ///   - last: A number; those behind it are tried.
  ///   - condition: Which of those that the list has; over `finding f`.
  func first(_ limit: Int, after last: Int64?, where condition: SQLFragment = .true) throws -> Beginning {
    let number = order.number
    var found = Beginning(ids: [], isAll: false, last: last)
    var window = trial.findings(for: limit)
    repeat {
      let after = found.last.map { SQLFragment("f.id \(number.comparison) ?", [.integer($0)]) } ?? .true
      let end = try reader.rows(
        """
        SELECT count(*), \(number.isDescending ? "min" : "max")(id)
        FROM (SELECT f.id FROM finding f WHERE \(after.text) ORDER BY \(number.sql) LIMIT \(window)) n
        """, after.values
      ) { (count: Int($0.integer(0)), number: $0.optionalInteger(1)) }.first
      guard let end, let last = end.number else {
        found.isAll = true
        return found
      }
      let within = SQLFragment("f.id \(number.isDescending ? ">=" : "<=") ?", [.integer(last)])
      found.ids += try gather(
        SQLFragment("finding f NOT INDEXED"), number.sql, after: .combine([after, within], "AND"), tried: condition,
        limit: limit - found.ids.count)
      if found.ids.count == limit || end.count < window {
        found.isAll = true
        return found
      }
      found.last = last
      window *= 4
    } while window <= trial.mostFindings
    return found
  }
}
