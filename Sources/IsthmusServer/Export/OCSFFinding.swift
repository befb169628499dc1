import IsthmusCore

/// A finding as OCSF Compliance Finding. <https://schema.ocsf.io/1.5.0/classes/compliance_finding>
struct OCSFFinding {
  static let classID: Int64 = 2003

  private let row: JSONValue
  private let status: FindingStatus?

  /// - Parameter row: As lists of findings show it.
  init(_ row: JSONValue) {
    self.row = row
    status = row["status"]?.string.flatMap(FindingStatus.init(rawValue:))
  }

  var event: JSONValue {
    let (activity, severity, state) = (activity, severity, state)
    var event = OCSFObject()
    event.set("category_uid", 2)
    event.set("category_name", "Findings")
    event.set("class_uid", Self.classID)
    event.set("class_name", "Compliance Finding")
    event.set("activity_id", activity.id)
    event.set("activity_name", activity.caption)
    event.set("type_uid", Self.classID * 100 + activity.id)
    event.set("type_name", "Compliance Finding: \(activity.caption)")
    event.set("time", time)
    event.set("message", title)
    event.set("severity_id", severity.id)
    event.set("severity", severity.caption)
    event.set("status_id", state.id)
    event.set("status", state.caption)
    event.set("status_code", row["status"])
    event.set("status_detail", row["statusCause"])
    event.set("metadata", OCSFObject.metadata(source: row["vendorProductName"]))
    event.set("finding_info", information)
    event.set("compliance", compliance(severity))
    event.set("remediation", remediation)
    event.set("resources", resource.isEmpty ? nil : .array([resource.json]))
    event.set("unmapped", OCSFObject.unmapped(row, without: Self.mapped))
    return event.json
  }

  /// Members of a row that have a place of their own in the event.
  private static let mapped: Set = [
    "externalFindingId", "assetId", "assetName", "findingName", "findingSubType", "findingDescription", "policyTitle",
    "policyDescription", "remediationStrategy", "categories", "tactics", "findingStatus", "statusCause",
    "findingFirstFoundOn", "updatedOn", "policyFindingUrl", "productVendor", "severity", "posture", "status",
    "firstFoundOn", "lastFoundOn", "vendorProductName",
  ]

  private var title: String {
    let names = ["findingDescription", "policyTitle", "findingName", "id"]
    return names.lazy.compactMap { row[$0]?.string }.first { !$0.isEmpty } ?? "Finding"
  }
}

// MARK: - Numbers

extension OCSFFinding {
  /// What brought the finding to its present status.
  private var activity: OCSFChoice {
    switch status {
    case .new: OCSFChoice(1, "Create")
    case .active, .reopened: OCSFChoice(2, "Update")
    case .fixed: OCSFChoice(3, "Close")
    // It passes and never failed, or does not apply: nothing was found.
    case nil: OCSFChoice(99, "Checked")
    }
  }

  /// An open finding that a person set aside is suppressed, a fixed one resolved all the same.
  private var state: OCSFChoice {
    switch status {
    case .fixed: OCSFChoice(4, "Resolved")
    case nil: OCSFChoice(99, "Not failed")
    case .some where row["decisionKind"]?.string != nil: OCSFChoice(3, "Suppressed")
    case .new, .reopened: OCSFChoice(1, "New")
    case .active: OCSFChoice(2, "In Progress")
    }
  }

  /// When that was; milliseconds since 1970. The schema wants it of every event.
  private var time: Int64 {
    let dates: [String] =
      switch status {
      case .new: ["firstFoundOn"]
      case .active: ["lastFoundOn", "firstFoundOn"]
      case .reopened: ["reopenedOn"]
      case .fixed: ["lastFixedOn"]
      case nil: ["updatedOn"]
      }
    return (dates + ["ingestedOn"]).lazy.compactMap { row[$0]?.milliseconds }.first ?? 0
  }

  private var severity: OCSFChoice {
    switch row["severity"]?.integer {
    case 1: OCSFChoice(1, "Informational")
    case 2: OCSFChoice(2, "Low")
    case 3: OCSFChoice(3, "Medium")
    case 4: OCSFChoice(4, "High")
    case 5: OCSFChoice(5, "Critical")
    default: .unknown
    }
  }

  private var check: OCSFChoice {
    switch row["posture"]?.string.flatMap(Posture.init(rawValue:)) {
    case .pass: OCSFChoice(1, "Pass")
    case .fail: OCSFChoice(3, "Fail")
    case .notApplicable: OCSFChoice(99, "Not Applicable")
    // The source does not list it any more.
    case nil: .unknown
    }
  }
}

// MARK: - Objects

extension OCSFFinding {
  private var information: OCSFObject {
    var information = OCSFObject()
    information.set("uid", (row["externalFindingId"]?.string ?? row["id"]?.string) ?? title)
    information.set("title", title)
    information.set("desc", row["policyDescription"])
    information.set(
      "types", .array([.string("Misconfiguration")] + [row["findingSubType"]].compactMap { $0 }.filter { !$0.isNull }))
    information.set("src_url", row["policyFindingUrl"])
    information.setTime("created_time", row["findingFirstFoundOn"])
    information.setTime("modified_time", row["updatedOn"])
    information.setTime("first_seen_time", row["firstFoundOn"])
    information.setTime("last_seen_time", row["lastFoundOn"])
    if let source = row["vendorProductName"], !source.isNull { information.set("data_sources", .array([source])) }
    let tactics = row["tactics"]?.array ?? []
    information.set("attacks", .array(tactics.map { .object(["tactic": .object(["name": $0])]) }))
    return information
  }

  private func compliance(_ severity: OCSFChoice) -> OCSFObject {
    var checked = OCSFObject()
    checked.set("uid", row["findingName"])
    checked.set("name", title)
    checked.set("severity_id", severity.id)
    checked.set("severity", severity.caption)
    checked.set("status_id", check.id)
    checked.set("status", check.caption)
    var compliance = OCSFObject()
    compliance.set("status_id", check.id)
    compliance.set("status", check.caption)
    compliance.set("status_code", row["posture"])
    compliance.set("control", row["policyTitle"].flatMap { $0.isNull ? nil : $0 } ?? .string(title))
    compliance.set("category", (row["categories"]?.array ?? []).compactMap(\.string).joined(separator: ", "))
    compliance.set("checks", .array([checked.json]))
    return compliance
  }

  private var remediation: OCSFObject {
    var remediation = OCSFObject()
    remediation.set("desc", row["remediationStrategy"])
    return remediation
  }

  private var resource: OCSFObject {
    var resource = OCSFObject()
    resource.set("uid", row["assetId"])
    resource.set("name", row["assetName"])
    if !resource.isEmpty { resource.set("type", row["productVendor"]) }
    return resource
  }
}
