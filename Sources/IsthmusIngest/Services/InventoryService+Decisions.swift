package import IsthmusCore
package import IsthmusStore

extension InventoryService {
  /// A person ignores the finding or accepts its risk; nil takes that back. Its host's score follows at once.
  ///
  /// The decision holds for the same finding of every connector, and through fixes and reopenings, until it ends.
  /// - Parameter reason: Kept in the finding's history.
  /// - Returns: The host's score before and after, rounded as it is shown.
  /// - Throws: ``ChangeError`` if there is no such finding, no reason, an end that is past, or nothing to take back.
  package func decide(
    _ finding: FindingID, _ kind: FindingDecision.Kind?, reason: String, until: Timestamp?
  ) async throws -> (before: Double, after: Double) {
    let at = now()
    guard !reason.allSatisfy(\.isWhitespace) else {
      throw ChangeError.invalid("A reason is needed: auditors will ask for it.")
    }
    if let until, until <= at { throw ChangeError.invalid("The end \(until) is past; give a later one, or none.") }
    return try await store.write { transaction in
      guard let asset = try transaction.asset(of: finding) else {
        throw ChangeError.notFound("There is no finding \(finding).")
      }
      let before = try transaction.score(of: asset)
      for twin in try transaction.twins(of: finding) {
        if kind == nil, try transaction.decision(on: twin) == nil {
          guard twin == finding else { continue }
          throw ChangeError.invalid("\(finding) is neither ignored nor is its risk accepted.")
        }
        let decision = kind.map { FindingDecision(kind: $0, reason: reason, until: until) }
        try transaction.setDecision(twin, decision, at: at)
        try transaction.insertEvent(
          twin, run: nil, at: at, turn: kind?.rawValue ?? "decisionTakenBack", cause: reason, until: until)
      }
      try transaction.settle([asset], at: at)
      return (before, try transaction.score(of: asset))
    }
  }
}
