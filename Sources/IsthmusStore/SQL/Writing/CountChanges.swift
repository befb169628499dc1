import IsthmusCore

/// What a transaction changes of the numbers in `control_count` and `resource_count`: they are written once, at its
/// end, and not with each finding.
struct CountChanges {
  /// What a finding is counted by; -1 stands for no posture or listing.
  struct Place: Hashable {
    var resource: Int64
    var control: Int64
    var posture: Int64
    var life: Int64
    var openedListing: Int64
  }

  struct ControlKey: Hashable {
    var control: Int64
    var posture: Int64
    var life: Int64
  }

  struct ResourceKey: Hashable {
    var resource: Int64
    var posture: Int64
    var life: Int64
    var openedListing: Int64
  }

  private(set) var byControl: [ControlKey: Int64] = [:]
  private(set) var byResource: [ResourceKey: Int64] = [:]

  mutating func add(_ count: Int64, at place: Place) {
    byControl[ControlKey(control: place.control, posture: place.posture, life: place.life), default: 0] += count
    let key = ResourceKey(
      resource: place.resource, posture: place.posture, life: place.life, openedListing: place.openedListing)
    byResource[key, default: 0] += count
  }
}

extension CountChanges.Place {
  init(_ finding: StoredFinding, resource: Int64) {
    self.init(
      resource: resource, control: finding.control.number, posture: finding.life.posture?.code ?? -1,
      life: finding.life.phase.rawValue, openedListing: finding.life.openedInListing ?? -1)
  }
}

extension SQLTransaction {
  /// Where the finding is counted now; nil for one that is another one's twin, or not there.
  func countedPlace(of finding: Int64) throws -> CountChanges.Place? {
    try rows(
      """
      SELECT resource_id, control_id, ifnull(posture, -1), life, ifnull(opened_listing, -1) FROM finding
      WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM finding_twin WHERE finding_id = ?1)
      """, [.integer(finding)]
    ) {
      CountChanges.Place(
        resource: $0.integer(0), control: $0.integer(1), posture: $0.integer(2), life: $0.integer(3),
        openedListing: $0.integer(4))
    }.first
  }

  /// Counts the finding once more (1) or once less (-1), where it stands now.
  func count(_ change: Int64, _ finding: Int64) throws {
    if let place = try countedPlace(of: finding) { countChanges.add(change, at: place) }
  }

  /// Writes what changed. Before it the kept numbers are those of the transaction's beginning.
  func settleCounts() throws {
    for (key, change) in countChanges.byControl where change != 0 {
      let values: [SQLValue] = [.integer(key.control), .integer(key.posture), .integer(key.life)]
      try run(
        """
        INSERT INTO control_count (control_id, posture, life, findings) VALUES (?, ?, ?, ?)
        ON CONFLICT (control_id, posture, life) DO UPDATE SET findings = control_count.findings + excluded.findings
        """, values + [.integer(change)])
      guard change < 0 else { continue }
      try run("DELETE FROM control_count WHERE control_id = ? AND posture = ? AND life = ? AND findings = 0", values)
    }
    for (key, change) in countChanges.byResource where change != 0 {
      let values: [SQLValue] = [
        .integer(key.resource), .integer(key.posture), .integer(key.life), .integer(key.openedListing),
      ]
      try run(
        """
        INSERT INTO resource_count (resource_id, posture, life, opened_listing, findings) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (resource_id, posture, life, opened_listing) DO UPDATE SET findings = resource_count.findings + excluded.findings
        """, values + [.integer(change)])
      guard change < 0 else { continue }
      try run(
        """
        DELETE FROM resource_count
        WHERE resource_id = ? AND posture = ? AND life = ? AND opened_listing = ? AND findings = 0
        """, values)
    }
    countChanges = CountChanges()
  }
}

extension SQLTransaction {
  /// Does the writes of one transaction, and what belongs to its end.
  static func perform<T>(
    _ body: (any InventoryTransaction) throws -> T, in session: any SQLSession
  ) throws -> T {
    let transaction = SQLTransaction(session)
    let result = try body(transaction)
    try transaction.settleCounts()
    // What others counted before holds no longer.
    if session.hasChanged { try transaction.run("UPDATE data_version SET number = number + 1", []) }
    return result
  }
}
