package import IsthmusCore
package import IsthmusStore

/// All records that a query finds, as bytes, page by page in the order of their numbers.
///
/// Each page is a read of its own: neither a page's rows nor a transaction outlast it, whatever the export's size, and
/// runs go on meanwhile. So the export is no picture of one moment. A record that is there from the beginning to the
/// end, and that the query finds all the time, is written once, as it was when its page was read; one that was added,
/// removed, or changed so that the query finds it or not, may be in it or not. No record is written twice.
package struct ExportStream: Sendable {
  /// Rows that are read at once.
  private static let pageRows = 1000
  /// Bytes that are given on at most at once.
  private static let pieceBytes = 64 << 10

  private let store: any InventoryStore
  private let entity: QueryEntity
  private let query: Query?
  private let writer: any RowWriter
  private let pageRows: Int

  /// Tries the request: what is wrong with it is found before the first byte.
  ///
  /// - Parameters:
  ///   - query: nil: everything that lists show.
  ///   - columns: Members of rows, for `csv` and `jsonl`; empty: all.
  /// - Throws: ``ExportError`` for columns that there are not, `QueryError` for a query that can't be answered.
  package init(
    _ entity: QueryEntity, of store: any InventoryStore, _ query: Query? = nil, as format: ExportFormat,
    columns: [String] = []
  ) async throws {
    try await self.init(entity, of: store, query, as: format, columns: columns, pageRows: Self.pageRows)
  }

  init(
    _ entity: QueryEntity, of store: any InventoryStore, _ query: Query?, as format: ExportFormat, columns: [String],
    pageRows: Int
  ) async throws {
    if format == .ocsf, !columns.isEmpty {
      throw ExportError("An export in OCSF has no columns: the schema says what an event holds.")
    }
    let fields = try await store.read { reader in
      _ = try page(Listing(query, limit: 0, order: order), of: entity, reader) { _ in }
      return entity == .asset ? reader.assetFields : reader.findingFields
    }
    for column in columns { try Self.check(column, fields) }
    self.store = store
    self.entity = entity
    self.query = query
    self.pageRows = pageRows
    writer = format.writer(of: entity, columns: columns.isEmpty ? fields : columns, isChosen: !columns.isEmpty)
  }

  private static func check(_ column: String, _ fields: [String]) throws(ExportError) {
    if fields.contains(column) || CustomAttribute.name(of: column).map(CustomAttribute.isValid) == true { return }
    let near = NearestName.find(column, among: fields).map { " Did you mean \($0)?" } ?? ""
    throw ExportError("There is no field \"\(column)\".\(near) Known: \(fields.joined(separator: ", ")).")
  }

  /// Writes all of it to `sink`, which is awaited for each piece: a slow reader slows the export, and no more than a page
  /// waits for it.
  ///
  /// - Returns: Rows.
  /// - Throws: What the sink or the store throws; `CancellationError` between two pages.
  @discardableResult
  package func write(_ sink: (ArraySlice<UInt8>) async throws -> Void) async throws -> Int {
    var rows = 0
    var next = Listing(query, limit: pageRows, order: order)
    var header: [UInt8] = []
    writer.begin(&header)
    try await Self.give(header, to: sink)
    while true {
      try Task.checkCancellation()
      let (entity, writer, listing) = (entity, writer, next)
      let page = try await store.read { try Page(of: entity, listing, $0, writer) }
      try await Self.give(page.bytes, to: sink)
      rows += page.rows
      guard let end = page.end else { return rows }
      next.after = end
    }
  }

  private static func give(_ bytes: [UInt8], to sink: (ArraySlice<UInt8>) async throws -> Void) async throws {
    for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
      try await sink(bytes[start..<min(start + pieceBytes, bytes.count)])
    }
  }
}

/// By number: the order in which the store keeps records, so that no page sorts anything.
private let order = [Listing.Order("id", descending: false)]

private func page(
  _ listing: Listing, of entity: QueryEntity, _ reader: any InventoryReader, _ body: (JSONValue) throws -> Void
) throws {
  switch entity {
  case .asset: try reader.forEachAsset(listing, body)
  case .finding: try reader.forEachFinding(listing, body)
  }
}

private struct Page: Sendable {
  var bytes: [UInt8] = []
  var rows = 0
  /// Where the next one begins; nil after the last.
  var end: ListCursor?

  init(of entity: QueryEntity, _ listing: Listing, _ reader: any InventoryReader, _ writer: any RowWriter) throws {
    var last: String?
    try page(listing, of: entity, reader) { row in
      writer.append(row, to: &bytes)
      rows += 1
      last = row["id"]?.string
    }
    guard let last, rows == listing.limit else { return }
    end = try reader.cursor(after: last, of: entity, listing)
  }
}

/// Why an export can't be made.
package struct ExportError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, and what to do.
  package let description: String

  package init(_ description: String) { self.description = description }
}
