import IsthmusCore
import IsthmusStore
import Synchronization

/// An inventory whose server is away in one of its transactions, counted from 0.
final class AwayStore: InventoryStore {
  private let base: any InventoryStore
  /// Whether the transaction was done and only its answer is lost.
  private let losesAnswer: Bool
  private let isAway: @Sendable (Int) -> Bool
  private let state = Mutex((transactions: 0, ends: [String?]()))

  init(base: any InventoryStore, losesAnswer: Bool = false, isAway: @escaping @Sendable (Int) -> Bool) {
    self.base = base
    self.losesAnswer = losesAnswer
    self.isAway = isAway
  }

  var seed: UInt64 { base.seed }
  /// How the newest run had ended after each transaction.
  var ends: [String?] { state.withLock { $0.ends } }

  func write<T: Sendable>(
    _ extent: WriteExtent, _ body: @escaping @Sendable (any InventoryTransaction) throws -> T
  ) async throws -> T {
    let number = state.withLock { state in
      defer { state.transactions += 1 }
      return state.transactions
    }
    let away = StoreError(.unreachable, "The server is away.", remedy: "Try again.")
    if isAway(number), !losesAnswer { throw away }
    let (value, end) = try await base.write(extent) { transaction in
      let value = try body(transaction)
      return (value, try transaction.lastRuns(ConnectorNumber(1), limit: 1).first?.result)
    }
    state.withLock { $0.ends.append(end) }
    if isAway(number) { throw away }
    return value
  }

  func read<T: Sendable>(_ body: @escaping @Sendable (any InventoryReader) throws -> T) async throws -> T {
    try await base.read(body)
  }
  func rehearsal() async throws -> any InventoryStore { try await base.rehearsal() }
  func isLocked(_ connector: ConnectorNumber) throws -> Bool { try base.isLocked(connector) }
  func lock(_ connector: ConnectorNumber) throws -> (any RunLock)? { try base.lock(connector) }
}
