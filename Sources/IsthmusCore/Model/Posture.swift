/// What the source says of a control on an asset now.
package enum Posture: String, Sendable, CaseIterable {
  case pass = "PASS"
  case fail = "FAIL"
  case notApplicable = "NOT_APPLICABLE"

  /// As the store keeps it; null there means that the last whole listing did not hold the finding.
  package var code: Int64 {
    switch self {
    case .pass: 0
    case .fail: 1
    case .notApplicable: 2
    }
  }

  package init?(code: Int64) {
    guard let posture = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = posture
  }
}

/// A finding's life. A finding that never failed has none.
package enum FindingStatus: String, Sendable, CaseIterable {
  case new = "NEW"
  case active = "ACTIVE"
  case fixed = "FIXED"
  case reopened = "REOPENED"
}

/// Why a finding became FIXED.
package enum FixCause: Int64, Sendable {
  case passed = 1
  case notApplicable = 2
  case absent = 3
  case hostGone = 4

  package var name: String {
    switch self {
    case .passed: "passed"
    case .notApplicable: "notApplicable"
    case .absent: "absent"
    case .hostGone: "hostGone"
    }
  }
}
