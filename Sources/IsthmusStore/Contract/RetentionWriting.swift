package import IsthmusCore

/// A run as far as it matters for what of it stays.
package struct RetainedRun: Sendable, Hashable {
  package var id: RunID
  package var connector: ConnectorNumber
  package var profile: String
  package var mode: RunMode
  /// nil: it has not ended.
  package var result: String?
  package var hasLog: Bool
  package var hasCoverage: Bool
  package var hasRejects: Bool
  package var hasKeptParts: Bool
  /// Whether the history of a finding or host names it.
  package var isReferredTo: Bool

  package init(
    id: RunID, connector: ConnectorNumber, profile: String, mode: RunMode, result: String?, hasLog: Bool = false,
    hasCoverage: Bool = false, hasRejects: Bool = false, hasKeptParts: Bool = false, isReferredTo: Bool = false
  ) {
    self.id = id
    self.connector = connector
    self.profile = profile
    self.mode = mode
    self.result = result
    self.hasLog = hasLog
    self.hasCoverage = hasCoverage
    self.hasRejects = hasRejects
    self.hasKeptParts = hasKeptParts
    self.isReferredTo = isReferredTo
  }
}

/// Rows that grow with time and are deleted by their age, in the order in which they were written.
package enum AgingTable: String, Sendable, CaseIterable {
  /// Turning points of findings.
  case findingEvents
  /// Why source rows are which hosts.
  case identifications
  case auditEntries
}

/// Days' scores; a day is written where it differs from the one before.
package enum ScoreDayTable: String, Sendable, CaseIterable {
  case assets
  case entities
  case inventory
}

package protocol RetentionReading {
  /// All runs, the newest first.
  func retainedRuns() throws -> [RetainedRun]
}

/// Each call deletes a bounded number of rows, so that nobody waits long for the writer.
package protocol RetentionWriting: RetentionReading {
  /// - Returns: How many lines, at most `limit`.
  func deleteLog(of run: RunID, limit: Int) throws -> Int
  /// The proof of what the run covered.
  func deleteCoverage(of run: RunID) throws
  /// - Returns: How many, at most `limit`.
  func deleteRejects(of run: RunID, limit: Int) throws -> Int
  /// The run's own row, once nothing else is left of it.
  ///
  /// - Returns: Whether it went: one that something refers to stays.
  func deleteRun(_ run: RunID) throws -> Bool
  /// Deletes rows from before `moment` among the `limit` rows that come after the row `number`.
  ///
  /// - Returns: The last row that was looked at, nil if there was none; and how many went.
  func deleteAged(
    _ table: AgingTable, before moment: Timestamp, after number: Int64, limit: Int
  ) throws -> (last: Int64?, deleted: Int)
  /// Deletes days before `day` of the `owners` records after the record `number`. Each one's last day until then stays:
  /// it is the score that still held.
  ///
  /// - Parameter day: Since 1970-01-01.
  /// - Returns: The last record that was looked at, nil if there was none; and how many days went.
  func deleteScoreDays(
    _ table: ScoreDayTable, before day: Int64, after number: Int64, owners: Int
  ) throws -> (last: Int64?, deleted: Int)
}
