import IsthmusCore
import Synchronization

/// Numbers and facets of lists that this process counted, as long as they hold: until any process writes.
///
/// What is asked for is said with the data version of the reader's own view (`data_version`), which each writing
/// transaction moves on; so a number that was counted before a commit is never told after it.
final class ListNumbers: Sendable {
  struct Key: Hashable {
    var entity: QueryEntity
    /// Empty for everything. Times of it are moments: `now` was put in when it was read.
    var steps: [QueryStep]
    var includesAbsent: Bool
    /// nil: how many records there are.
    var field: QueryField?

    init(_ entity: QueryEntity, _ listing: Listing, _ field: QueryField?) {
      self.entity = entity
      steps = listing.query?.steps ?? []
      includesAbsent = listing.includesAbsent
      self.field = field
    }
  }

  enum Numbers {
    case count(Int)
    case facet(Facet)
  }

  private struct Kept {
    var version: Int64 = -1
    var numbers: [Key: Numbers] = [:]
    var size = 0
  }

  /// Values of facets and steps of queries that are kept at most, some ten megabytes; it begins anew when it is full.
  private static let mostElements = 200_000

  private let kept = Mutex(Kept())

  subscript(_ key: Key, at version: Int64) -> Numbers? {
    kept.withLock { $0.version == version ? $0.numbers[key] : nil }
  }

  func keep(_ numbers: Numbers, for key: Key, at version: Int64) {
    var size = 1 + key.steps.count
    if case .facet(let facet) = numbers { size += facet.values.count }
    guard size <= Self.mostElements / 4 else { return }
    kept.withLock { kept in
      // A reader that began before the last commit may end after others that began later.
      guard version >= kept.version else { return }
      if version > kept.version || kept.size + size > Self.mostElements { kept = Kept(version: version) }
      if kept.numbers.updateValue(numbers, forKey: key) == nil { kept.size += size }
    }
  }
}

extension SQLReader {
  /// The kept number, or what `count` gives.
  func keptCount(_ entity: QueryEntity, _ listing: Listing, _ count: () throws -> Int) throws -> Int {
    let key = ListNumbers.Key(entity, listing, nil)
    if case .count(let known)? = memory?.numbers[key, at: version] { return known }
    let counted = try count()
    memory?.numbers.keep(.count(counted), for: key, at: version)
    return counted
  }

  /// The facets that are kept, by field.
  func keptFacets(_ fields: [QueryField], of entity: QueryEntity, _ listing: Listing) -> [QueryField: Facet] {
    var known: [QueryField: Facet] = [:]
    for field in fields {
      if case .facet(let facet)? = memory?.numbers[.init(entity, listing, field), at: version] { known[field] = facet }
    }
    return known
  }
}
