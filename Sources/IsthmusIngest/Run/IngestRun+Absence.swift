import IsthmusConnect
import IsthmusCore
import IsthmusStore

extension IngestRun {
  /// Asks the source for what the listings did not bring, by id: rows that moved while their listing was under
  /// way were missed, and are not absent. Hosts first, since the findings of one that is gone need no question.
  ///
  /// Beyond ``mostConfirmed`` records, and too many for the plan: a person is asked instead, and may know.
  func confirmedAbsence(_ reconciler: Reconciler, in readable: [SourceScope]) async throws -> Reconciler.Absence {
    var absence = try await store.write { try reconciler.absence($0) }
    guard isWorthAsking(absence) else { return absence }
    let hosts = absence.hosts
    let unsureHosts = try await store.write { transaction -> [String: Int64] in
      // A host made anew is there under its id; its former row is not.
      let pairs = try hosts.filter(\.source.holdsFindings).map {
        (try transaction.externalID(ofResource: $0.source.resource), $0.source.id)
      }
      return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
    if try await confirm(.hosts, unsureHosts, in: readable, markSeen: { ledger.seenSources.insert($0) }) {
      absence = try await store.write { try reconciler.absence($0) }
    }
    let gone = Set(absence.hosts.map(\.source.resource))
    let findings = absence.findings.map(\.finding).filter { !gone.contains($0.resource) }
    let unsureFindings = try await store.write { transaction -> [String: Int64] in
      let pairs = try findings.map { (try transaction.externalID(of: $0.id), $0.id.number) }
      return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
    if try await confirm(.findings, unsureFindings, in: readable, markSeen: { ledger.seenFindings.insert($0) }) {
      absence = try await store.write { try reconciler.absence($0) }
    }
    return absence
  }

  /// 80 requests of 250 ids: half a minute within the quota.
  private static var mostConfirmed: Int { 20_000 }

  private func isWorthAsking(_ absence: Reconciler.Absence) -> Bool {
    absence.share <= plan.maximumAbsentShare || absence.hosts.count + absence.findings.count <= Self.mostConfirmed
  }

  /// Returns whether any of the records is there.
  private func confirm(
    _ stream: SourceStream, _ numbers: [String: Int64], in readable: [SourceScope],
    markSeen: @escaping @Sendable (Int64) -> Bool
  ) async throws -> Bool {
    if numbers.isEmpty { return false }
    let existing = try await connection.existing(stream, ids: Array(numbers.keys), in: readable)
    if existing.isEmpty { return false }
    try await store.write { transaction in
      for id in existing {
        if let number = numbers[id] { _ = markSeen(number) }
      }
      try save(transaction)
    }
    try await warn("\(existing.count) \(stream.rawValue) that the listing missed are still there: they stay.")
    return true
  }
}
