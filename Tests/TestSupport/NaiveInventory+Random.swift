package import IsthmusCore

extension NaiveInventory {
  /// Assets with elements of every scope, and findings of which some have no asset; every field may be missing.
  package static func random(assets: Int, findings: Int, now: Timestamp, _ random: inout SeededGenerator) -> Self {
    NaiveInventory(
      assets: (0..<assets).map { _ in record(.asset, now, &random) },
      findings: (0..<findings).map { _ in record(.finding, now, &random) },
      assetOfFinding: (0..<findings).map { _ in random.chance(8) ? nil : random.number(0...assets - 1) })
  }

  private static func record(_ scope: QueryScope, _ now: Timestamp, _ random: inout SeededGenerator) -> NaiveRecord {
    var record = NaiveRecord()
    for field in QueryField.allCases where field.scope == scope && !field.isMadeFromOthers {
      if !random.chance(5) { record.values[field] = value(of: field, now, &random) }
    }
    for inner in QueryScope.allCases where inner != scope && inner.owner.scope == scope {
      record.elements[inner] = (0..<random.number(0...2)).map { _ in self.record(inner, now, &random) }
    }
    return record
  }

  private static func value(of field: QueryField, _ now: Timestamp, _ random: inout SeededGenerator) -> NaiveValue {
    switch field.kind {
    case .text: .text(NaiveVocabulary.text(&random))
    case .keyword: .text(random.pick(NaiveVocabulary.keywords))
    case .macAddress: .text(random.pick(NaiveVocabulary.hardwareAddresses))
    case .ipAddress: .text(random.pick(NaiveVocabulary.addresses))
    case .enumeration(let values): .text(random.pick(values))
    case .boolean: .truth(random.chance(2))
    case .date: .number(NaiveVocabulary.moment(now, &random).microseconds)
    case .identifier: .number(Int64(random.number(1...9)))
    case .integer(let range), .tenths(let range):
      .number(
        min(range.lowerBound + Int64(random.number(0...12)) * max(1, min(range.upperBound, 100) / 12), range.upperBound)
      )
    }
  }
}

extension QueryField {
  /// Not a value of its own in a row: the same everywhere, or tested as another field.
  package var isMadeFromOthers: Bool {
    switch self {
    case .qvss, .findingCriticality, .detectionAge: true
    default: constant != nil
    }
  }
}

/// Values that meet one another: few words, in many combinations.
package enum NaiveVocabulary {
  package static let words = [
    "web", "DB", "01", "1", "corp.com", "corp.example.com", "Éclair", "éclair", "a_b", "1,024", "x.9", "9.x", "Remote",
    "Code",
    "ports", "port", "10.0.0.4", "ΣΑΣ", "İx", "qualis", "qual", "日本", "don't", "C#", "x:y",
  ]
  package static let marks = [
    " ", " ", " ", "-", "/", ": ", ", ", " – ", " (", ") ", ".", ",", "[", "] ", "\t", "\"", "`", "'", "@", "$", "&",
    "%", "\\",
    ";", "…", "\u{A0}",
  ]
  package static let keywords = [
    "High", "Low", "low", "/subscriptions/1/x", "/SUBSCRIPTIONS/1/X", "westeurope", "northeurope", "Moderate", "Éclair",
    "x*y", "a, b", "and",
  ]
  package static let addresses = [
    "10.0.0.4", "10.0.0.5", "10.0.1.4", "10.1.0.1", "20.50.2.17", "255.255.255.255", "::1", "fd00::4", "fd00::1:0:0:4",
    "::ffff:10.0.0.4",
  ]
  package static let hardwareAddresses = ["00:0d:3a:1b:c7:21", "00:0d:3a:1b:c7:22", "02:42:ac:11:00:02"]

  package static func text(_ random: inout SeededGenerator) -> String {
    var text = random.chance(6) ? random.pick(marks) : ""
    for index in 0..<random.number(1...4) {
      if index > 0 { text += random.pick(marks) }
      text += random.pick(words)
    }
    return random.chance(6) ? text + random.pick(marks) : text
  }

  /// Around now, often just at the beginning of a day.
  package static func moment(_ now: Timestamp, _ random: inout SeededGenerator) -> Timestamp {
    let day: Int64 = 86_400_000_000
    let days = Int64(random.number(-40...5)) * day
    if random.chance(3) { return Timestamp(microseconds: (now.microseconds / day) * day + days) }
    return Timestamp(microseconds: now.microseconds + days + Int64(random.number(-1...1)))
  }
}
