import IsthmusStore

/// The inventory as a run sees it: each of its transactions begins by asking whether the right to run is still there. A
/// process that was stopped for longer than that right lasts writes nothing when it wakes up.
struct FencedStore: InventoryStore {
  let base: any InventoryStore
  let lock: any RunLock

  var seed: UInt64 { base.seed }

  func write<T: Sendable>(
    _ extent: WriteExtent, _ body: @escaping @Sendable (any InventoryTransaction) throws -> T
  ) async throws -> T {
    try await base.write(extent) { [lock] transaction in
      try lock.verify(transaction)
      return try body(transaction)
    }
  }

  func read<T: Sendable>(_ body: @escaping @Sendable (any InventoryReader) throws -> T) async throws -> T {
    try await base.read(body)
  }

  func rehearsal() async throws -> any InventoryStore { try await base.rehearsal() }
  func lock(_ connector: ConnectorNumber) throws -> (any RunLock)? { try base.lock(connector) }
  func isLocked(_ connector: ConnectorNumber) throws -> Bool { try base.isLocked(connector) }
}
