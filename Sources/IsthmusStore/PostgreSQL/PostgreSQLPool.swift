import Dispatch
import Synchronization

/// Connections that are used by one after the other. libpq's calls wait for the server, so each connection has a queue of
/// its own, and no thread of Swift's pool ever waits in one.
final class PostgreSQLPool: Sendable {
  /// A connection with its queue, on which alone it is touched.
  private final class Lane: @unchecked Sendable {
    let queue: DispatchQueue
    private var connection: PostgreSQLConnection?
    private var lastUse = ContinuousClock.now

    /// So long after its last use a connection is looked at before it is used: the server may have been started anew.
    private static let trusted = Duration.seconds(1)

    init(_ name: String) { queue = DispatchQueue(label: "isthmus.postgresql.\(name)") }

    func run<T>(
      _ open: () throws -> PostgreSQLConnection, _ body: (PostgreSQLConnection) throws -> T
    ) throws -> T {
      if let known = connection, known.isBroken || (lastUse.duration(to: .now) > Self.trusted && !known.answers()) {
        connection = nil
      }
      let used = try connection ?? open()
      connection = used
      defer {
        lastUse = .now
        if used.isBroken { connection = nil }
      }
      return try body(used)
    }

    /// Does not wait: whoever drops the last reference to a store may be on the queue.
    func close() { queue.async { self.connection = nil } }
  }

  private struct State {
    var idle: [Lane] = []
    var made = 0
    var waiting: [CheckedContinuation<Lane, Never>] = []
  }

  private let name: String
  private let size: Int
  private let open: @Sendable () throws -> PostgreSQLConnection
  private let state = Mutex(State())

  /// - Parameters:
  ///   - size: Of more than so many at a time the others wait.
  ///   - open: Makes a connection.
  init(_ name: String, size: Int, open: @escaping @Sendable () throws -> PostgreSQLConnection) {
    self.name = name
    self.size = size
    self.open = open
  }

  func run<T: Sendable>(_ body: @escaping @Sendable (PostgreSQLConnection) throws -> T) async throws -> T {
    let lane = await take()
    defer { giveBack(lane) }
    return try await withCheckedThrowingContinuation { continuation in
      lane.queue.async { [open] in continuation.resume(with: Result { try lane.run(open, body) }) }
    }
  }

  /// Ends the connections that nobody uses.
  func close() {
    let idle = state.withLock { state in
      defer { state.idle = [] }
      return state.idle
    }
    for lane in idle { lane.close() }
  }

  private func take() async -> Lane {
    await withCheckedContinuation { continuation in
      let lane: Lane? = state.withLock { state in
        if let lane = state.idle.popLast() { return lane }
        if state.made < size {
          state.made += 1
          return Lane("\(name).\(state.made)")
        }
        state.waiting.append(continuation)
        return nil
      }
      if let lane { continuation.resume(returning: lane) }
    }
  }

  private func giveBack(_ lane: Lane) {
    let next = state.withLock { state -> CheckedContinuation<Lane, Never>? in
      if !state.waiting.isEmpty { return state.waiting.removeFirst() }
      state.idle.append(lane)
      return nil
    }
    next?.resume(returning: lane)
  }
}
