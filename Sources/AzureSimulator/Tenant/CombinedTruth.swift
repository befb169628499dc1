/// What whole pulls of all served tenants must arrive at on a day.
package struct CombinedTruth: Sendable, Equatable {
  package let first: SimulatorTruth
  /// What a pull of the second tenant alone must arrive at; nil where there is none.
  package let second: SimulatorTruth?
  /// Assets of an inventory that both tenants are pulled into, after all default identification rules; nil without a
  /// second tenant.
  ///
  /// A host that is the same machine in both counts once, all others are assets of their own: ``Likeness`` says why
  /// for each way in which two hosts look alike. Hosts of one tenant never merge: their hardware UUIDs differ.
  package let assetsTogether: Int?

  init(first: TenantDay, second: TenantDay?) {
    self.first = first.truth
    self.second = second?.truth
    assetsTogether = second.map { first.truth.assets + $0.truth.assets - $0.sharedMachines }
  }

  /// The answer of `GET /simulator/truth`.
  package var json: KQLValue {
    guard let second, let assetsTogether, case .object(let object) = first.json else { return first.json }
    let members = Array(zip(object.keys, object.values))
    let together: KQLValue = .bag([("assets", .long(Int64(assetsTogether)))])
    return .bag(members + [("secondTenant", second.json), ("together", together)])
  }
}
