import IsthmusCore

/// How the store answers a test of a field.
enum FieldSQL {
  /// An expression over the scope's tables: text, number, microseconds or 0 and 1.
  case value(String)
  /// An enumeration that is stored as numbers.
  case coded(String, [String: Int64])
  /// An expression over `control_variant w`, for all findings that have the variant.
  case variant(String)
  /// An expression over `control c` with its `connector k`.
  case control(String)
  /// A text of `finding_detail`, by its name; it may hold marks for the resource's id.
  case detail(String)
  /// An expression over `finding_decision d`, of decisions of this kind.
  case decision(String, kind: String)
  case status
  case externalFindingID
  case scoreBand

  init(_ field: QueryField) {
    switch field {
    case .assetID: self = .value("a.id")
    case .assetName: self = .value("a.name")
    case .hostName: self = .value("a.host_name")
    case .fqdn: self = .value("a.fqdn")
    case .hardwareUUID: self = .value("a.hardware_uuid")
    case .serialNumber: self = .value("a.serial_number")
    case .operatingSystemName: self = .value("a.operating_system_name")
    case .operatingSystemVersion: self = .value("a.operating_system_version")
    case .cloudProvider: self = .value("a.cloud_provider")
    case .cloudResourceID: self = .value("a.cloud_resource_id")
    case .cloudAccountID: self = .value("a.cloud_account_id")
    case .cloudRegion: self = .value("a.cloud_region")
    case .resourceGroup: self = .value("a.resource_group")
    case .vmSize: self = .value("a.vm_size")
    case .powerState: self = .value("a.power_state")
    case .createdOn: self = .value("a.created_on")
    case .assetFirstFound: self = .value("a.first_found")
    case .assetLastSeen: self = .value(Self.assetLastSeen)
    case .assetIsGone: self = .value("a.gone_at IS NOT NULL")
    case .assetGone: self = .value("a.gone_at")
    case .internetExposed: self = .value("a.is_exposed = 1")
    case .assetCriticality: self = .value("a.criticality")
    case .truRiskScore: self = .value("CAST(round(a.score) AS INTEGER)")
    case .scoreBand: self = .scoreBand
    case .openFindings: self = .value("a.open_findings")
    case .assetType, .trackingMethod, .findingType: self = .value("'\(field.constant ?? "")'")
    case .sourceProductName: self = .value("k.product_name")
    case .sourceConnectorName: self = .value("k.name")
    case .sourceConnectorID: self = .value("k.id")
    case .sourceExternalAssetID: self = .value("s.external_asset_id")
    case .sourceFirstFound: self = .value("s.first_found")
    case .sourceLastFound: self = .value(Self.sourceLastSeen)
    case .tagName, .businessEntityName: self = .value("t.name")
    case .customAttributeKey, .findingCustomAttributeKey: self = .value("substr(j.key, 8)")
    case .customAttributeValue, .findingCustomAttributeValue:
      self = .value("CASE v.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE v.value END")
    case .customAttributeConnectorID: self = .value("s.connector_id")
    case .ipAddress, .macAddress, .publicIPAddress, .cloudTag, .category, .threat, .tacticName, .techniqueName:
      self = .value("j.value")
    case .cloudTagName: self = .value("nullif(substr(j.value, 1, instr(j.value || '=', '=') - 1), '')")
    case .cloudTagValue:
      self = .value("CASE WHEN instr(j.value, '=') > 0 THEN nullif(substr(j.value, instr(j.value, '=') + 1), '') END")
    default: self = Self.ofFinding(field)
    }
  }

  private static func ofFinding(_ field: QueryField) -> FieldSQL {
    switch field {
    case .findingID: .value("f.id")
    case .findingSeverity: .value("f.severity")
    case .qds, .qvss, .findingCriticality: .value("f.qds")
    case .posture: .coded("f.posture", postures)
    case .fixCause: .coded("f.fix_cause", fixCauses)
    case .findingStatus: .status
    case .isFound: .value("f.life IN (1, 2)")
    case .isIgnored: .decision("TRUE", kind: "ignored")
    case .riskAccepted: .decision("d.decided_at", kind: "riskAccepted")
    case .riskAcceptanceEnd: .decision("d.until", kind: "riskAccepted")
    case .riskAcceptanceReason: .decision("d.reason", kind: "riskAccepted")
    case .externalFindingID: .externalFindingID
    case .firstFound: .value("f.first_found")
    case .lastFound: .value(lastFound)
    case .lastFixed: .value("f.last_fixed")
    case .reopened: .value("f.reopened")
    case .ingested: .value("f.ingested")
    case .sourceFirstEvaluated: .value("f.source_first")
    case .sourceUpdated: .value("f.source_updated")
    case .timeToRemediate:
      .value("CASE WHEN f.life = 3 THEN max(0, (f.last_fixed - f.first_found) / 86400000000) END")
    // A test of it is one of `firstFound` and `isFound`; lists sort by it, oldest last.
    case .detectionAge: .value("CASE WHEN f.life IN (1, 2) THEN -f.first_found END")
    case .controlID: .value("f.control_id")
    case .controlKey: .control("c.key")
    case .findingConnectorID: .control("k.id")
    case .findingConnectorName: .control("k.name")
    case .vendorName: .control("nullif(k.vendor_name, '')")
    case .vendorProductName: .control("k.product_name")
    case .sourceSeverityLevel: text("findingSeverity")
    case .sourceSeverity: .variant("nullif(w.severity_text, '')")
    case .findingTitle: text("findingDescription")
    case .findingDescription: text("policyDescription")
    case .findingSubType: text("findingSubType")
    case .policyID: text("policyId")
    case .policyName: text("policyTitle")
    case .policyType: text("policyType")
    case .remediation: text("remediationStrategy")
    case .impact: text("impact")
    case .implementationEffort: text("implementationEffort")
    case .recommendationCategory: text("recommendation")
    case .statusCause: .detail("statusCause")
    case .portalURL: .detail("policyFindingUrl")
    case .productVendor: .detail("productVendor")
    case .productName: .detail("productName")
    case .createdBy: .detail("createdBy")
    case .updatedBy: .detail("updatedBy")
    // Answered above; listed, so that a new field can't be forgotten.
    case .assetID, .assetName, .hostName, .fqdn, .hardwareUUID, .serialNumber, .operatingSystemName,
      .operatingSystemVersion, .cloudProvider, .cloudResourceID, .cloudAccountID, .cloudRegion, .resourceGroup, .vmSize,
      .powerState, .createdOn, .assetFirstFound, .assetLastSeen, .assetIsGone, .assetGone, .internetExposed,
      .assetCriticality, .truRiskScore, .scoreBand, .openFindings, .assetType, .trackingMethod, .sourceProductName,
      .sourceConnectorName, .sourceConnectorID, .sourceExternalAssetID, .sourceFirstFound, .sourceLastFound, .tagName,
      .businessEntityName, .customAttributeKey, .customAttributeValue, .customAttributeConnectorID, .ipAddress,
      .macAddress, .publicIPAddress, .cloudTag, .cloudTagName, .cloudTagValue, .findingType, .category, .threat,
      .tacticName, .techniqueName, .findingCustomAttributeKey, .findingCustomAttributeValue:
      .value("NULL")
    }
  }

  private static func text(_ attribute: String) -> FieldSQL { .variant("json_extract(w.attributes, '$.\(attribute)')") }

  private static let postures = Dictionary(
    Posture.allCases.map { ($0.rawValue, $0.code) }, uniquingKeysWith: { first, _ in first })

  private static let fixCauses = Dictionary(
    [FixCause.passed, .notApplicable, .absent, .hostGone].map { ($0.name, $0.rawValue) },
    uniquingKeysWith: { first, _ in first })

  /// A text of `finding_detail d`.
  static func detailText(_ name: String) -> String { "json_extract(d.attributes, '$.\(name)')" }

  /// Whether the text has marks of ``DetailTemplate``; null where it is.
  static func isMarked(_ text: String) -> String {
    "(qql_marked(\(text)) = 1)"
  }

  /// The text with the id of `resource r` in place of its marks.
  static func expanded(_ text: String) -> String { "qql_expand(\(text), coalesce(r.assessed_id, r.written_id))" }

  /// In lower case; of a finding that has no id of its own.
  static let foldedExternalID = "r.folded_id || swiftLowercaseString(c.finding_suffix)"

  static let sourceLastSeen = """
    CASE WHEN s.is_present = 1 THEN coalesce(p.listed_at, s.changed_at) ELSE coalesce(s.last_seen, s.changed_at) END
    """

  static let assetLastSeen = """
    (SELECT max(\(sourceLastSeen)) FROM source s JOIN scope p ON p.id = s.scope_id WHERE s.asset_id = a.id)
    """

  /// How often the finding's scope was listed whole.
  static let listings = "ifnull((SELECT p.listings FROM scope p WHERE p.id = f.scope_id), 0)"

  /// ``FindingLife/lastFound(listedAt:)`` in SQL.
  static let lastFound = """
    CASE WHEN f.life NOT IN (1, 2) THEN f.last_found
      ELSE max(ifnull((SELECT p.listed_at FROM scope p WHERE p.id = f.scope_id), f.first_found),
        coalesce(f.reopened, f.first_found)) END
    """
}
