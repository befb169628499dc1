/// Orders by values of a finding's host or control, of which there are few.
extension FindingPage {
  func host(_ term: ListOrder.Term) throws -> [Int64] {
    let hosts = "resource r JOIN asset a ON a.id = r.asset_id"
    if let limit = triedLimit, let beginning = try beginning(of: hosts, term) {
      let found = try gather(
        SQLFragment("\(hosts) CROSS JOIN finding f INDEXED BY finding_by_resource ON f.resource_id = r.id"),
        order.sql, tried: beginning)
      if found.count == limit { return found }
    }
    return try gather(
      SQLFragment("finding f JOIN resource r ON r.id = f.resource_id LEFT JOIN asset a ON a.id = r.asset_id"),
      order.sql)
  }

  /// Which of the hosts come first: all with the keys of the first ones that are not before the place. Nil where hosts
  /// without a value are among them: these are too many, and stand with findings that have no host.
  private func beginning(of hosts: String, _ term: ListOrder.Term) throws -> SQLFragment? {
    var from = SQLFragment("(\(term.expression)) IS NOT NULL")
    if let value = place?.values.first {
      if case .null = value { return nil }
      from = SQLFragment("(\(term.expression)) \(term.comparison)= ?", [value])
    }
    let boundary = try reader.rows(
      """
      SELECT \(term.expression) FROM \(hosts) WHERE \(from.text)
      ORDER BY 1 \(term.direction) LIMIT 1 OFFSET \(trial.hosts)
      """, from.values
    ) { $0.value(0) }.first
    guard let boundary else { return from }
    let end = SQLFragment("(\(term.expression)) \(term.isDescending ? ">=" : "<=") ?", [boundary])
    return .combine([from, end], "AND")
  }

  /// Texts are compared once a variant, not once a finding. Ranks are of those that are not before the place.
  func control(_ key: String, _ term: ListOrder.Term) throws -> [Int64] {
    let number = order.number
    let (later, isAt) = ranked(key, term)
    let ranks = SQLFragment(
      """
      ranked (id, control_id, rank, is_at) AS MATERIALIZED (SELECT w.id, c.id,
        dense_rank() OVER (ORDER BY \(key) \(term.direction) NULLS LAST), \(isAt.text)
        FROM control_variant w JOIN control c ON c.id = w.control_id JOIN connector k ON k.id = c.connector_id
        WHERE \(later.text))
      """, isAt.values + later.values)
    let effective = "ifnull(f.variant_id, (SELECT c.variant_id FROM control c WHERE c.id = f.control_id))"
    let rank = "(SELECT n.rank FROM ranked n WHERE n.id = \(effective))"
    var after = SQLFragment.true
    if let place {
      let isAt = "(SELECT n.is_at FROM ranked n WHERE n.id = \(effective))"
      after = SQLFragment(
        "\(isAt) IS FALSE OR (\(isAt) IS TRUE AND f.id \(number.comparison) ?)", [.integer(place.number)])
    }
    let sorted = "\(rank), \(number.sql)"
    // Mostly the first rank has enough.
    for last in triedLimit == nil ? [] : [1, 3] {
      let found = try gather(
        SQLFragment("finding f"), sorted, with: ranks, after: after,
        tried: SQLFragment(
          "f.control_id IN (SELECT n.control_id FROM ranked n WHERE n.rank <= \(last)) AND \(rank) <= \(last)"))
      if found.count == triedLimit { return found }
    }
    return try gather(SQLFragment("finding f"), sorted, with: ranks, after: after)
  }

  /// Which variants are not before the place, and which of them are at it.
  private func ranked(_ key: String, _ term: ListOrder.Term) -> (later: SQLFragment, isAt: SQLFragment) {
    guard let value = place?.values.first else { return (.true, .false) }
    if case .null = value { return (SQLFragment("(\(key)) IS NULL"), .true) }
    return (
      SQLFragment("(\(key)) \(term.comparison)= ? OR (\(key)) IS NULL", [value]),
      SQLFragment("(\(key)) IS NOT DISTINCT FROM ?", [value])
    )
  }
}
