/// A row of `securityresources` that is not an assessment.
struct SecurityObject: Sendable {
  let id: String
  /// Lower case.
  let type: String
  let name: String
  let subscription: Int
  let properties: KQLValue

  /// The secure score of each subscription and two of its controls.
  static func list(of fleet: Fleet, seed: UInt64) -> [SecurityObject] {
    fleet.subscriptions.indices.flatMap { index -> [SecurityObject] in
      var dice = Dice(seed, .subscription, index, 1)
      let base = "/subscriptions/\(fleet.subscriptions[index].id)/providers/Microsoft.Security/secureScores/ascScore"
      let current = 20 + dice.below(30)
      let score = SecurityObject(
        id: base, type: "microsoft.security/securescores", name: "ascScore", subscription: index,
        properties: .bag([
          ("environment", .string("Azure")), ("displayName", .string("ASC score")),
          (
            "score",
            .bag([
              ("max", .long(58)), ("current", .real(Double(current) + 0.25)),
              ("percentage", .real((Double(current) + 0.25) / 58)),
            ])
          ), ("weight", .long(Int64(100 + dice.below(900)))),
        ]))
      let controls = ["Enable MFA", "Remediate security configurations"].map { title -> SecurityObject in
        let key = dice.guid()
        return SecurityObject(
          id: "\(base)/secureScoreControls/\(key)", type: "microsoft.security/securescores/securescorecontrols",
          name: key, subscription: index,
          properties: .bag([
            ("displayName", .string(title)), ("healthyResourceCount", .long(Int64(dice.below(50)))),
            ("unhealthyResourceCount", .long(Int64(dice.below(50)))), ("notApplicableResourceCount", .long(0)),
          ]))
      }
      return [score] + controls
    }
  }
}
