import IsthmusCore

/// The findings of a list as ``FindingPack`` has them.
struct PackedFindings {
  private let reader: SQLReader
  private let isEverything: Bool
  /// nil: all.
  private let condition: PackedCondition?
  /// nil: all.
  private let some: [Int64]?
  private let noControls: ControlTally
  private let noResources: ResourceTally

  /// Where a query's findings, or its resources, are fewer than one in so many of all, indexes find them sooner than a pass
  /// over all packs.
  private static let few = 16

  /// - Returns: nil where packs don't tell which findings the filter finds, or not sooner than the findings themselves.
  init?(_ reader: SQLReader, _ filter: SQLReader.Filter) throws {
    // Within a transaction that writes packs are those of its beginning.
    guard reader.arePacksCurrent else { return nil }
    self.reader = reader
    isEverything = filter.isEverything
    (noControls, noResources) = (try ControlTally(reader), try ResourceTally(reader))
    guard let query = filter.query else {
      (condition, some) = (nil, nil)
      return
    }
    let sizes = PackedCondition.Sizes(resources: noResources.resources, defaultVariants: noControls.defaultVariants)
    guard let condition = try reader.packed(query, sizes) else { return nil }
    let counts = try reader.rows("SELECT control_id, posture, life, findings FROM control_count") { row in
      let state = FindingPack.State(posture: row.integer(1) < 0 ? nil : row.integer(1), life: row.integer(2))
      return (control: Int(row.integer(0)), state: state, count: Int(row.integer(3)))
    }
    let extent = condition.extent(counts)
    if extent.findings * Self.few < counts.reduce(0, { $0 + $1.count }) { return nil }
    self.condition = condition
    some = extent.resources.count * Self.few < noResources.resources ? extent.resources : nil
  }

  /// Numbers of controls are smaller.
  var controls: Int { noControls.defaultVariants.count }

  /// How many there are by control and by resource.
  func tallies() throws -> (controls: ControlTally, resources: ResourceTally) {
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

  /// - Parameters:
  ///   - withDates: Whether the body reads them.
  ///   - body: Gets the resource's number, and whether its scope was listed since the finding was opened.
  /// - Throws: ``StoreError`` for packs that can't be of this inventory.
  func forEachFinding(withDates: Bool = false, _ body: (Int, FindingPackReader, Bool) -> Void) throws {
    let asksDates = withDates || condition?.asksDates ?? false
    let place = some == nil ? "" : " WHERE resource_id IN (SELECT value FROM json_each(?))"
    try reader.forEachRow(
      "SELECT resource_id, states\(asksDates ? ", dates" : "") FROM finding_pack\(place)",
      some.map { [.integers($0)] } ?? []
    ) { row in
      let resource = row.integer(0)
      guard let listings = noResources.listings(of: resource) else { throw FindingPackReader.damage }
      try row.withBlob(1) { states in
        guard asksDates else { return try forEach(states, nil, Int(resource), listings, body) }
        try row.withBlob(2) { try forEach(states, $0, Int(resource), listings, body) }
      }
    }
  }

  private func forEach(
    _ states: UnsafeRawBufferPointer, _ dates: UnsafeRawBufferPointer?, _ resource: Int, _ listings: Int64,
    _ body: (Int, FindingPackReader, Bool) -> Void
  ) throws {
    var finding = FindingPackReader(states: states, dates: dates)
    while try finding.next() {
      guard isEverything || finding.state.isAssessed else { continue }
      guard noControls.has(finding.control) else { throw FindingPackReader.damage }
      let isListedAgain = finding.state.hasListing && finding.openedListing < listings
      if let condition, !condition.holds(finding, resource: resource, isListedAgain: isListedAgain) { continue }
      body(resource, finding, isListedAgain)
    }
  }
}
