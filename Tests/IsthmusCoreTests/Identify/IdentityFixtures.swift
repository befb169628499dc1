import IsthmusCore
import TestSupport

/// Days since 1970, at midnight.
func day(_ number: Int) -> Timestamp { Timestamp(microseconds: Int64(number) * 86_400_000_000) }

extension IdentityRecord {
  /// A row with the keys written as `rule=value`; a native key and a cloud resource id beside them where they are given.
  init(
    _ source: Int64, connector: Int64 = 1, days: ClosedRange<Int>? = nil, since: Int = 0, id: String? = nil,
    resource: String? = nil, _ keys: [String] = [], turnedOff: Set<String> = []
  ) {
    var all: [IdentityKey] = []
    if let id { all.append(IdentityKey(rule: "native-key", values: [id], connector: connector)) }
    if let resource { all.append(IdentityKey(rule: "cloud-resource-id", values: [resource])) }
    for key in keys {
      let parts = key.split(separator: "=", maxSplits: 1).map(String.init)
      all.append(IdentityKey(rule: parts[0], values: parts[1].split(separator: "+").map(String.init)))
    }
    self.init(
      source: source, connector: connector, firstSeen: day(days?.lowerBound ?? since),
      lastSeen: days.map { day($0.upperBound) }, foldedResourceID: resource ?? "",
      evidence: IdentityEvidence(keys: all, turnedOff: turnedOff))
  }
}

/// Rows over small sets of values, so that they meet in all ways.
struct RecordGenerator {
  var generator: SeededGenerator
  /// Comes before all values: rows of two generators with different prefixes share no key.
  var prefix = ""

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func records(_ sources: ClosedRange<Int64>) -> [IdentityRecord] { sources.map { record($0) } }

  mutating func record(_ source: Int64) -> IdentityRecord {
    let connector = Int64(generator.number(1...3))
    let first = generator.number(0...6)
    let days = generator.chance(3) ? first...generator.number(first...8) : nil
    var keys: [String] = []
    for (rule, size, most) in [
      ("serial-number", 6, 1), ("hardware-uuid", 6, 1), ("hostname-mac", 8, 2), ("fqdn", 6, 1), ("mac-address", 8, 3),
      ("hostname", 5, 1), ("ip-address", 8, 2),
    ] {
      for _ in 0..<max(0, generator.number(-most...most)) {
        keys.append("\(rule)=\(prefix)\(generator.number(1...size))")
      }
    }
    return IdentityRecord(
      source, connector: connector, days: days, since: first, id: "\(prefix)\(generator.number(1...9))",
      resource: generator.chance(8) ? nil : "\(prefix)/\(generator.number(1...9))", Array(Set(keys)).sorted())
  }

  mutating func decisions(_ sources: ClosedRange<Int64>) -> [PersonDecision] {
    let numbers = Int(sources.lowerBound)...Int(sources.upperBound)
    return (0..<generator.number(0...4)).map { _ in
      PersonDecision(
        generator.chance(2) ? .together : .apart, Int64(generator.number(numbers)), Int64(generator.number(numbers)),
        number: Int64(generator.number(0...3)))
    }
  }
}
