import IsthmusCore
import IsthmusIngest

/// `retention` of the file: how much of the past stays.
enum RetentionConfiguration {
  private static var numbers: [(key: String, path: WritableKeyPath<RetentionSettings, Int>, least: Int)] {
    [
      ("runs", \.runs, 1), ("logs", \.logs, 1), ("rejects", \.rejects, 1), ("keptPages", \.keptPages, 0),
      ("historyDays", \.historyDays, 0), ("scoreDays", \.scoreDays, 0), ("auditDays", \.auditDays, 0),
    ]
  }
  private static let megabytes = "keptMegabytes"
  /// A tebibyte.
  private static let mostMegabytes = 1 << 20

  /// nil: the file says nothing of it, and what the inventory is configured with stays.
  static func read(_ node: ConfigNode?) throws(ConfigurationError) -> RetentionSettings? {
    guard let node, !node.isNull else { return nil }
    var settings = RetentionSettings()
    let members = try node.members(known: numbers.map(\.key) + [megabytes])
    for (key, path, least) in numbers {
      if let number = members[key] { settings[keyPath: path] = try number.integer(least...1_000_000) }
    }
    if let number = members[megabytes] {
      settings.keptBytes = try number.integer(1...mostMegabytes) << 20
    }
    return settings
  }

  /// What ``read(_:)`` reads.
  static func json(_ settings: RetentionSettings) -> JSONValue {
    var members = numbers.map { JSONValue.Member($0.key, .integer(Int64(settings[keyPath: $0.path]))) }
    members.append(.init(megabytes, .integer(Int64(settings.keptBytes >> 20))))
    return .object(members)
  }
}
