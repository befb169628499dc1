import IsthmusCore

/// Numbers and dates, which have an order.
extension QueryGenerator {
  private typealias Bound = (text: String, from: Int64, until: Int64)

  mutating func numbers(_ field: QueryField) -> GeneratedComparison {
    let now = now
    let number: @Sendable (Values) -> Int64? = { values in
      switch field {
      case .qvss: return values[.qds]?.number
      case .detectionAge:
        guard values[.isFound] == .truth(true), let found = values[.firstFound]?.number else { return nil }
        let (days, rest) = (now.microseconds - found).quotientAndRemainder(dividingBy: 86_400_000_000)
        return max(0, rest < 0 ? days - 1 : days)
      default: return values[field]?.number
      }
    }
    var bounds: [Bound] = []
    for _ in 0..<3 {
      let value = bound(of: field)
      bounds.append((written(value, field), value, value + 1))
    }
    if random.chance(4) {
      let list = bounds.map(\.text).joined(separator: ", ")
      let wanted = bounds.map(\.from)
      return GeneratedComparison(text: ": [\(list)]") { values in number(values).map(wanted.contains) ?? false }
    }
    return ordered(bounds, number)
  }

  private mutating func bound(of field: QueryField) -> Int64 {
    switch field.kind {
    case .integer(let range), .tenths(let range):
      range.lowerBound + Int64(random.number(0...Int(min(range.upperBound, 100) - range.lowerBound)))
    default: Int64(random.number(0...10))
    }
  }

  private mutating func written(_ value: Int64, _ field: QueryField) -> String {
    switch field.kind {
    case .tenths: "\(value / 10).\(value % 10)"
    case .identifier(let prefix): random.pick(["\(value)", "\(prefix)\(value)", "\(prefix.lowercased())\(value)"])
    default: random.chance(4) ? "\"\(value)\"" : "\(value)"
    }
  }

  mutating func dates(_ field: QueryField) -> GeneratedComparison {
    ordered([date(), date()], { $0[field]?.number })
  }

  private mutating func date() -> Bound {
    let day: Int64 = 86_400_000_000
    let moment = NaiveVocabulary.moment(now, &random)
    switch random.number(0...3) {
    case 0...1:
      let start = moment.microseconds / day * day
      let text = String(Timestamp(microseconds: start).description.prefix(10))
      return (random.pick([text, "'\(text)'", "`\(text)`"]), start, start + day)
    case 2:
      let second = moment.microseconds / 1_000_000 * 1_000_000
      return ("\"\(Timestamp(microseconds: second))\"", second, second + 1_000_000)
    default:
      let amount = Int64(random.number(0...50))
      // `:` with a moment means its hour; comparisons mean the moment. So only comparisons are made of it.
      let start = now.microseconds - amount * 3_600_000_000
      return ("now-\(amount)h", start, start + 1)
    }
  }

  /// A comparison or range of one of the bounds, each from its first value to before its end.
  private mutating func ordered(
    _ bounds: [Bound], _ number: @escaping @Sendable (Values) -> Int64?
  ) -> GeneratedComparison {
    let (first, second) = bounds[0].from <= bounds[1].from ? (bounds[0], bounds[1]) : (bounds[1], bounds[0])
    let isMoment = first.text.hasPrefix("now")
    func comparison(_ text: String, _ from: Int64, _ until: Int64) -> GeneratedComparison {
      GeneratedComparison(text: text) { values in
        guard let value = number(values) else { return false }
        return value >= from && value < until
      }
    }
    switch random.number(isMoment ? 1...7 : 0...7) {
    case 0: return comparison(random.pick([":", "=", ": "]) + first.text, first.from, first.until)
    case 1: return comparison(">\(blanks())\(first.text)", first.until, .max)
    case 2: return comparison(">=\(blanks())\(first.text)", first.from, .max)
    case 3: return comparison(" <\(blanks())\(first.text)", .min, first.from)
    case 4: return comparison(" <=\(first.text)", .min, first.until)
    case 5: return comparison(": [* .. \(first.text)]", .min, first.until)
    case 6: return comparison(": (\(first.text) ... *)", first.until, .max)
    default:
      let isOpen = random.chance(2) && first.until < second.from
      let (opening, closing) = isOpen ? ("(", ")") : ("[", "]")
      return comparison(
        ": \(opening)\(first.text)\(blanks())..\(blanks())\(second.text)\(closing)",
        isOpen ? first.until : first.from, isOpen ? second.from : second.until)
    }
  }
}
