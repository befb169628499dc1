package import IsthmusConnect
package import IsthmusCore
package import IsthmusStore
import Synchronization

extension PostgreSQLQuota: QuotaLedger {}

/// One pacer a principal, for all connectors of this process; with an inventory in PostgreSQL they keep to the quota
/// together with those of all processes that share it.
package final class PacerRegistry: Sendable {
  private let database: PostgreSQLStore?
  private let pacers = Mutex<[String: QuotaPacer]>([:])

  /// - Parameter store: nil where there is no inventory yet.
  package init(for store: (any InventoryStore)?) { database = store as? PostgreSQLStore }

  /// - Parameter standard: What is presumed until the source says something of its quota.
  package func pacer(for principal: String, standard: QuotaLimit) -> QuotaPacer {
    pacers.withLock { known in
      if let pacer = known[principal] { return pacer }
      let pacer = QuotaPacer(standard: standard, time: .system, ledger: database?.quota(of: principal))
      known[principal] = pacer
      return pacer
    }
  }
}
