import Synchronization

/// Counts the requests of this process by method and status.
final class RequestMeter: Sendable {
  struct Entry: Sendable, Hashable {
    var method: String
    var status: Int
    var count: Int
  }

  private struct Key: Hashable {
    var method: String
    var status: Int
  }

  private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

  private let counts = Mutex<[Key: Int]>([:])

  /// - Parameter method: Others than the usual ones count as one: clients may make them up.
  func count(_ method: String, _ status: Int) {
    let key = Key(method: Self.methods.contains(method) ? method : "other", status: status)
    counts.withLock { $0[key, default: 0] += 1 }
  }

  var entries: [Entry] {
    counts.withLock { $0 }.map { Entry(method: $0.key.method, status: $0.key.status, count: $0.value) }
      .sorted { ($0.method, $0.status) < ($1.method, $1.status) }
  }
}
