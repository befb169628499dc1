package import IsthmusConnect
package import IsthmusCore

/// What a run did, in the shape that `sync --output json` prints.
package struct RunCounters: Sendable, Hashable {
  package struct Stream: Sendable, Hashable {
    package var created = 0
    package var updated = 0
    package var unchanged = 0
    package var merged = 0
    package var rejected = 0
    package var fixed = 0
    package var reopened = 0
    package var gone = 0
    /// Values that did not fit their type; their records went on without them.
    package var droppedValues = 0
  }

  package struct LeftOut: Sendable, Hashable {
    package var notApplicable = 0
    package var nonHost = 0
    package var deletedHost = 0
    package var updates = 0
    /// The host is not known for sure: kept for the next run.
    package var keptAside = 0
    /// A status or category that the profile does not take, other than the above.
    package var unselected = 0

    static func + (a: LeftOut, b: LeftOut) -> LeftOut {
      var sum = a
      for (_, path) in fields { sum[keyPath: path] += b[keyPath: path] }
      return sum
    }

    package var total: Int { notApplicable + nonHost + deletedHost + updates + keptAside + unselected }
  }

  package var assets = Stream()
  package var findings = Stream()
  package var leftOut = LeftOut()
  /// Severity texts that no row of the score map expects, with how many new or changed findings had them.
  package var unexpectedSeverities: [String: Int] = [:]
  /// Requests, retries and waits of all processes that worked on the run.
  package var traffic = Traffic()

  package init() {}

  /// What was closed after `before` was counted.
  func closed(since before: RunCounters) -> RunCounters {
    var closed = RunCounters()
    closed.assets.gone = assets.gone - before.assets.gone
    closed.findings.gone = findings.gone - before.findings.gone
    closed.findings.fixed = findings.fixed - before.findings.fixed
    return closed
  }
}

// MARK: - JSON

extension RunCounters {
  package var json: JSONValue {
    .object([
      "assets": assets.json(fetched: assets.created + assets.updated + assets.unchanged + assets.rejected),
      "findings": findings.json(
        fetched: findings.created + findings.updated + findings.unchanged + findings.rejected + leftOut.total),
      "leftOut": leftOut.json, "requests": .integer(Int64(traffic.requests)),
      "retries": .integer(Int64(traffic.retries)), "waitedSeconds": .number(traffic.waited.seconds),
      "unexpectedSeverities": .object(
        unexpectedSeverities.sorted { $0.key < $1.key }.map { .init($0.key, .integer(Int64($0.value))) }),
    ])
  }

  package init(_ json: JSONValue) {
    if let stream = json["assets"] { assets = Stream(stream) }
    if let stream = json["findings"] { findings = Stream(stream) }
    if let stored = json["leftOut"] { leftOut = LeftOut(stored) }
    traffic.requests = Int(json["requests"]?.integer ?? 0)
    traffic.retries = Int(json["retries"]?.integer ?? 0)
    traffic.waited = .milliseconds(Int64((json["waitedSeconds"]?.double ?? 0) * 1000))
    if case .object(let members)? = json["unexpectedSeverities"] {
      for member in members { unexpectedSeverities[member.name] = Int(member.value.integer ?? 0) }
    }
  }
}

extension Duration {
  /// Rounded to milliseconds.
  package var seconds: Double {
    let parts = components
    return Double(parts.seconds) + Double(parts.attoseconds / 1_000_000_000_000_000) / 1000
  }
}

extension RunCounters.Stream {
  private static var fields: KeyValuePairs<String, WritableKeyPath<Self, Int>> {
    [
      "created": \.created, "updated": \.updated, "unchanged": \.unchanged, "merged": \.merged,
      "rejected": \.rejected, "fixed": \.fixed, "reopened": \.reopened, "gone": \.gone,
      "droppedValues": \.droppedValues,
    ]
  }

  fileprivate func json(fetched: Int) -> JSONValue {
    let counts = Self.fields.map { JSONValue.Member($0.key, .integer(Int64(self[keyPath: $0.value]))) }
    return .object([JSONValue.Member("fetched", .integer(Int64(fetched)))] + counts)
  }

  fileprivate init(_ json: JSONValue) {
    for (name, path) in Self.fields { self[keyPath: path] = Int(json[name]?.integer ?? 0) }
  }
}

extension RunCounters.LeftOut {
  fileprivate static var fields: KeyValuePairs<String, WritableKeyPath<Self, Int>> {
    [
      "notApplicable": \.notApplicable, "nonHost": \.nonHost, "deletedHost": \.deletedHost, "updates": \.updates,
      "keptAside": \.keptAside, "unselected": \.unselected,
    ]
  }

  var json: JSONValue {
    .object(Self.fields.map { JSONValue.Member($0.key, .integer(Int64(self[keyPath: $0.value]))) })
  }

  init(_ json: JSONValue) {
    for (name, path) in Self.fields { self[keyPath: path] = Int(json[name]?.integer ?? 0) }
  }
}
