package import IsthmusCore

/// Which runs a list holds, and where its page begins.
package struct RunFilter: Sendable, Hashable {
  /// The result of runs that have none yet: they are on, or were interrupted.
  package static let unfinished = "unfinished"

  /// A connector's name; nil for all.
  package var connector: String?
  /// As runs end, or ``unfinished``; nil for all.
  package var result: String?
  /// Started then or later.
  package var from: Timestamp?
  /// Started before.
  package var until: Timestamp?
  package var isOldestFirst = false
  /// The last run of the page before. Lists go on after it; counts are of the whole list.
  package var after: RunID?

  package init(connector: String? = nil) { self.connector = connector }
}

/// How many runs of a connector ended so.
package struct RunCount: Sendable, Hashable {
  package var connector: String
  /// Or ``RunFilter/unfinished``.
  package var result: String
  package var count: Int

  package init(connector: String, result: String, count: Int) {
    self.connector = connector
    self.result = result
    self.count = count
  }
}

extension InventoryReader {
  /// Newest first; of one connector if it is named.
  package func runs(connector: String?, limit: Int?) throws -> [StoredRun] {
    try runs(RunFilter(connector: connector), limit: limit)
  }
}
