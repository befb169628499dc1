/// Results of recent queries, so that each further page of a listing does not run its query anew.
struct ResultCache: Sendable {
  struct Key: Hashable, Sendable {
    var query: String
    var scope: [String]
    /// A scope without subscriptions says not whose it is.
    var tenant: Company
    var generation: Int
  }

  private static let maximumCount = 8
  /// The most recently used one is the last.
  private var entries: [(key: Key, result: KQLResult)] = []

  mutating func result(for key: Key) -> KQLResult? {
    guard let index = entries.lastIndex(where: { $0.key == key }) else { return nil }
    let entry = entries.remove(at: index)
    entries.append(entry)
    return entry.result
  }

  mutating func insert(_ result: KQLResult, for key: Key) {
    entries.removeAll { $0.key == key || $0.key.generation != key.generation }
    if entries.count >= Self.maximumCount { entries.removeFirst() }
    entries.append((key, result))
  }
}
