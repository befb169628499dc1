/// What an assessment says of one resource on a day.
struct FindingState: Sendable, Equatable {
  enum Code: UInt8, Sendable {
    case healthy, unhealthy, notApplicable

    var text: String {
      switch self {
      case .healthy: "Healthy"
      case .unhealthy: "Unhealthy"
      case .notApplicable: "NotApplicable"
      }
    }
  }

  /// A moment of a tenant's day.
  struct Moment: Sendable, Equatable {
    var day: Int
    var tickOfDay: Int64
  }

  let code: Code
  let firstEvaluated: Moment?
  let changed: Moment?
  /// `status.cause` and `status.description`; an index into ``FindingState/causes``.
  let cause: Int?

  static let causes: [(cause: String, description: String)] = [
    ("OffByPolicy", "The recommendation is disabled in policy"),
    ("UnsupportedPricingPlan", "The plan of this resource does not include the assessment"),
    ("Exempt", "The resource is exempt from this recommendation"),
    ("ManagementPortsAreOpenToAllSources", "A network security group lets all sources in"),
    ("mdeTvm", "Reported by the endpoint agent"),
    ("N/A", "The resource's system is not in the recommendation's scope"),
  ]
}

/// The life of one (resource, recommendation) pair over the days, without any memory of it.
///
/// Time is cut into spells of a length of the pair's own. Each spell draws its status alone, so that a status
/// changes at the border of two spells that drew differently: fixes, regressions, exemptions.
struct StatusTimeline {
  /// Random bits of the pair.
  let bits: UInt64
  /// The day on which the resource came to be, when it was first evaluated.
  let birth: Int
  /// False where the resource's system is not the recommendation's.
  let isInScope: Bool
  /// Thousandths of the spells that are Unhealthy.
  let failShare: Int
  /// Thousandths of the pairs to which the recommendation never applies.
  let exemptShare: Int

  func state(on day: Int) -> FindingState {
    let evaluated = FindingState.Moment(day: birth, tickOfDay: tick(0x5eed))
    // Some rows lack one date, a few both.
    let lacksFirst = bits & 127 == 5 || bits & 127 == 9
    let lacksChange = bits & 127 == 9
    func state(_ code: FindingState.Code, _ changed: FindingState.Moment, cause: Int?) -> FindingState {
      FindingState(
        code: code, firstEvaluated: lacksFirst ? nil : evaluated, changed: lacksChange ? nil : changed, cause: cause)
    }
    guard isInScope else { return state(.notApplicable, evaluated, cause: 5) }
    if Int(bits >> 8 & 1023) * 1000 < exemptShare * 1024 {
      return state(.notApplicable, evaluated, cause: Int(bits >> 18) & 1)
    }
    let length = isRestless ? 2 + Int(bits >> 20 & 3) : 12 + Int(bits >> 20 & 63)
    let phase = Int(bits >> 26 & 0xFFFF) % length
    var spell = (day - birth + phase) / length
    let code = code(ofSpell: spell)
    while spell > 0, self.code(ofSpell: spell - 1) == code { spell -= 1 }
    let changed =
      spell == 0 ? evaluated : FindingState.Moment(day: birth + spell * length - phase, tickOfDay: tick(spell))
    return state(code, changed, cause: cause(of: code))
  }

  private func cause(of code: FindingState.Code) -> Int? {
    switch code {
    case .healthy: nil
    case .unhealthy: bits >> 44 & 15 == 0 ? 3 : (bits >> 44 & 15 == 1 ? 4 : nil)
    case .notApplicable: 2
    }
  }

  /// One pair in sixteen turns every few days, so that a short time already shows regressions.
  private var isRestless: Bool { bits >> 50 & 15 == 0 }

  private func code(ofSpell spell: Int) -> FindingState.Code {
    let draw = Int(Dice.mix(bits &+ UInt64(truncatingIfNeeded: spell)) % 1000)
    if draw < (isRestless ? max(failShare, 450) : failShare) { return .unhealthy }
    return draw >= 975 ? .notApplicable : .healthy
  }

  private func tick(_ salt: Int) -> Int64 {
    Int64(Dice.mix(bits ^ UInt64(truncatingIfNeeded: salt) << 32) % UInt64(KQLDate.ticksPerDay))
  }
}
