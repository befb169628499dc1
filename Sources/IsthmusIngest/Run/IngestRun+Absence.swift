import IsthmusConnect
import IsthmusCore
import IsthmusStore

extension IngestRun {
  /// Asks the source for what the listings did not bring, by id: rows that moved while their listing was under
  /// way were missed, and are not absent. Hosts first, since the findings of one that is gone need no question.
  ///
  /// Beyond ``mostConfirmed`` records, and too many for the plan: a person is asked instead, and may know.
  func confirmAbsence(_ reconciler: Reconciler, in readable: [SourceScope]) async throws {
    let hosts = try await store.write { transaction -> [String: Int64] in
      let absence = try reconciler.absence(transaction)
      guard isWorthAsking(absence) else { return [:] }
      let pairs = try absence.hosts.map { (try transaction.externalID(ofResource: $0.source.resource), $0) }
      // A host made anew is there under its id; its former row is not.
      let unsure = pairs.filter { $0.1.source.holdsFindings }.map { ($0.0, $0.1.source.id) }
      return Dictionary(unsure, uniquingKeysWith: { first, _ in first })
    }
    try await confirm(.hosts, hosts, in: readable) { ledger.seenSources.insert($0) }
    let findings = try await store.write { transaction -> [String: Int64] in
      let absence = try reconciler.absence(transaction)
      guard isWorthAsking(absence) else { return [:] }
      let gone = Set(absence.hosts.map(\.source.resource))
      let unsure = absence.findings.filter { !gone.contains($0.finding.resource) }
      let pairs = try unsure.map { (try transaction.externalID(of: $0.finding.id), $0.finding.id.number) }
      return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
    try await confirm(.findings, findings, in: readable) { ledger.seenFindings.insert($0) }
  }

  /// 80 requests of 250 ids: half a minute within the quota.
  private static var mostConfirmed: Int { 20_000 }

  private func isWorthAsking(_ absence: Reconciler.Absence) -> Bool {
    absence.share <= plan.maximumAbsentShare || absence.hosts.count + absence.findings.count <= Self.mostConfirmed
  }

  private func confirm(
    _ stream: SourceStream, _ numbers: [String: Int64], in readable: [SourceScope],
    markSeen: @escaping @Sendable (Int64) -> Bool
  ) async throws {
    if numbers.isEmpty { return }
    let existing = try await connection.existing(stream, ids: Array(numbers.keys), in: readable)
    if existing.isEmpty { return }
    try await store.write { transaction in
      for id in existing {
        if let number = numbers[id] { _ = markSeen(number) }
      }
      try save(transaction)
    }
    try await warn("\(existing.count) \(stream.rawValue) that the listing missed are still there: they stay.")
  }
}
