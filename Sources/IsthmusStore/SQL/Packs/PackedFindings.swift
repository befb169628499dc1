import IsthmusCore
import Synchronization

/// The findings of a list as ``FindingPack`` has them.
final class PackedFindings: Sendable {
  private let packs: Packs
  private let isEverything: Bool
  /// nil: all.
  private let condition: PackedCondition?
  /// By number; nil: all.
  private let resources: [Bool]?
  /// By scope's number, how often it was listed whole.
  private let listings: [Int64]
  private let noControls: ControlTally
  private let noResources: ResourceTally
  private let counted = Mutex<Tallies?>(nil)

  typealias Tallies = (controls: ControlTally, resources: ResourceTally)

  /// Where a query's findings are fewer than one in so many of all, indexes find them sooner than a pass over all packs:
  /// of a million it takes some 15 ms, and a finding that is looked up some three microseconds.
  private static let few = 200

  /// - Parameters:
  ///   - isEverything: Whether what lists leave out by themselves is in it.
  ///   - condition: Gives nil where packs don't tell; nil: all findings.
  /// - Returns: nil where packs don't tell which findings these are, or not sooner than the findings themselves.
  init?(
    _ reader: SQLReader, isEverything: Bool, condition: ((PackedCondition.Sizes) throws -> PackedCondition?)?
  ) throws {
    guard let memory = reader.memory else { return nil }
    self.isEverything = isEverything
    (noControls, noResources) = (try ControlTally(reader), try ResourceTally(reader))
    if let condition {
      let sizes = PackedCondition.Sizes(resources: noResources.resources, defaultVariants: noControls.defaultVariants)
      guard let packed = try condition(sizes) else { return nil }
      let counts = try reader.rows("SELECT control_id, posture, life, findings FROM control_count") { row in
        let state = FindingPack.State(posture: row.integer(1) < 0 ? nil : row.integer(1), life: row.integer(2))
        return (control: Int(row.integer(0)), state: state, count: Int(row.integer(3)))
      }
      let extent = packed.extent(counts)
      if extent.findings * Self.few < counts.reduce(0, { $0 + $1.count }) { return nil }
      self.condition = packed
      resources = extent.resources
    } else {
      (self.condition, resources) = (nil, nil)
    }
    var listings = [Int64](repeating: 0, count: try reader.lastNumber(of: "scope") + 1)
    try reader.forEachRow("SELECT id, listings FROM scope") { listings[Int($0.integer(0))] = $0.integer(1) }
    self.listings = listings
    packs = try memory.packs.packs(reader)
  }

  /// How many there are by control and by resource; counted once.
  func tallies() throws -> Tallies {
    try counted.withLock { counted in
      let tallies = try counted ?? count()
      counted = tallies
      return tallies
    }
  }

  private func count() throws -> Tallies {
    var (controls, resources) = (noControls, noResources)
    try forEachFinding { resource, finding, isListedAgain in
      let state = finding.state
      controls.add(
        1, control: Int(finding.control), posture: state.posture, life: state.life,
        variant: state.hasVariant ? finding.variant : nil)
      resources.add(1, resource: resource, life: state.life, isListedAgain: isListedAgain)
    }
    return (controls, resources)
  }

  /// How many there are by resource, whatever the condition: without a look at each.
  func tallyByResource() -> ResourceTally {
    var tally = noResources
    for chunk in packs.all {
      for pack in chunk.packs {
        for part in chunk.parts[pack.parts] where isEverything || part.isAssessed {
          let isListedAgain = part.openedListing.map { $0 < listings(of: pack) } ?? false
          tally.add(part.count, resource: pack.resource, life: part.life, isListedAgain: isListedAgain)
        }
      }
    }
    return tally
  }

  /// Their assets' numbers.
  func assets() throws -> [Int64] {
    var isFound = [Bool](repeating: false, count: noResources.resources)
    try forEachFinding { resource, _, _ in isFound[resource] = true }
    var assets: Set<Int64> = []
    for chunk in packs.all {
      for pack in chunk.packs where isFound[pack.resource] {
        if let asset = pack.asset { assets.insert(asset) }
      }
    }
    return assets.sorted()
  }

  private func listings(of pack: PackChunk.Pack) -> Int64 { pack.scope.map { listings[Int($0)] } ?? 0 }

  /// - Parameters:
  ///   - withDates: Whether the body reads them.
  ///   - body: Gets the resource's number, and whether its scope was listed since the finding was opened.
  /// - Throws: ``StoreError`` for packs that can't be of this inventory.
  @inline(__always)
  func forEachFinding(withDates: Bool = false, _ body: (Int, FindingPackReader, Bool) -> Void) throws {
    let asksDates = withDates || condition?.asksDates ?? false
    for chunk in packs.all {
      try chunk.states.withUnsafeBytes { states in
        try chunk.dates.withUnsafeBytes { dates in
          for pack in chunk.packs where resources?[pack.resource] ?? true {
            let finding = FindingPackReader(
              states: .init(rebasing: states[pack.states]),
              dates: asksDates ? .init(rebasing: dates[pack.dates]) : nil)
            try forEach(finding, pack.resource, listings: listings(of: pack), body)
          }
        }
      }
    }
  }

  @inline(__always)
  private func forEach(
    _ first: FindingPackReader, _ resource: Int, listings: Int64, _ body: (Int, FindingPackReader, Bool) -> Void
  ) throws {
    var finding = first
    while try finding.next() {
      guard isEverything || finding.state.isAssessed else { continue }
      guard noControls.has(finding.control) else { throw FindingPackReader.damage }
      let isListedAgain = finding.state.hasListing && finding.openedListing < listings
      if let condition, !condition.holds(finding, resource: resource, isListedAgain: isListedAgain) { continue }
      body(resource, finding, isListedAgain)
    }
  }
}
