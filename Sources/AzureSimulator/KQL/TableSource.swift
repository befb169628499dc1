/// One row of a table, an opaque index that only its ``TableSource`` can read.
package typealias RowID = UInt32

/// A table of the simulated tenant whose rows are made on demand.
///
/// The query engine holds row ids, 4 bytes each, and asks for values and texts
/// when it needs them, so that a table of a million rows takes a few megabytes.
package protocol TableSource: Sendable {
  /// As in a query, lower case: `securityresources`.
  var name: String { get }

  /// The outer columns in the order in which Azure prints them; every row has all of them, perhaps null.
  var columns: [String] { get }

  /// The rows of the given subscriptions, ascending by `id` (ordinal comparison of its UTF-8),
  /// so that `order by id asc` costs nothing.
  ///
  /// - Parameters:
  ///   - subscriptions: Lower-case subscription ids; only those that the caller may read.
  ///   - hint: What the query's leading `where` is known to ask for; the source may use it to leave out
  ///     rows that cannot match. The engine evaluates the whole condition on what comes back.
  func rows(in subscriptions: [String], hint: RowHint) -> [RowID]

  /// The value of one outer column. Cheap for all but `properties`, whose tree is built on each call
  /// (parts that belong to the recommendation are shared).
  func value(column: Int, row: RowID) -> KQLValue

  /// A member of a column's value, found without building all of it; nil: the table has no such way.
  func member(_ keys: [String], ofColumn column: String, row: RowID) -> KQLValue?

  /// Appends the whole row as a JSON object, all outer columns in order: the same text as
  /// serialising each ``value(column:row:)``, only much faster.
  func appendJSON(row: RowID, to buffer: inout [UInt8])
}

extension TableSource {
  package func member(_ keys: [String], ofColumn column: String, row: RowID) -> KQLValue? { nil }
}

/// What a leading `where` narrows a table to, as far as the engine could tell from conditions that must all hold.
package struct RowHint: Sendable, Hashable {
  /// Lower-case values of `type`, from `type == '…'`, `=~`, `in`, `in~`; nil if it is not narrowed.
  package var types: Set<String>?
  /// Lower-case values of `id`, from `id == '…'`, `=~`, `in`, `in~` (also `tolower(id)`); nil if it is not narrowed.
  package var ids: Set<String>?
  /// Lower-case values of `properties.resourceDetails.Id` (also under `tolower`/`tostring`), in the same way.
  package var assessedResources: Set<String>?

  /// Lower-case values of `resourceGroup`, in the same way.
  package var resourceGroups: Set<String>?

  package init(
    types: Set<String>? = nil, ids: Set<String>? = nil, assessedResources: Set<String>? = nil,
    resourceGroups: Set<String>? = nil
  ) {
    self.resourceGroups = resourceGroups
    self.types = types
    self.ids = ids
    self.assessedResources = assessedResources
  }
}
