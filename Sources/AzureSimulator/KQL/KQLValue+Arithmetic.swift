/// Arithmetic on values whose types may be known only when a row is read. What does not fit, overflows or
/// divides by zero is null.
extension KQLValue {
  static func sum(_ a: KQLValue, _ b: KQLValue) -> KQLValue {
    switch (a, b) {
    case (.datetime(let ticks), .timespan(let span)), (.timespan(let span), .datetime(let ticks)):
      checked(ticks.addingReportingOverflow(span), moment)
    case (.timespan(let first), .timespan(let second)): checked(first.addingReportingOverflow(second)) { .timespan($0) }
    default: numeric(a, b, whole: { checked($0.addingReportingOverflow($1)) { .long($0) } }, real: +)
    }
  }

  static func difference(_ a: KQLValue, _ b: KQLValue) -> KQLValue {
    switch (a, b) {
    case (.datetime(let first), .datetime(let second)), (.timespan(let first), .timespan(let second)):
      checked(first.subtractingReportingOverflow(second)) { .timespan($0) }
    case (.datetime(let ticks), .timespan(let span)):
      checked(ticks.subtractingReportingOverflow(span), moment)
    default: numeric(a, b, whole: { checked($0.subtractingReportingOverflow($1)) { .long($0) } }, real: -)
    }
  }

  static func product(_ a: KQLValue, _ b: KQLValue) -> KQLValue {
    switch (a, b) {
    case (.timespan(let span), let factor), (let factor, .timespan(let span)):
      scaled(span, by: factor.asReal)
    default: numeric(a, b, whole: { checked($0.multipliedReportingOverflow(by: $1)) { .long($0) } }, real: *)
    }
  }

  static func quotient(_ a: KQLValue, _ b: KQLValue) -> KQLValue {
    switch (a, b) {
    case (.timespan(let first), .timespan(let second)): second == 0 ? .null : .real(Double(first) / Double(second))
    case (.timespan(let span), let divisor): scaled(span, by: divisor.asReal.map { 1 / $0 })
    default: numeric(a, b, whole: { checked($0.dividedReportingOverflow(by: $1)) { .long($0) } }, real: /)
    }
  }

  static func remainder(_ a: KQLValue, _ b: KQLValue) -> KQLValue {
    switch (a, b) {
    case (.timespan(let first), .timespan(let second)):
      checked(first.remainderReportingOverflow(dividingBy: second)) { .timespan($0) }
    default:
      numeric(
        a, b, whole: { checked($0.remainderReportingOverflow(dividingBy: $1)) { .long($0) } },
        real: { $0.truncatingRemainder(dividingBy: $1) })
    }
  }

  private static func moment(_ ticks: Int64) -> KQLValue {
    KQLDate.range.contains(ticks) ? .datetime(ticks) : .null
  }

  private static func checked(
    _ result: (partialValue: Int64, overflow: Bool), _ make: (Int64) -> KQLValue
  ) -> KQLValue {
    result.overflow ? .null : make(result.partialValue)
  }

  private static func scaled(_ span: Int64, by factor: Double?) -> KQLValue {
    guard let factor, let ticks = Int64(exactly: (Double(span) * factor).rounded()) else { return .null }
    return .timespan(ticks)
  }

  private static func numeric(
    _ a: KQLValue, _ b: KQLValue, whole: (Int64, Int64) -> KQLValue, real: (Double, Double) -> Double
  ) -> KQLValue {
    switch (a, b) {
    case (.long(let first), .long(let second)): return whole(first, second)
    case (.long(let first), .real(let second)): return .real(real(Double(first), second))
    case (.real(let first), .long(let second)): return .real(real(first, Double(second)))
    case (.real(let first), .real(let second)): return .real(real(first, second))
    default: return .null
    }
  }

  /// `bin`: the value rounded down to a multiple of the step.
  static func bin(_ value: KQLValue, _ step: KQLValue) -> KQLValue {
    switch (value, step) {
    case (.long(let number), .long(let size)) where size > 0: .long(KQLDate.floorDivide(number, size) &* size)
    case (.datetime(let ticks), .timespan(let size)) where size > 0:
      moment(KQLDate.floorDivide(ticks &+ dayOne, size) &* size &- dayOne)
    case (.timespan(let ticks), .timespan(let size)) where size > 0: .timespan(KQLDate.floorDivide(ticks, size) &* size)
    case (.real, _), (_, .real):
      if let number = value.asReal, let size = step.asReal, size > 0 {
        .real((number / size).rounded(.down) * size)
      } else {
        .null
      }
    default: .null
    }
  }

  /// Bins of time are counted from 0001-01-01, which matters for bins of a week.
  private static let dayOne = -KQLDate.days(year: 1, month: 1, day: 1) * KQLDate.ticksPerDay
}
