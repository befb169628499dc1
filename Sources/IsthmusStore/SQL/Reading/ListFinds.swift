import IsthmusCore
import Synchronization

/// What queries of the lists that this process looked at last find, as long as it holds: until any process writes.
///
/// A page asks for a list's numbers and for its rows side by side. What a query finds is found out by the one that comes
/// first; the other one waits for it.
final class ListFinds<Found: Sendable>: Sendable {
  private struct Key: Hashable {
    /// Times of them are moments: `now` was put in when the query was read.
    var steps: [QueryStep]
    var isEverything: Bool
  }

  private final class Find: Sendable {
    /// nil while nobody knows.
    let found = Mutex<Found?>(nil)
  }

  private struct Kept {
    var version: Int64 = -1
    /// The last one asked for last.
    var finds: [(key: Key, find: Find)] = []
  }

  /// Each takes up to some megabytes of a large inventory.
  private static var most: Int { 8 }

  private let kept = Mutex(Kept())

  /// - Parameter find: Called where nobody has found it yet at the version of the reader's view.
  func found(_ filter: SQLReader.Filter, at version: Int64, _ find: () throws -> Found) throws -> Found {
    let known = known(Key(steps: filter.query?.steps ?? [], isEverything: filter.isEverything), at: version)
    return try known.found.withLock { found in
      let value = try found ?? find()
      found = value
      return value
    }
  }

  private func known(_ key: Key, at version: Int64) -> Find {
    kept.withLock { kept in
      // A reader that began before the last commit finds out for itself.
      if version < kept.version { return Find() }
      if version > kept.version { kept = Kept(version: version) }
      let place = kept.finds.firstIndex { $0.key == key }
      let find = place.map { kept.finds.remove(at: $0).find } ?? Find()
      kept.finds.append((key, find))
      if kept.finds.count > Self.most { kept.finds.removeFirst() }
      return find
    }
  }
}

extension SQLReader {
  /// The filter's findings as packs have them; nil where these don't tell, or not sooner than the findings themselves.
  func packed(_ filter: Filter) throws -> PackedFindings? {
    try memory?.findings.found(filter, at: version) {
      try PackedFindings(
        self, isEverything: filter.isEverything,
        condition: filter.query.map { query in { sizes in try packed(query, sizes) } })
    }
  }

  /// A filter of hosts that finds what this one does, without looking again at what hosts are.
  ///
  /// - Parameter all: The condition, over `asset a`, of all that are listed without a query.
  func settled(_ filter: Filter, among all: String) throws -> Filter {
    guard let memory, filter.query != nil else { return filter }
    let (assets, areAll) = try memory.assets.found(filter, at: version) {
      let found = try rows(
        "\(filter.with)SELECT a.id FROM asset a WHERE \(filter.condition.text)",
        filter.prefix.values + filter.condition.values
      ) { $0.integer(0) }
      return (found, try found.count == count("SELECT count(*) FROM asset a WHERE \(all)"))
    }
    var settled = filter
    settled.prefix = SQLFragment("")
    settled.condition =
      areAll ? SQLFragment(all) : SQLFragment("a.id IN (SELECT value FROM json_each(?))", [.integers(assets)])
    return settled
  }
}
