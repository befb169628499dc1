/// Whose word counts where connectors say different things of one asset.
package struct SourceTrust: Sendable, Hashable {
  /// Connectors, the most trusted first. Those that it does not name come after them and are equal.
  package var order: [Int64]
  /// The same for single attributes; where it leaves two connectors equal, ``order`` decides.
  package var overrides: [String: [Int64]]

  package init(order: [Int64] = [], overrides: [String: [Int64]] = [:]) {
    self.order = order
    self.overrides = overrides
  }

  /// The smaller, the more trusted.
  struct Rank: Comparable {
    let own: Int
    let general: Int

    static func < (a: Rank, b: Rank) -> Bool { (a.own, a.general) < (b.own, b.general) }
  }

  func rank(of connector: Int64, for attribute: String) -> Rank {
    func place(in list: [Int64]) -> Int { list.firstIndex(of: connector) ?? list.count }
    return Rank(own: overrides[attribute].map { place(in: $0) } ?? 0, general: place(in: order))
  }
}
