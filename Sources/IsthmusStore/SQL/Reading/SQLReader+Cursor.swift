import IsthmusCore

extension SQLReader {
  /// The place that the listing goes on from; nil at its beginning.
  func place(
    _ listing: Listing, of entity: QueryEntity, in order: ListOrder
  ) throws(CursorError) -> ListOrder.Place? {
    guard let cursor = listing.after else { return nil }
    try cursor.check(listing, of: entity)
    return try order.place(cursor)
  }

  func cursor(after id: String, of entity: QueryEntity, _ listing: Listing) throws -> ListCursor {
    let number = entity == .asset ? AssetID(text: id)?.number : FindingID(text: id)?.number
    let order = try entity == .asset ? SortSQL.asset(listing.order) : SortSQL.finding(listing.order)
    let tables = entity == .asset ? "asset a" : Self.findingTables
    let columns = order.terms.map(\.expression) + [order.number.expression]
    let found = try rows(
      "SELECT \(columns.joined(separator: ", ")) FROM \(tables) WHERE \(order.number.expression) = ?",
      [SQLValue(number)]
    ) { row in
      try ListCursor(
        entity: entity, order: listing.order,
        values: order.terms.indices.map { ListCursor.Value(row.value(Int32($0))) },
        number: row.integer(Int32(order.terms.count)))
    }
    guard let cursor = found.first else {
      throw CursorError("There is no \(entity.rawValue) \(id) to go on from.")
    }
    return cursor
  }
}
