package import IsthmusCore

/// What a person asked to run, until somebody begins it. Any process that works on runs may.
package struct StoredRunRequest: Sendable, Hashable {
  package enum Task: Sendable, Hashable {
    /// The profile, as its schedule does.
    case run
    /// The profile on a copy of the inventory.
    case stage
    /// Brings a staged run in.
    case apply(RunID, anyway: Bool)
    /// Brings a run's kept pages in once more.
    case replay(RunID)
  }

  /// Later ones have greater numbers; none is given twice.
  package var id: Int64
  package var connector: String
  package var profile: String
  package var task: Task
  package var askedAt: Timestamp

  package init(id: Int64, connector: String, profile: String, task: Task, askedAt: Timestamp) {
    self.id = id
    self.connector = connector
    self.profile = profile
    self.task = task
    self.askedAt = askedAt
  }
}

package protocol RunRequestReading {
  /// Earliest first.
  func runRequests() throws -> [StoredRunRequest]
}

package protocol RunRequestWriting: RunRequestReading {
  /// Nothing where the same is asked for already.
  func insertRunRequest(connector: String, profile: String, _ task: StoredRunRequest.Task, at: Timestamp) throws
  /// - Returns: Whether it was there: of several processes that take it, one is told so.
  func deleteRunRequest(_ id: Int64) throws -> Bool
}
