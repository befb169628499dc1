import IsthmusCore
import IsthmusStore

/// What must still hold in the transaction in which a run begins that the scheduler wants. Schedulers of several
/// processes see the same schedule and the same requests; one of them begins the run.
package struct RunAdmission: Sendable {
  private let order: Scheduler.Order

  package init(_ order: Scheduler.Order) { self.order = order }

  /// Takes what people asked for along: it is answered if and only if the run begins.
  ///
  /// - Throws: ``RunWasOvertaken``.
  func check(_ transaction: any InventoryTransaction, _ connector: ConnectorNumber) throws {
    var taken = false
    for request in order.requests { taken = try transaction.deleteRunRequest(request) || taken }
    let isWanted =
      switch order.reason {
      case .request: taken
      case .resumption: try transaction.openRun(connector) != nil
      case .schedule(let due): try !hasBegun(since: due, transaction, connector)
      }
    if !isWanted { throw RunWasOvertaken() }
  }

  private func hasBegun(
    since due: Timestamp, _ transaction: any InventoryTransaction, _ connector: ConnectorNumber
  ) throws -> Bool {
    let runs = try transaction.lastRuns(connector, limit: Self.runsLookedAt)
    // One that is to go on is no other run.
    return runs.contains { $0.profile == order.profile.profile && $0.startedAt >= due && $0.result != nil }
  }

  private static let runsLookedAt = 100
}

/// Another process has begun or ended what this run was to.
struct RunWasOvertaken: Error {}
