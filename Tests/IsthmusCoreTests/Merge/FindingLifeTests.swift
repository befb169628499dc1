import IsthmusCore
import TestSupport
import Testing

@Suite("Findings' life")
struct FindingLifeTests {
  /// A scope and one finding in it: each day the scope is listed, whole or not.
  struct Scope {
    var life = FindingLife()
    var listings: Int64 = 0
    var listedAt: Timestamp?

    static func noon(_ day: Int) -> Timestamp { Timestamp(microseconds: Int64(day) * 86_400_000_000) }

    /// - Parameter posture: nil: the listing does not hold the finding.
    mutating func list(_ posture: Posture?, day: Int, isWhole: Bool = true) -> FindingLife.Turn? {
      let now = Self.noon(day)
      var turn: FindingLife.Turn?
      if let posture {
        turn = life.observe(posture, at: now, listing: listings + 1, lastListed: listedAt)
      } else if isWhole {
        turn = life.miss(.absent, at: now, lastListed: listedAt)
      }
      if isWhole {
        listings += 1
        listedAt = now
      }
      return turn
    }

    var status: FindingStatus? { life.status(listings: listings) }
    var lastFound: Timestamp? { life.lastFound(listedAt: listedAt) }
  }

  struct Story: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var days: [(posture: Posture?, status: FindingStatus?, turn: FindingLife.Turn?)]

    init(_ name: String, _ days: [(Posture?, FindingStatus?, FindingLife.Turn?)]) {
      testDescription = name
      self.days = days.map { (posture: $0.0, status: $0.1, turn: $0.2) }
    }
  }

  static let stories = [
    Story("stays open", [(.fail, .new, .opened), (.fail, .active, nil), (.fail, .active, nil)]),
    Story("is fixed", [(.fail, .new, .opened), (.pass, .fixed, .fixed), (.pass, .fixed, nil)]),
    Story("does not apply any more", [(.fail, .new, .opened), (.notApplicable, .fixed, .fixed)]),
    Story("is missing", [(.fail, .new, .opened), (.fail, .active, nil), (nil, .fixed, .fixed), (nil, .fixed, nil)]),
    Story(
      "comes back after a fix",
      [
        (.fail, .new, .opened), (.pass, .fixed, .fixed), (.fail, .reopened, .reopened), (.fail, .active, nil),
        (.pass, .fixed, .fixed), (.fail, .reopened, .reopened),
      ]),
    Story(
      "comes back after it was missing", [(.fail, .new, .opened), (nil, .fixed, .fixed), (.fail, .reopened, .reopened)]),
    Story("never failed", [(.pass, nil, nil), (.notApplicable, nil, nil), (nil, nil, nil), (.pass, nil, nil)]),
    Story("fails late", [(.pass, nil, nil), (.fail, .new, .opened), (.fail, .active, nil)]),
  ]

  @Test("A finding's status follows what whole listings say", arguments: stories)
  func tells(_ story: Story) {
    var scope = Scope()
    for (day, expected) in story.days.enumerated() {
      #expect(scope.list(expected.posture, day: day) == expected.turn, "day \(day)")
      #expect(scope.status == expected.status, "day \(day)")
      #expect(scope.life.posture == expected.posture, "day \(day)")
      #expect(scope.life.isOpen == (expected.posture == .fail), "day \(day)")
    }
  }

  @Test(
    "The cause of a fix is kept until the finding is open again",
    arguments: [
      (Posture.pass, FixCause.passed), (.notApplicable, .notApplicable),
    ])
  func keepsCause(posture: Posture, cause: FixCause) {
    var scope = Scope()
    _ = scope.list(.fail, day: 0)
    _ = scope.list(posture, day: 1)
    #expect(scope.life.fixCause == cause)
    _ = scope.list(nil, day: 2)
    #expect(scope.life.fixCause == cause)
    _ = scope.list(.fail, day: 3)
    #expect(scope.life.fixCause == nil)
  }

  @Test("A host that is gone fixes its open findings, with its own cause")
  func fixesWithHost() {
    var life = FindingLife()
    let (opened, gone) = (Scope.noon(1), Scope.noon(4))
    #expect(life.observe(.fail, at: opened, listing: 1, lastListed: nil) == .opened)
    #expect(life.miss(.hostGone, at: gone, lastListed: Scope.noon(3)) == .fixed)
    #expect(life.fixCause == .hostGone)
    #expect(life.posture == nil)
    #expect(life.lastFound == Scope.noon(3))
    #expect(life.miss(.hostGone, at: Scope.noon(5), lastListed: gone) == nil)
    #expect(life.lastFixed == gone)
  }

  @Test("Dates: first found, last found, last fixed, reopened")
  func keepsDates() {
    var scope = Scope()
    _ = scope.list(.fail, day: 1)
    #expect(scope.life.firstFound == Scope.noon(1))
    #expect(scope.lastFound == Scope.noon(1))
    _ = scope.list(.fail, day: 2)
    #expect(scope.lastFound == Scope.noon(2))
    _ = scope.list(.pass, day: 3)
    #expect(scope.life.lastFixed == Scope.noon(3))
    #expect(scope.lastFound == Scope.noon(2))
    _ = scope.list(.pass, day: 4)
    #expect(scope.life.lastFixed == Scope.noon(3))
    #expect(scope.lastFound == Scope.noon(2))
    _ = scope.list(.fail, day: 5)
    #expect(scope.life.reopened == Scope.noon(5))
    #expect(scope.life.firstFound == Scope.noon(1))
    #expect(scope.life.lastFixed == Scope.noon(3))
    #expect(scope.lastFound == Scope.noon(5))
    _ = scope.list(nil, day: 6)
    #expect(scope.life.lastFixed == Scope.noon(6))
    #expect(scope.lastFound == Scope.noon(5))
  }

  @Test("A finding that never failed has no dates")
  func hasNoDates() {
    var scope = Scope()
    _ = scope.list(.pass, day: 1)
    #expect(scope.life.firstFound == nil)
    #expect(scope.lastFound == nil)
    #expect(scope.life.lastFixed == nil)
  }

  @Test("NEW and REOPENED last until the second whole listing that holds the finding")
  func countsWholeListings() {
    var scope = Scope()
    _ = scope.list(.fail, day: 1, isWhole: false)
    #expect(scope.status == .new)
    _ = scope.list(.fail, day: 2, isWhole: false)
    #expect(scope.status == .new)
    _ = scope.list(.fail, day: 3)
    #expect(scope.status == .new)
    _ = scope.list(nil, day: 4, isWhole: false)
    #expect(scope.status == .new)
    _ = scope.list(.fail, day: 5)
    #expect(scope.status == .active)
    _ = scope.list(.pass, day: 6)
    _ = scope.list(.fail, day: 7, isWhole: false)
    #expect(scope.status == .reopened)
    _ = scope.list(.fail, day: 8)
    #expect(scope.status == .reopened)
    _ = scope.list(.fail, day: 9)
    #expect(scope.status == .active)
  }

  @Test("A listing that is not whole never fixes for absence")
  func keepsWhatWasNotListed() {
    var scope = Scope()
    _ = scope.list(.fail, day: 1)
    let before = scope.life
    #expect(scope.list(nil, day: 2, isWhole: false) == nil)
    #expect(scope.life == before)
  }

  @Test("The same posture again changes nothing", arguments: SeededGenerator.seeds(20))
  func isIdempotent(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      var scope = Scope()
      for day in 0..<random.number(1...12) {
        let posture = random.chance(4) ? nil : random.pick(Posture.allCases)
        _ = scope.list(posture, day: day * 2, isWhole: posture == nil || !random.chance(4))
        let before = scope.life
        #expect(scope.list(posture, day: day * 2 + 1) == nil)
        #expect(scope.life == before)
        check(scope)
      }
    }
  }

  /// What holds at every moment.
  private func check(_ scope: Scope) {
    let life = scope.life
    #expect(life.isOpen == (life.posture == .fail))
    #expect((scope.status == .fixed) == (life.firstFound != nil && !life.isOpen))
    #expect((life.fixCause != nil) == (scope.status == .fixed))
    #expect((scope.lastFound == nil) == (life.firstFound == nil))
    if let first = life.firstFound, let last = scope.lastFound { #expect(first <= last) }
    if let last = scope.lastFound, let fixed = life.lastFixed, !life.isOpen { #expect(last < fixed) }
    if let reopened = life.reopened, let first = life.firstFound { #expect(first < reopened) }
  }

  @Test("Postures and causes have codes of their own")
  func codes() {
    for posture in Posture.allCases { #expect(Posture(code: posture.code) == posture) }
    #expect(Set(Posture.allCases.map(\.code)).count == Posture.allCases.count)
    #expect(Posture(code: 3) == nil)
    let causes: [FixCause] = [.passed, .notApplicable, .absent, .hostGone]
    #expect(causes.map(\.name) == ["passed", "notApplicable", "absent", "hostGone"])
    #expect(causes.map(\.rawValue) == [1, 2, 3, 4])
  }
}
