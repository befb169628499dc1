/// The identification rules in the order in which they are tried.
package struct RuleBook: Sendable {
  package let rules: [IdentificationRule]

  /// The standard rules alone.
  package static let standard = RuleBook(rules: IdentificationRule.standard)

  private init(rules: [IdentificationRule]) { self.rules = rules }

  /// - Parameters:
  ///   - own: Rules beside the standard ones.
  ///   - order: The names of all rules, native-key first. nil: own rules come after the standard ones.
  package init(own: [IdentificationRule], order: [String]? = nil) throws(RuleError) {
    let rules = IdentificationRule.standard + own
    var names: Set<String> = []
    for rule in rules where !names.insert(rule.name).inserted {
      throw RuleError(rule.name, "another rule has this name already")
    }
    for rule in own { try Self.check(rule) }
    try self.init(rules: Self.arrange(rules, as: order))
  }

  /// The rules of a connector that has these turned off.
  package func enabled(except disabled: Set<String>) throws(RuleError) -> [IdentificationRule] {
    for name in disabled.sorted() {
      guard let rule = rules.first(where: { $0.name == name }) else { throw Self.unknown(name, rules) }
      if !rule.canBeTurnedOff { throw RuleError(name, "it can't be turned off") }
    }
    let enabled = rules.filter { !disabled.contains($0.name) }
    if !enabled.contains(where: \.canBeTurnedOff) {
      throw RuleError(nil, "at least one rule besides \(IdentificationRule.nativeKey.name) must stay on")
    }
    return enabled
  }

  private static func unknown(_ name: String, _ rules: [IdentificationRule]) -> RuleError {
    RuleError(name, "there is no such rule; there is \(rules.map(\.name).joined(separator: ", "))")
  }

  private static func arrange(
    _ rules: [IdentificationRule], as order: [String]?
  ) throws(RuleError) -> [IdentificationRule] {
    guard let order else { return rules }
    var arranged: [IdentificationRule] = []
    for name in order {
      guard let rule = rules.first(where: { $0.name == name }) else { throw unknown(name, rules) }
      if arranged.contains(rule) { throw RuleError(name, "it stands twice in the order") }
      arranged.append(rule)
    }
    if arranged.first != .nativeKey { throw RuleError(IdentificationRule.nativeKey.name, "it is always the first") }
    if let missing = rules.first(where: { !arranged.contains($0) }) {
      throw RuleError(missing.name, "the order leaves it out; turn a rule off by connector instead")
    }
    return arranged
  }

  private static func check(_ rule: IdentificationRule) throws(RuleError) {
    guard isName(rule.name, extra: [UInt8(ascii: "-")], length: 60) else {
      throw RuleError(rule.name, "a name has up to 60 lower-case letters, digits and -, and begins with a letter")
    }
    guard (1...5).contains(rule.attributes.count) else {
      throw RuleError(rule.name, "a rule has one to five attributes")
    }
    var known: Set<String> = []
    for name in rule.attributes {
      if !known.insert(name).inserted { throw RuleError(rule.name, "\(name) stands twice in it") }
      if let whole = ComparedValues.wholes[name] {
        throw RuleError(rule.name, "write \(whole) for \(name): it stands for all of them")
      }
      if name.hasPrefix("custom.") {
        let own = name.dropFirst("custom.".count)
        guard isName(String(own), capitals: true, extra: [UInt8(ascii: "-"), UInt8(ascii: "_")], length: 64) else {
          throw RuleError(rule.name, "\(name) is no name of a custom attribute")
        }
      } else if DataModel.inventory.attribute(name)?.level != .asset {
        throw RuleError(rule.name, "hosts have no attribute \(name)")
      }
    }
  }

  private static func isName(_ text: String, capitals: Bool = false, extra: Set<UInt8>, length: Int) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(capitals ? byte | 0x20 : byte)
    }
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    guard let first = text.utf8.first, isLetter(first), text.utf8.count <= length else { return false }
    return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || extra.contains($0) }
  }
}

/// Why rules can't be used.
package struct RuleError: Error, Hashable, CustomStringConvertible {
  package var rule: String?
  package var problem: String

  init(_ rule: String?, _ problem: String) {
    self.rule = rule
    self.problem = problem
  }

  package var description: String {
    rule.map { "identification rule \"\($0)\": \(problem)" } ?? "identification rules: \(problem)"
  }
}
