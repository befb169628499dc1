import Synchronization

/// An inventory's packs as this process saw them last: what lists count by is read from the database only where it has
/// changed since.
///
/// Takes the packs' own bytes and some fifty for each resource.
final class PackMemory: Sendable {
  private let kept = Mutex(Packs())
  /// Held by the reader that brings them forward: the others wait, and find it done.
  private let forwarding = Mutex(())

  /// All of them as `reader` sees them.
  func packs(_ reader: SQLReader) throws -> Packs {
    let known = kept.withLock { $0 }
    if known.version == reader.version { return known }
    return try forwarding.withLock { _ in
      let known = kept.withLock { $0 }
      if known.version == reader.version { return known }
      // A reader that began before the last one sees what is kept no more: it reads for itself.
      var packs = known.version < reader.version ? known : Packs()
      try packs.bringForward(to: reader)
      kept.withLock { if $0.version < packs.version { $0 = packs } }
      return packs
    }
  }
}

/// All packs at one data version.
struct Packs: Sendable {
  /// None yet.
  private(set) var version: Int64 = -1
  /// By the resource's number, ``PackChunk/resources`` each.
  private var chunks: [PackChunk?] = []

  /// Those that were written after a version. They are found by when they were; in their own order all would be read.
  static let newer = """
    SELECT p.resource_id, r.asset_id, r.scope_id, p.states, p.dates
    FROM finding_pack p JOIN resource r ON r.id = p.resource_id WHERE p.changed > ? ORDER BY +p.resource_id
    """

  /// Reads what was written since ``version``; all of it the first time.
  fileprivate mutating func bringForward(to reader: SQLReader) throws {
    var changed = PackChunk()
    var place = 0
    try reader.forEachRow(Self.newer, [.integer(version)]) { row in
      let resource = Int(row.integer(0))
      if resource / PackChunk.resources != place {
        replace(place, changed)
        (changed, place) = (PackChunk(), resource / PackChunk.resources)
      }
      let (asset, scope) = (row.optionalInteger(1), row.optionalInteger(2))
      try row.withBlob(3) { states in
        try row.withBlob(4) {
          try changed.append(resource: resource, asset: asset, scope: scope, states: states, dates: $0)
        }
      }
    }
    replace(place, changed)
    version = reader.version
  }

  private mutating func replace(_ place: Int, _ changed: PackChunk) {
    if changed.packs.isEmpty { return }
    while chunks.count <= place { chunks.append(nil) }
    chunks[place] = chunks[place].map { PackChunk($0, with: changed) } ?? changed
  }

  /// In the order of the resources' numbers.
  var all: [PackChunk] { chunks.compactMap(\.self) }
}

/// Packs of resources whose numbers lie together: what is copied when one of them changes.
struct PackChunk: Sendable {
  static let resources = 256

  struct Pack: Sendable {
    var resource: Int
    var asset: Int64?
    var scope: Int64?
    /// In the chunk's bytes.
    var states: Range<Int>
    var dates: Range<Int>
    var parts: Range<Int>
  }

  /// How many findings of a resource are alike in what lists without a query count resources by.
  struct Part: Sendable {
    var isAssessed: Bool
    var life: Int64
    var openedListing: Int64?
    var count = 0
  }

  /// By the resource's number.
  private(set) var packs: [Pack] = []
  private(set) var states: [UInt8] = []
  private(set) var dates: [UInt8] = []
  private(set) var parts: [Part] = []

  init() {}

  /// Those of `before`, but for resources that `changed` has.
  init(_ before: PackChunk, with changed: PackChunk) {
    states.reserveCapacity(before.states.count + changed.states.count)
    dates.reserveCapacity(before.dates.count + changed.dates.count)
    var newer = changed.packs[...]
    for pack in before.packs {
      while let first = newer.first, first.resource <= pack.resource { append(newer.removeFirst(), of: changed) }
      if packs.last?.resource != pack.resource { append(pack, of: before) }
    }
    for pack in newer { append(pack, of: changed) }
  }

  private mutating func append(_ pack: Pack, of chunk: PackChunk) {
    func appended<T>(_ part: Range<Int>, of source: [T], to target: inout [T]) -> Range<Int> {
      let start = target.count
      target.append(contentsOf: source[part])
      return start..<target.count
    }
    packs.append(
      Pack(
        resource: pack.resource, asset: pack.asset, scope: pack.scope,
        states: appended(pack.states, of: chunk.states, to: &states),
        dates: appended(pack.dates, of: chunk.dates, to: &dates),
        parts: appended(pack.parts, of: chunk.parts, to: &parts)))
  }

  mutating func append(
    resource: Int, asset: Int64?, scope: Int64?, states: UnsafeRawBufferPointer, dates: UnsafeRawBufferPointer
  ) throws {
    let firstPart = parts.count
    var finding = FindingPackReader(states: states, dates: nil)
    while try finding.next() { count(finding, since: firstPart) }
    packs.append(
      Pack(
        resource: resource, asset: asset, scope: scope,
        states: self.states.count..<(self.states.count + states.count),
        dates: self.dates.count..<(self.dates.count + dates.count), parts: firstPart..<parts.count))
    self.states.append(contentsOf: states)
    self.dates.append(contentsOf: dates)
  }

  private mutating func count(_ finding: FindingPackReader, since first: Int) {
    let (state, listing) = (finding.state, finding.state.hasListing ? finding.openedListing : nil)
    let known = parts[first...].firstIndex {
      $0.isAssessed == state.isAssessed && $0.life == state.life && $0.openedListing == listing
    }
    if known == nil { parts.append(Part(isAssessed: state.isAssessed, life: state.life, openedListing: listing)) }
    parts[known ?? parts.count - 1].count += 1
  }
}
