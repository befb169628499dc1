package import IsthmusCore
package import IsthmusStore

/// The findings that a person decides on.
package enum DecidedFindings: Sendable {
  /// All of them, or none.
  case listed([FindingID])
  /// What a list of the query holds, if that is not more than `most`; nil for any number.
  case found(Query, most: Int?)
}

/// What a decision did.
package struct DecisionChange: Sendable, Hashable {
  package struct Finding: Sendable, Hashable {
    package var id: FindingID
    /// nil: it is on no host that is known.
    package var asset: AssetID?
    /// Whether it was decided otherwise before, or not at all.
    package var isChanged: Bool
  }

  package struct Scores: Sendable, Hashable {
    package var before: Double
    package var after: Double
  }

  /// In the order in which they were named or found, each once.
  package var findings: [Finding] = []
  /// Of the findings' hosts.
  package var scores: [AssetID: Scores] = [:]
}

extension InventoryService {
  /// A person ignores findings or accepts their risk; nil takes that back. Their hosts' scores follow at once.
  ///
  /// A decision holds for the same finding of every connector, and through fixes and reopenings, until it ends. One
  /// that holds already, with the same reason and end, is not made again.
  /// - Parameter reason: Kept in the findings' history.
  /// - Throws: ``ChangeError`` if a finding that is named does not exist or has nothing to take back, if more are found
  ///   than the most, if there is no reason, or an end that is past. Nothing is changed then.
  package func decide(
    _ subject: DecidedFindings, _ kind: FindingDecision.Kind?, reason: String, until: Timestamp?
  ) async throws -> DecisionChange {
    let at = now()
    guard !reason.allSatisfy(\.isWhitespace) else {
      throw ChangeError.invalid("A reason is needed: auditors will ask for it.")
    }
    if let until, until <= at { throw ChangeError.invalid("The end \(until) is past; give a later one, or none.") }
    return try await store.write { transaction in
      let decision = kind.map { FindingDecision(kind: $0, reason: reason, until: until, by: actor.name) }
      let change = try transaction.decide(subject, decision, reason: reason, by: actor.name, at: at)
      if change.findings.contains(where: \.isChanged) {
        try record(
          "finding.\(kind?.rawValue ?? "reopen")", change.subject, after: change.audited(reason), at: at,
          in: transaction)
      }
      return change
    }
  }
}

extension DecisionChange {
  fileprivate var changed: [String] { findings.filter(\.isChanged).map(\.id.description) }

  fileprivate var subject: String { changed.count == 1 ? "finding:\(changed[0])" : "findings" }

  /// So many are named; each finding's own history has its decision in any case.
  private static let named = 100

  fileprivate func audited(_ reason: String) -> JSONValue {
    .object([
      "reason": .string(reason), "count": .integer(Int64(changed.count)),
      "findings": .array(changed.prefix(Self.named).map(JSONValue.string)),
    ])
  }
}

extension InventoryTransaction {
  fileprivate func decide(
    _ subject: DecidedFindings, _ decision: FindingDecision?, reason: String, by author: String, at: Timestamp
  ) throws -> DecisionChange {
    var change = DecisionChange()
    var known: Set<FindingID> = []
    var changed: Set<FindingID> = []
    for finding in try findings(of: subject) where known.insert(finding).inserted {
      guard let stored = try self.finding(finding) else {
        throw ChangeError.notFound("There is no finding \(finding).")
      }
      if let asset = stored.asset, change.scores[asset] == nil {
        let score = try score(of: asset)
        change.scores[asset] = .init(before: score, after: score)
      }
      // Both of two connectors may be named: what one of them brought the other is this call's change, too.
      try changed.formUnion(decide(on: finding, decision, reason: reason, by: author, at: at))
      if decision == nil, case .listed = subject, !changed.contains(finding) {
        throw ChangeError.invalid("\(finding) is neither ignored nor is its risk accepted.")
      }
      change.findings.append(.init(id: finding, asset: stored.asset, isChanged: changed.contains(finding)))
    }
    guard !changed.isEmpty else { return change }
    // Once for all of them: tags and the day's history are the whole inventory's.
    try settle(Set(change.findings.filter(\.isChanged).compactMap(\.asset)), at: at)
    for asset in change.scores.keys { change.scores[asset]?.after = try score(of: asset) }
    return change
  }

  private func findings(of subject: DecidedFindings) throws -> [FindingID] {
    switch subject {
    case .listed(let findings): return findings
    case .found(let query, let most):
      let found = try findings(query)
      guard let most, found.count > most else { return found }
      throw ChangeError.invalid(
        "The query finds \(found.count) findings, more than \(most): nothing is changed. Narrow it, or give --all.")
    }
  }

  /// Returns those of the finding and its twins that were decided otherwise.
  private func decide(
    on finding: FindingID, _ decision: FindingDecision?, reason: String, by author: String, at: Timestamp
  ) throws -> Set<FindingID> {
    var changed: Set<FindingID> = []
    for twin in try twins(of: finding) {
      let known = try self.decision(on: twin)
      if decision.map({ $0.agrees(with: known) }) ?? (known == nil) { continue }
      try setDecision(twin, decision, at: at)
      try insertEvent(
        twin, run: nil, at: at, turn: decision?.kind.rawValue ?? "decisionTakenBack", cause: reason,
        until: decision?.until, by: author)
      changed.insert(twin)
    }
    return changed
  }
}
