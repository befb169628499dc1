/// What a whole pull with the default profile must arrive at on a day, counted from the tenant itself.
///
/// Each assessment row counts in exactly one place; in order: not about a host, an update, about a host that is
/// not there any more, not applicable, passed or failed.
package struct SimulatorTruth: Sendable, Equatable {
  package var day: Int
  /// Living hosts of the three kinds.
  package var assets = 0
  /// Network interfaces of living virtual machines and scale-set instances; Arc machines have none.
  package var networkInterfaces = 0
  package var pass = 0
  package var fail = 0
  package var notApplicable = 0
  package var nonHost = 0
  package var deletedHost = 0
  package var updates = 0

  package init(day: Int) {
    self.day = day
  }

  /// As `GET /simulator/truth` shows it.
  package var json: KQLValue {
    func count(_ number: Int) -> KQLValue { .long(Int64(number)) }
    let leftOut: [(String, KQLValue)] = [
      ("notApplicable", count(notApplicable)), ("nonHost", count(nonHost)), ("deletedHost", count(deletedHost)),
      ("updates", count(updates)),
    ]
    return .object(
      KQLObject([
        ("day", count(day)), ("assets", count(assets)), ("networkInterfaces", count(networkInterfaces)),
        ("findings", .object(KQLObject([("pass", count(pass)), ("fail", count(fail))]))),
        ("leftOut", .object(KQLObject(leftOut))),
      ]))
  }
}
