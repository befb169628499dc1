/// How the simulator misbehaves.
package struct FaultSettings: Sendable, Equatable {
  /// Share of requests answered 429, 0...1.
  package var throttle = 0.0
  package var error500 = 0.0
  package var error503 = 0.0
  /// Share of answers cut off in the middle.
  package var reset = 0.0
  /// Share of answers that pause in the middle.
  package var slow = 0.0
  package var slowSeconds = 2.0
  /// Share of assessment and host rows that are rubbish.
  package var malformed = 0.0
  /// The real life of a token in seconds; the token endpoint still promises an hour.
  package var expireToken: Int?
  /// How many requests a token is good for before it counts as expired, however young it is; at least 1.
  package var tokenRequests: Int?
  /// Words of queries that are refused, in lower case.
  package var refuse: [String] = []
  /// Elements that a list of `make_list` keeps at most; the others are lost without a word.
  package var listLimit: Int?
  /// Subscriptions, by id or by number from 1, that the caller has no right to.
  package var forbid: [String] = []
  /// Subscriptions that give no rows, without any error.
  package var hide: [String] = []
  /// Subscriptions that are listed but whose resources are not.
  package var empty: [String] = []

  package init() {}

  private static let rates: [(name: String, path: any WritableKeyPath<FaultSettings, Double> & Sendable)] = [
    ("throttle", \.throttle), ("error500", \.error500), ("error503", \.error503), ("reset", \.reset),
    ("slow", \.slow), ("malformed", \.malformed),
  ]
  private static let lists: [(name: String, path: any WritableKeyPath<FaultSettings, [String]> & Sendable)] = [
    ("forbid", \.forbid), ("hide", \.hide), ("empty", \.empty), ("refuse", \.refuse),
  ]

  /// Adds a fault given as `KIND=VALUE`.
  ///
  /// - Throws: A sentence for the person who typed it.
  package mutating func add(_ text: String) throws(FaultSyntaxError) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw FaultSyntaxError("'\(text)' is not of the form KIND=VALUE, as in throttle=0.1.")
    }
    try set(parts[0], Double(parts[1]).map { .real($0) } ?? .string(parts[1]), text: parts[1])
  }

  /// Reads the body of `POST /simulator/faults`: one member a fault; what is not named is off.
  init(json: KQLValue) throws(FaultSyntaxError) {
    guard case .object(let object) = json else { throw FaultSyntaxError("The body must be a JSON object.") }
    for (name, value) in zip(object.keys, object.values) {
      switch value {
      case .long(let number): try set(name, .real(Double(number)), text: "\(number)")
      case .real(let number): try set(name, value, text: "\(number)")
      case .string(let text): try set(name, value, text: text)
      case .array(let elements):
        for element in elements {
          switch element {
          case .string(let text): try set(name, element, text: text)
          case .long(let number): try set(name, .real(Double(number)), text: "\(number)")
          default: throw FaultSyntaxError("'\(name)' must list subscriptions or words.")
          }
        }
      default: throw FaultSyntaxError("'\(name)' has a value of the wrong type.")
      }
    }
  }

  private mutating func set(_ name: String, _ value: KQLValue, text: String) throws(FaultSyntaxError) {
    if let rate = Self.rates.first(where: { $0.name == name }) {
      guard case .real(let number) = value, (0...1).contains(number) else {
        throw FaultSyntaxError("\(name) takes a rate from 0 to 1, not '\(text)'.")
      }
      self[keyPath: rate.path] = number
    } else if let list = Self.lists.first(where: { $0.name == name }) {
      self[keyPath: list.path].append(text.lowercased())
    } else if name == "expire-token" {
      guard let seconds = Int(text), (0...86_400).contains(seconds) else {
        throw FaultSyntaxError("expire-token takes whole seconds, 0 to 86400, not '\(text)'.")
      }
      expireToken = seconds
    } else if name == "token-requests" {
      guard let requests = Int(text), (1...1_000_000).contains(requests) else {
        throw FaultSyntaxError("token-requests takes a number of requests, 1 to 1000000, not '\(text)'.")
      }
      tokenRequests = requests
    } else if name == "list-limit" {
      guard let limit = Int(text), (1...1_000_000).contains(limit) else {
        throw FaultSyntaxError("list-limit takes a number of elements, 1 to 1000000, not '\(text)'.")
      }
      listLimit = limit
    } else if name == "slow-seconds" {
      guard case .real(let number) = value, (0...600).contains(number) else {
        throw FaultSyntaxError("slow-seconds takes seconds, 0 to 600, not '\(text)'.")
      }
      slowSeconds = number
    } else {
      let others = ["slow-seconds", "expire-token", "token-requests", "list-limit"]
      let known = Self.rates.map(\.name) + others + Self.lists.map(\.name)
      throw FaultSyntaxError("There is no fault '\(name)'. Faults: \(known.joined(separator: ", ")).")
    }
  }
}

/// A fault that cannot be understood.
package struct FaultSyntaxError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
