import Dispatch
import IsthmusCore
import Testing

@testable import IsthmusStore
@testable import TestSupport

/// Which transactions of several processes run beside one another, and which wait.
@Suite("Writers of one PostgreSQL", .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
struct PostgreSQLWritersTests {
  private let database: TestPostgreSQL
  private let monitor: Monitor

  init() throws {
    database = try TestPostgreSQL()
    _ = try PostgreSQLStore(database.address, newSeed: 1)
    monitor = try Monitor(database.address)
  }

  private func open() throws -> PostgreSQLStore { try PostgreSQLStore(database.address, newSeed: 1) }

  /// What was sent is on the server, and locks are held, with the first answer.
  private static func reach(_ transaction: any InventoryTransaction) throws { _ = try transaction.scoreSettings() }

  @Test("A page of findings is written while another connector's transaction is open")
  func beside() async throws {
    let (first, second) = (try open(), try open())
    let gate = Gate()
    let held = Task {
      try await first.write(.findings) { transaction in
        try transaction.lock([AssetID(1)])
        try Self.reach(transaction)
        try gate.wait()
      }
    }
    try await monitor.until(granted: 2)
    // Waits for nothing: the first one is still open when it is done.
    try await second.write(.findings) { try $0.lock([AssetID(2)]) }
    #expect(try monitor.locks().granted == 2)
    gate.open()
    try await held.value
  }

  @Test("Pages that lock the same host's findings are one after the other, in whatever order they name them")
  func sharedAssets() async throws {
    let (first, second) = (try open(), try open())
    let gate = Gate()
    let order = Order()
    let held = Task {
      try await first.write(.findings) { transaction in
        try transaction.lock([AssetID(1), AssetID(300), AssetID(7)])
        try Self.reach(transaction)
        try gate.wait()
        order.add("first")
      }
    }
    try await monitor.until(granted: 4)
    let waiting = Task {
      try await second.write(.findings) { transaction in
        try transaction.lock([AssetID(9), AssetID(7)])
        try Self.reach(transaction)
        order.add("second")
      }
    }
    try await monitor.until(waiting: 1)
    gate.open()
    try await held.value
    try await waiting.value
    #expect(order.names == ["first", "second"])
  }

  @Test("Who waits to be alone is not passed by pages that come later")
  func alone() async throws {
    let (first, second, third) = (try open(), try open(), try open())
    let gate = Gate()
    let order = Order()
    let held = Task {
      try await first.write(.findings) { transaction in
        try Self.reach(transaction)
        try gate.wait()
      }
    }
    try await monitor.until(granted: 1)
    let alone = Task {
      try await second.write { transaction in
        try Self.reach(transaction)
        order.add("alone")
      }
    }
    try await monitor.until(waiting: 1)
    let late = Task {
      try await third.write(.findings) { transaction in
        try Self.reach(transaction)
        order.add("page")
      }
    }
    try await monitor.until(waiting: 2)
    gate.open()
    for task in [held, alone, late] { try await task.value }
    #expect(order.names == ["alone", "page"])
  }

  @Test("Numbers of two transactions at once differ; of one alone, also one that failed, none is left out")
  func numbers() async throws {
    let (first, second) = (try open(), try open())
    let inventories = try await first.write { transaction in
      let made = try ["a", "b"].map { name in
        let inventory = try SampleInventory(transaction, connector: name)
        return (inventory: inventory, control: try inventory.control(in: transaction))
      }
      return made
    }
    struct Undone: Error {}
    let details = 1100
    @Sendable func fill(_ transaction: any InventoryTransaction, _ index: Int, from start: Int) throws -> [Int64] {
      try (0..<details).map { number in
        try transaction.insertDetail(
          inventories[index].inventory.connector, digest: Int64(start + number), attributes: "{}")
      }
    }
    await #expect(throws: Undone.self) {
      try await first.write(.findings) { transaction in
        _ = try fill(transaction, 0, from: 0)
        throw Undone()
      }
    }
    let alone = try await first.write(.findings) { try fill($0, 0, from: 0) }
    #expect(alone == (1...Int64(details)).map { $0 })

    // Each is in the middle of its transaction while the other one takes its numbers.
    let gates = [Gate(), Gate()]
    async let one = first.write(.findings) { transaction in
      let numbers = try fill(transaction, 0, from: 10_000)
      gates[0].open()
      try gates[1].wait()
      return numbers
    }
    async let other = second.write(.findings) { transaction in
      let numbers = try fill(transaction, 1, from: 20_000)
      gates[1].open()
      try gates[0].wait()
      return numbers
    }
    let both = try await [one, other]
    #expect(Set(both[0] + both[1] + alone).count == 3 * details)
    for numbers in both { #expect(numbers == numbers.sorted()) }
    let next = try await first.write { try fill($0, 0, from: 30_000) }
    #expect((next.first ?? 0) > (both.joined().max() ?? 0))
  }
}

/// What waits until it is opened, for a minute at most.
private final class Gate: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  struct StaysShut: Error {}

  func open() { semaphore.signal() }

  func wait() throws {
    guard semaphore.wait(timeout: .now() + .seconds(60)) == .success else { throw StaysShut() }
  }
}

/// Who came when.
private final class Order: @unchecked Sendable {
  private let queue = DispatchQueue(label: "order")
  private var list: [String] = []

  func add(_ name: String) { queue.sync { list.append(name) } }
  var names: [String] { queue.sync { list } }
}

/// The advisory locks of transactions on an inventory, as the server tells them.
private final class Monitor: @unchecked Sendable {
  private let connection: PostgreSQLConnection
  private let keys: String

  init(_ address: PostgreSQLAddress) throws {
    connection = try PostgreSQLConnection(address, settings: [])
    let keys = [PostgreSQLLock.writing(address)] + PostgreSQLLock.groups(of: Array(0..<256), address)
    self.keys = keys.map(String.init).joined(separator: ",")
  }

  func locks() throws -> (granted: Int, waiting: Int) {
    let found = try connection.query(
      """
      SELECT count(*) FILTER (WHERE granted), count(*) FILTER (WHERE NOT granted) FROM pg_locks
      WHERE locktype = 'advisory' AND ((classid::bigint << 32) | objid::bigint) = ANY ('{\(keys)}'::bigint[])
      """, PostgreSQLValues())
    return (Int(found.integer(0, 0)), Int(found.integer(0, 1)))
  }

  struct NeverCame: Error {}

  func until(granted: Int? = nil, waiting: Int? = nil) async throws {
    for _ in 0..<6000 {
      let locks = try locks()
      if granted ?? locks.granted == locks.granted, waiting ?? locks.waiting == locks.waiting { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw NeverCame()
  }
}
