import IsthmusCore

/// What a transaction changes of the numbers in `control_count`: they are written once, at its end, and not with each
/// finding.
struct CountChanges {
  /// What a finding is counted by; -1 stands for no posture.
  struct Place: Hashable, Comparable {
    var control: Int64
    var posture: Int64
    var life: Int64

    static func < (a: Self, b: Self) -> Bool { (a.control, a.posture, a.life) < (b.control, b.posture, b.life) }
  }

  private(set) var numbers: [Place: Int64] = [:]

  mutating func add(_ count: Int64, at place: Place) { numbers[place, default: 0] += count }
}

extension CountChanges.Place {
  init(_ finding: StoredFinding) {
    self.init(
      control: finding.control.number, posture: finding.life.posture?.code ?? -1, life: finding.life.phase.rawValue)
  }
}

extension SQLTransaction {
  /// Where the finding is counted now, and its resource; nil for one that is another one's twin, or not there.
  func countedPlace(of finding: Int64) throws -> (place: CountChanges.Place, resource: Int64)? {
    try rows(
      """
      SELECT resource_id, control_id, ifnull(posture, -1), life FROM finding
      WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM finding_twin WHERE finding_id = ?1)
      """, [.integer(finding)]
    ) {
      (CountChanges.Place(control: $0.integer(1), posture: $0.integer(2), life: $0.integer(3)), $0.integer(0))
    }.first
  }

  /// Counts the finding once more (1) or once less (-1), where it stands now.
  func count(_ change: Int64, _ finding: Int64) throws {
    guard let (place, resource) = try countedPlace(of: finding) else { return }
    countChanges.add(change, at: place)
    unpacked.insert(resource)
  }

  /// Writes what changed. Before it the kept numbers are those of the transaction's beginning. Always in one order: two
  /// transactions that change the same numbers must not wait for each other.
  func settleCounts() throws {
    for (place, change) in countChanges.numbers.sorted(by: { $0.key < $1.key }) where change != 0 {
      let values: [SQLValue] = [.integer(place.control), .integer(place.posture), .integer(place.life)]
      try run(
        """
        INSERT INTO control_count (control_id, posture, life, findings) VALUES (?, ?, ?, ?)
        ON CONFLICT (control_id, posture, life) DO UPDATE SET findings = control_count.findings + excluded.findings
        """, values + [.integer(change)])
      guard change < 0 else { continue }
      try run("DELETE FROM control_count WHERE control_id = ? AND posture = ? AND life = ? AND findings = 0", values)
    }
    countChanges = CountChanges()
  }
}

extension SQLTransaction {
  private func nextVersion() throws -> Int64 {
    try run("UPDATE data_version SET number = number + 1", [])
    return try rows("SELECT number FROM data_version", []) { $0.integer(0) }.first ?? 0
  }

  /// Does the writes of one transaction, and what belongs to its end.
  static func perform<T>(
    _ extent: WriteExtent, _ body: (any InventoryTransaction) throws -> T, in session: any SQLSession
  ) throws -> T {
    let transaction = SQLTransaction(session)
    let result = try body(transaction)
    if extent == .notes { return result }
    try transaction.settleCounts()
    // What others counted before holds no longer. From here on nobody else's transaction ends before this one: whoever
    // sees a version sees all packs up to it.
    let changesLists = transaction.mayChangeLists || !transaction.unpacked.isEmpty
    if session.hasChanged, changesLists { try transaction.settlePacks(at: transaction.nextVersion()) }
    return result
  }
}
