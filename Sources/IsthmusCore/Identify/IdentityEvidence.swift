/// One value by which a rule may find that two source rows are one asset: rows with the same key agree.
package struct IdentityKey: Sendable, Hashable, Comparable {
  package let rule: String
  /// Normalised, one for each of the rule's attributes.
  package let values: [String]
  /// Only on native keys: those of two connectors never agree.
  package let connector: Int64?

  package init(rule: String, values: [String], connector: Int64? = nil) {
    self.rule = rule
    self.values = values
    self.connector = connector
  }

  /// As people see it.
  package var shown: String { values.joined(separator: " + ") }

  /// For a look-up table: equal keys have equal digests.
  package func digest(seed: UInt64) -> Int64 {
    var digest = Digest(seed: seed)
    digest.add(rule)
    digest.add(UInt64(bitPattern: connector ?? -1))
    for value in values { digest.add(value) }
    return digest.signed
  }

  // Byte for byte, as the digest is made: Swift's own comparison takes two spellings of `é` for one.

  package static func == (a: IdentityKey, b: IdentityKey) -> Bool {
    a.connector == b.connector && a.rule == b.rule
      && a.values.elementsEqual(b.values) { $0.utf8.elementsEqual($1.utf8) }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(connector)
    for var value in values {
      value.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
      hasher.combine(UInt8.max)
    }
  }

  package static func < (a: IdentityKey, b: IdentityKey) -> Bool {
    if a.rule != b.rule { return a.rule < b.rule }
    for (first, second) in zip(a.values, b.values) where !first.utf8.elementsEqual(second.utf8) {
      return first.utf8.lexicographicallyPrecedes(second.utf8)
    }
    if a.values.count != b.values.count { return a.values.count < b.values.count }
    guard let other = b.connector else { return false }
    return a.connector.map { $0 < other } ?? true
  }
}

/// A value that identifies nothing, so that a rule does not compare it.
package struct WeakValue: Sendable, Hashable {
  package let rule: String
  package let value: String
  package let reason: WeakReason

  package init(rule: String, value: String, reason: WeakReason) {
    self.rule = rule
    self.value = value
    self.reason = reason
  }
}

/// Why a value identifies nothing; the raw values are shown to people.
package enum WeakReason: String, Sendable, CaseIterable {
  case placeholder = "a placeholder, not a value of this host's own"
  case tooShort = "too short to tell hosts apart"
  case malformed = "not of the form that such values have"
  case tooMany = "one of too many values of this host"
  case groupAddress = "all zeros, broadcast or multicast: no single interface has it"
  case containerAddress = "Docker makes it, the same on many hosts"
  case hypervisorAddress = "a hypervisor makes it, and copies have the same"
  case localAddress = "locally administered: nobody sees to it that it is unique"
  case spelledAddress = "it only spells an IP address"
  case localName = "every host calls itself so"
  case defaultName = "a name that images come with"
  case unqualified = "it has no domain"
  case placeholderDomain = "its domain is a placeholder"
  case unspecified = "an unspecified address"
  case loopback = "a loopback address"
  case linkLocal = "a link-local address"
  case multicast = "a multicast address"
  case privateRange = "a private address: other networks have it too"
  case carrierRange = "a carrier's shared address (RFC 6598)"
  case documentation = "an address for documentation"
  case translated = "an address of a translation or tunnel"
  case reserved = "a reserved address"
}

/// What a source row can be identified by, for the rules that its connector has on.
package struct IdentityEvidence: Sendable, Hashable {
  /// Sorted, in the order of the rules; each once.
  package var keys: [IdentityKey]
  package var weak: [WeakValue]
  /// Names of rules that the connector has turned off.
  package var turnedOff: Set<String>

  package init(keys: [IdentityKey] = [], weak: [WeakValue] = [], turnedOff: Set<String> = []) {
    self.keys = keys
    self.weak = weak
    self.turnedOff = turnedOff
  }
}
