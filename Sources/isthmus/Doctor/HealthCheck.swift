import IsthmusCore

/// What one check of `isthmus doctor` found.
struct HealthCheck: Sendable {
  enum Result: String, Sendable { case ok, warning, failed }

  /// What was looked at.
  var name: String
  var result: Result
  var detail: String
  /// What to do where it is not in order.
  var remedy = ""

  static func ok(_ name: String, _ detail: String) -> HealthCheck {
    HealthCheck(name: name, result: .ok, detail: detail)
  }

  static func warning(_ name: String, _ detail: String, remedy: String) -> HealthCheck {
    HealthCheck(name: name, result: .warning, detail: detail, remedy: remedy)
  }

  static func failed(_ name: String, _ detail: String, remedy: String) -> HealthCheck {
    HealthCheck(name: name, result: .failed, detail: detail, remedy: remedy)
  }

  var json: JSONValue {
    .object([
      "name": .string(name), "result": .string(result.rawValue), "detail": .string(detail), "remedy": .string(remedy),
    ])
  }

  static func megabytes(_ bytes: Int) -> String { "\((bytes + 500_000) / 1_000_000) MB" }
}
