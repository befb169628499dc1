import IsthmusCore
import TestSupport

/// A source with a quota and clients that share a ``QuotaWindow``, each with one request under way at a time, on a clock of
/// their own. Requests and answers overtake each other.
struct SharedTenant {
  private enum Step {
    case ask
    case arrive(request: Int64)
    case hear(request: Int64, remaining: Int, resetsAfter: Duration)
  }

  private(set) var now: Duration = .zero
  private(set) var refusals = 0
  private let allowance = QuotaLimit(requests: 15, window: .seconds(5))
  private var window = QuotaWindow()
  private var steps: [(at: Duration, step: Step)] = []
  private var random: SeededGenerator
  private let slowest: Int
  private var sourceEnd: Duration = .zero
  private var used = 0

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    slowest = random.number(2...250)
    for _ in 0..<random.number(1...6) { steps.append((.zero, .ask)) }
  }

  /// Ends when so many requests were answered.
  mutating func run(requests: Int) {
    var left = requests
    while left > 0, let next = steps.indices.min(by: { steps[$0].at < steps[$1].at }) {
      let (at, step) = steps.remove(at: next)
      now = at
      switch step {
      case .ask: ask()
      case .arrive(let request): count(request)
      case .hear(let request, let remaining, let resetsAfter):
        window.answered(request, remaining: remaining, resetsAfter: resetsAfter, now: now)
        left -= 1
        steps.append((now, .ask))
      }
    }
  }

  private mutating func ask() {
    switch window.take(presuming: allowance, now: now) {
    case .granted(let request): steps.append((now + way(), .arrive(request: request)))
    case .wait(let wait): steps.append((now + wait + .milliseconds(random.number(0...100)), .ask))
    }
  }

  /// The source's window begins with its first request; it tells whole seconds.
  private mutating func count(_ request: Int64) {
    if now >= sourceEnd {
      sourceEnd = now + allowance.window
      used = 0
    }
    let rest = sourceEnd - now
    let resetsAfter = Duration.seconds(rest.components.seconds + (rest.components.attoseconds > 0 ? 1 : 0))
    if used == allowance.requests {
      refusals += 1
      window.refused(request, resetsAfter: resetsAfter, now: now)
      steps.append((now, .ask))
    } else {
      used += 1
      let remaining = allowance.requests - used
      steps.append((now + way(), .hear(request: request, remaining: remaining, resetsAfter: resetsAfter)))
    }
  }

  private mutating func way() -> Duration { .milliseconds(random.number(1...slowest)) }
}
