import IsthmusCore

extension QueryGenerator {
  typealias Values = [QueryField: NaiveValue]

  /// From the operator on, with what it asks of a record's values.
  struct GeneratedComparison {
    var text: String
    var holds: @Sendable (Values) -> Bool
  }

  func presence(of field: QueryField) -> @Sendable (Values) -> Bool {
    switch field {
    case .assetType, .trackingMethod, .findingType: { _ in true }
    case .qvss: { $0[.qds] != nil }
    case .findingCriticality: { ($0[.qds]?.number ?? 0) > 0 }
    case .detectionAge: { $0[.isFound] == .truth(true) }
    default: { $0[field] != nil }
    }
  }

  mutating func comparison(of field: QueryField) -> GeneratedComparison {
    switch field.kind {
    case .text: return texts(field) { $0.text() }
    case .keyword: return texts(field) { $0.keyword() }
    case .macAddress:
      return texts(field) { generator in
        let address = generator.random.pick(NaiveVocabulary.hardwareAddresses)
        let written = address.replacing(":", with: generator.random.pick([":", "-", ""]))
        return (generator.random.pick([written, "`\(written.uppercased())`"]), { $0 == address })
      }
    case .ipAddress: return texts(field) { $0.address() }
    case .enumeration(let values): return enumeration(field, values)
    case .boolean:
      let value = random.chance(2)
      let word = cased(value ? random.pick(["true", "yes"]) : random.pick(["false", "no"]))
      return GeneratedComparison(text: ": \(word)") { $0[field] == .truth(value) }
    case .integer, .tenths, .identifier: return numbers(field)
    case .date: return dates(field)
    }
  }

  // MARK: - Texts

  private typealias TextTest = (text: String, holds: @Sendable (String) -> Bool)

  private mutating func texts(
    _ field: QueryField, _ one: (inout QueryGenerator) -> TextTest
  ) -> GeneratedComparison {
    let count = random.chance(4) ? random.number(1...3) : 0
    var tests: [TextTest] = []
    for _ in 0..<max(1, count) {
      var test = one(&self)
      // In a list a comma ends a plain value, and `..` makes it a range.
      while count > 0, test.text.contains(","), !"\"'`".contains(test.text.first ?? " ") { test = one(&self) }
      tests.append(test)
    }
    let list = tests.map(\.text).joined(separator: "\(blanks()),\(blanks())")
    let conditions = tests.map(\.holds)
    return GeneratedComparison(text: count == 0 ? "\(blanks()):\(blanks())\(list)" : ": [\(list)]") { values in
      guard case .text(let text)? = values[field] else { return false }
      return conditions.contains { $0(text) }
    }
  }

  private mutating func text() -> TextTest {
    switch random.number(0...5) {
    case 0...1:
      // Behind a blank, `x:` would look like another term.
      let second = piece()
      let source = random.chance(2) || second.contains("x:") ? piece() : "\(piece()) \(second)"
      return (source, { NaiveText.matches($0, source, .words) })
    case 2...3:
      let source = (0..<random.number(1...3)).map { _ in random.pick(NaiveVocabulary.words) }.joined(separator: " ")
      let start = String(source.prefix(random.number(max(1, source.count - 2)...source.count)))
      // A name alone may be cut to nothing but marks.
      let wanted = NaiveText.words(start).isEmpty ? source : start
      return (wanted.contains("'") ? "\"\(wanted)\"" : "'\(wanted)'", { NaiveText.matches($0, wanted, .phrase) })
    case 4:
      let source = NaiveVocabulary.text(&random).filter { $0 != "`" }
      return ("`\(source)`", { NaiveText.matches($0, source, .exact) })
    default:
      let source = random.pick(["*\(piece())*", "\(piece())*", "*\(piece())", "*\(piece())**\(piece())*", "*"])
      return (source, { NaiveText.matches($0, source, .wildcard) })
    }
  }

  private mutating func piece() -> String {
    let parts = (0..<random.number(1...2)).map { _ in random.pick(NaiveVocabulary.words) }
    return parts.joined(separator: random.pick(["-", "/", ".", "@"]))
  }

  private mutating func keyword() -> TextTest {
    let value = random.pick(NaiveVocabulary.keywords)
    if random.chance(3) {
      let source = random.pick(["*urope", "*o*e*", "/sub*", "*"])
      return (source, { NaiveText.matches($0, source, .wildcard) })
    }
    let mark = random.pick(["`", "\"", "'"])
    return ("\(mark)\(value)\(mark)", { $0.lowercased() == value.lowercased() })
  }

  private mutating func address() -> TextTest {
    let address = random.pick(NaiveVocabulary.addresses)
    switch random.number(0...3) {
    case 0: return ("10.0.0.0/23", { $0.hasPrefix("10.0.0.") || $0.hasPrefix("10.0.1.") })
    case 1: return ("10.*", { $0.hasPrefix("10.") })
    case 2: return ("fd00::/16", { $0.hasPrefix("fd00:") })
    default: return (address, { $0 == address })
    }
  }

  private mutating func enumeration(_ field: QueryField, _ all: [String]) -> GeneratedComparison {
    let isList = random.chance(3)
    let chosen = (0..<(isList ? random.number(1...3) : 1)).map { _ in random.pick(all) }
    let written = chosen.map { value in random.chance(3) ? "\"\(value)\"" : cased(value) }
    let text = isList ? ":[\(written.joined(separator: ","))]" : ": \(written[0])"
    return GeneratedComparison(text: text) { values in
      if let constant = field.constant { return chosen.contains(constant) }
      if field == .findingCriticality {
        guard let band = values[.qds]?.number.flatMap({ QDSBand(qds: Int($0)) }) else { return false }
        return chosen.contains(band.rawValue.uppercased())
      }
      guard case .text(let value)? = values[field] else { return false }
      return chosen.contains(value)
    }
  }
}

extension NaiveValue {
  var number: Int64? { if case .number(let number) = self { number } else { nil } }
}
