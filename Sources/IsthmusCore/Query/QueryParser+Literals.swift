extension QueryParser {
  // MARK: - Texts

  func pattern(_ value: QueryValue) throws(QueryError) -> TextPattern {
    if let pattern = wildcard(value) { return pattern }
    let form: TextPattern.Form =
      switch value.quoting {
      case .none: .words
      case .words: .phrase
      case .exact: .exact
      }
    guard let pattern = TextPattern(value.text, form: form) else {
      if value.text.isEmpty { throw empty(value) }
      throw error(
        "There is no letter or digit to search for.", at: value.start, value.length,
        expected: "words, or backticks around the whole value")
    }
    return pattern
  }

  /// The pattern of a value without quotation marks that has stars; nil for another value.
  func wildcard(_ value: QueryValue) -> TextPattern? {
    value.quoting == .none && value.text.contains("*") ? TextPattern(value.text, form: .wildcard) : nil
  }

  // MARK: - Enumerations

  /// The values that are meant: one, or more with a star.
  func chosen(_ value: QueryValue, of values: [String]) throws(QueryError) -> [String] {
    if let pattern = wildcard(value) {
      let found = values.filter(pattern.matches)
      if !found.isEmpty { return found }
    }
    let folded = value.text.lowercased()
    if let found = values.first(where: { $0.lowercased() == folded }) { return [found] }
    throw wrong(
      value, "value of this token", expected: QueryValueKind.enumeration(values).name,
      suggestion: NearestName.find(value.text, among: values))
  }

  /// Bands are ranges of the number they are made from; what is the same for all records is decided here.
  func enumerated(_ field: QueryField, _ values: [String], _ place: Int) -> [ParsedStep] {
    if let constant = field.constant { return [.constant(values.contains(constant))] }
    switch field {
    case .findingCriticality:
      let bands = QDSBand.allCases.filter { values.contains($0.rawValue.uppercased()) }
      return anyRange(.qds, bands.map { Int64($0.range.lowerBound)...Int64($0.range.upperBound) }, place)
    default: return [.test(QueryTest(field, .oneOf(Set(values).sorted()), position: place))]
    }
  }

  private func anyRange(_ field: QueryField, _ ranges: [ClosedRange<Int64>], _ place: Int) -> [ParsedStep] {
    let tests = ranges.map { range in
      ParsedStep.test(
        QueryTest(field, .integer(lower: range.lowerBound, upper: range.upperBound), position: place))
    }
    return tests.count == 1 ? tests : tests + [.any(tests.count)]
  }

  func boolean(_ value: QueryValue) throws(QueryError) -> Bool {
    switch value.text.lowercased() {
    case "true", "yes": return true
    case "false", "no": return false
    default: throw wrong(value, "truth value", expected: "true or false, yes or no")
    }
  }

  // MARK: - Numbers

  /// Of tenths: ten times the number.
  func number(_ value: QueryValue, of token: QueryToken) throws(QueryError) -> Int64 {
    switch token.field.kind {
    case .integer(let range):
      guard let number = Int64(plain: value.text), range.contains(number) else {
        throw wrong(value, "value of \"\(token.name)\"", expected: "a \(token.field.kind.name)")
      }
      return number
    case .tenths(let range):
      let parts = value.text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      guard let whole = Int64(plain: String(parts[0])), whole < 1_000_000,
        let tenth = parts.count == 1 ? 0 : Int64(plain: String(parts[1])), parts.count == 1 || parts[1].utf8.count == 1,
        range.contains(whole * 10 + tenth)
      else {
        throw wrong(
          value, "value of \"\(token.name)\"", expected: "a \(token.field.kind.name) with one digit after the point")
      }
      return whole * 10 + tenth
    case .identifier(let prefix):
      let digits = value.text.uppercased().hasPrefix(prefix) ? String(value.text.dropFirst(prefix.count)) : value.text
      guard let number = Int64(plain: digits), number < Int64.max else {
        throw wrong(value, "value of \"\(token.name)\"", expected: token.field.kind.name)
      }
      return number
    case .text, .keyword, .enumeration, .boolean, .date, .ipAddress, .macAddress:
      throw wrong(value, "number", expected: token.field.kind.name)
    }
  }

  /// A closed range of numbers; what is shown as another field's number is compared there.
  func numbers(_ field: QueryField, _ lower: Int64?, _ upper: Int64?, _ place: Int) -> [ParsedStep] {
    let possible = field.kind.possibleNumbers
    if let lower, lower > possible.upperBound { return [.constant(false)] }
    if let upper, upper < possible.lowerBound { return [.constant(false)] }
    switch field {
    case .qvss: return [.test(QueryTest(.qds, .integer(lower: lower, upper: upper), position: place))]
    case .detectionAge: return age(lower, upper, place)
    default: return [.test(QueryTest(field, .integer(lower: lower, upper: upper), position: place))]
    }
  }

  /// From one moment to before another. No moment is later than the year 9999.
  func dates(_ field: QueryField, from: Timestamp?, until: Timestamp?, _ place: Int) -> [ParsedStep] {
    if let from, from >= .endOfCalendar { return [.constant(false)] }
    let until = until.flatMap { $0 >= .endOfCalendar ? nil : $0 }
    if from == nil, until == nil { return presence(of: field, at: place) }
    return [.test(QueryTest(field, .date(from: from, until: until), position: place))]
  }

  /// Open, and first found so many whole days ago.
  private func age(_ lower: Int64?, _ upper: Int64?, _ place: Int) -> [ParsedStep] {
    // Older than the calendar.
    let oldest: Int64 = 4_000_000
    if let lower, lower > oldest { return [.constant(false)] }
    let upper = upper.flatMap { $0 > oldest ? nil : $0 }
    if let upper, upper < max(0, lower ?? 0) { return [.constant(false)] }
    func moment(daysAgo days: Int64) -> Timestamp { Timestamp(microseconds: now.microseconds - days * .day + 1) }
    let isOpen = ParsedStep.test(QueryTest(.isFound, .boolean(true), position: place))
    let from = upper.map { moment(daysAgo: $0 + 1) }
    // A finding of a clock that is ahead is 0 days old.
    let until = lower.flatMap { $0 > 0 ? moment(daysAgo: $0) : nil }
    if from == nil, until == nil { return [isOpen] }
    return [isOpen] + dates(.firstFound, from: from, until: until, place) + [.all(2)]
  }

  // MARK: - Presence

  func presence(of field: QueryField, at place: Int) -> [ParsedStep] {
    if field.constant != nil { return [.constant(true)] }
    switch field {
    case .detectionAge: return [.test(QueryTest(.isFound, .boolean(true), position: place))]
    case .qvss: return [.test(QueryTest(.qds, .isPresent, position: place))]
    case .findingCriticality: return [.test(QueryTest(.qds, .integer(lower: 1, upper: 100), position: place))]
    default: return [.test(QueryTest(field, .isPresent, position: place))]
    }
  }

  // MARK: - Addresses and dates

  func address(_ value: QueryValue) throws(QueryError) -> AddressRange {
    guard let range = AddressRange(value.text) else {
      throw wrong(value, "IP address", expected: "an address, a network as 10.0.0.0/24 or a beginning as 10.0.*")
    }
    return range
  }

  func date(_ value: QueryValue) throws(QueryError) -> QueryDate {
    do {
      return try QueryDate(value.text, now: now)
    } catch {
      switch error {
      case .outOfCalendar:
        throw wrong(value, "moment of the years 0000 to 9999", expected: "a nearer one")
      case .unreadable:
        throw wrong(
          value, "date", expected: "a date as 2026-01-31, a time as 2026-01-31T08:30:00Z, or now-3d (s m h d w M y)")
      }
    }
  }
}

extension QueryValueKind {
  /// What a number of this kind can be.
  fileprivate var possibleNumbers: ClosedRange<Int64> {
    switch self {
    case .integer(let range), .tenths(let range): range
    default: 0...Int64.max
    }
  }
}

extension Int64 {
  /// Microseconds.
  static let day: Int64 = 86_400_000_000

  /// Decimal digits only: no sign, no blanks.
  fileprivate init?(plain text: String) {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else { return nil }
    self.init(text)
  }
}
