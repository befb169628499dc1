/// A field that queries can test, and lists sort and group by. Tokens and their aliases lead to one.
package enum QueryField: String, Sendable, Hashable, CaseIterable {
  // An asset's own.
  case assetID, assetName, hostName, fqdn, hardwareUUID, serialNumber, operatingSystemName, operatingSystemVersion
  case cloudProvider, cloudResourceID, cloudAccountID, cloudRegion, resourceGroup, vmSize, powerState
  case createdOn, assetFirstFound, assetLastSeen, assetIsGone, assetGone
  case internetExposed, assetCriticality
  /// The score as it is shown: rounded to a whole number.
  case truRiskScore
  /// The band of that, by the inventory's settings.
  case scoreBand
  case openFindings
  /// The same for all assets, so never in a test.
  case assetType, trackingMethod

  // Of records and list elements that belong to an asset.
  case sourceProductName, sourceConnectorName, sourceConnectorID, sourceExternalAssetID
  case sourceFirstFound, sourceLastFound
  case tagName, businessEntityName
  case customAttributeKey, customAttributeValue, customAttributeConnectorID
  case ipAddress, macAddress, publicIPAddress
  /// `name=value`.
  case cloudTag
  case cloudTagName, cloudTagValue

  // A finding's own, its control's and its connector's.
  case findingID, externalFindingID, findingTitle, findingDescription
  /// The same for all findings, so never in a test.
  case findingType
  case findingSubType, findingConnectorID, findingConnectorName, sourceSeverity, sourceSeverityLevel, vendorName,
    vendorProductName
  case portalURL, productVendor, productName
  case findingStatus, findingSeverity, posture, statusCause, fixCause, isFound, isIgnored
  case qds
  /// QDS / 10; tested as ``qds``.
  case qvss
  /// The band of QDS; tested as ``qds``, lists group by it.
  case findingCriticality
  /// Whole days since it was first found, while it is open; tested as ``firstFound`` and ``isFound``.
  case detectionAge
  /// Whole days from first found to fixed, while it is not open.
  case timeToRemediate
  case firstFound, lastFound, lastFixed, reopened, ingested, sourceFirstEvaluated, sourceUpdated
  /// The recommendation's key.
  case controlKey
  case controlID, policyID, policyName, policyType, remediation, impact, implementationEffort
  case recommendationCategory
  case riskAccepted, riskAcceptanceEnd, riskAcceptanceReason
  case createdBy, updatedBy

  // Of a finding's lists.
  case category, threat, tacticName, techniqueName
  case findingCustomAttributeKey, findingCustomAttributeValue
}

extension QueryField {
  package var scope: QueryScope {
    switch self {
    case .assetID, .assetName, .hostName, .fqdn, .hardwareUUID, .serialNumber, .operatingSystemName,
      .operatingSystemVersion, .cloudProvider,
      .cloudResourceID, .cloudAccountID, .cloudRegion, .resourceGroup, .vmSize, .powerState, .createdOn,
      .assetFirstFound, .assetLastSeen, .assetIsGone, .assetGone, .internetExposed, .assetCriticality, .truRiskScore,
      .scoreBand, .openFindings, .assetType, .trackingMethod:
      .asset
    case .sourceProductName, .sourceConnectorName, .sourceConnectorID, .sourceExternalAssetID, .sourceFirstFound,
      .sourceLastFound:
      .source
    case .tagName: .tag
    case .businessEntityName: .businessEntity
    case .customAttributeKey, .customAttributeValue, .customAttributeConnectorID: .customAttribute
    case .ipAddress: .ipAddress
    case .macAddress: .macAddress
    case .publicIPAddress: .publicIPAddress
    case .cloudTag, .cloudTagName, .cloudTagValue: .cloudTag
    case .category: .category
    case .threat: .threat
    case .tacticName: .tactic
    case .techniqueName: .technique
    case .findingCustomAttributeKey, .findingCustomAttributeValue: .findingCustomAttribute
    default: .finding
    }
  }

  package var kind: QueryValueKind {
    switch self {
    case .assetID: .identifier(prefix: AssetID.prefix)
    case .findingID: .identifier(prefix: FindingID.prefix)
    case .controlID: .identifier(prefix: ControlID.prefix)
    case .assetName, .hostName, .fqdn, .operatingSystemName, .operatingSystemVersion, .resourceGroup, .vmSize,
      .powerState, .sourceProductName, .sourceConnectorName, .tagName, .businessEntityName, .customAttributeKey,
      .customAttributeValue, .cloudTag, .cloudTagName, .cloudTagValue, .findingTitle, .findingDescription,
      .findingConnectorName, .vendorName, .vendorProductName, .productVendor, .productName, .policyName, .remediation,
      .riskAcceptanceReason, .category, .threat, .tacticName, .techniqueName, .findingCustomAttributeKey,
      .findingCustomAttributeValue, .createdBy, .updatedBy:
      .text
    case .hardwareUUID, .serialNumber, .cloudProvider, .cloudResourceID, .cloudAccountID, .cloudRegion,
      .sourceExternalAssetID, .externalFindingID,
      .findingSubType, .sourceSeverity, .portalURL, .statusCause, .controlKey, .policyID, .policyType, .impact,
      .implementationEffort, .recommendationCategory:
      .keyword
    case .createdOn, .assetFirstFound, .assetLastSeen, .assetGone, .sourceFirstFound, .sourceLastFound, .firstFound,
      .lastFound, .lastFixed, .reopened, .ingested, .sourceFirstEvaluated, .sourceUpdated, .riskAccepted,
      .riskAcceptanceEnd:
      .date
    case .assetIsGone, .internetExposed, .isFound, .isIgnored: .boolean
    case .assetCriticality: .integer(1...5)
    case .truRiskScore: .integer(0...1000)
    case .findingSeverity, .sourceSeverityLevel: .integer(0...5)
    case .qds: .integer(0...100)
    case .openFindings, .sourceConnectorID, .customAttributeConnectorID, .findingConnectorID, .detectionAge,
      .timeToRemediate:
      .integer(0...Int64(Int32.max))
    case .qvss: .tenths(0...100)
    case .scoreBand: .enumeration(ScoreBand.allCases.map(\.rawValue))
    case .findingCriticality: .enumeration(QDSBand.allCases.map { $0.rawValue.uppercased() })
    case .findingStatus: .enumeration(FindingStatus.allCases.map(\.rawValue))
    case .posture: .enumeration(Posture.allCases.map(\.rawValue))
    case .fixCause: .enumeration(FixCause.names)
    case .assetType: .enumeration(["HOST"])
    case .trackingMethod: .enumeration(Self.trackingMethods)
    case .findingType: .enumeration(["Misconfiguration", "Vulnerability", "Secret"])
    case .ipAddress, .publicIPAddress: .ipAddress
    case .macAddress: .macAddress
    }
  }

  /// The value that all records of the scope have; nil for a field that differs.
  package var constant: String? {
    switch self {
    case .assetType: "HOST"
    case .trackingMethod: "VIRTUAL_MACHINE_ID"
    case .findingType: "Misconfiguration"
    default: nil
    }
  }

  private static let trackingMethods = [
    "QAGENT", "IP", "DNSNAME", "NETBIOS", "INSTANCE_ID", "OCA", "VIRTUAL_MACHINE_ID", "SEM", "GCP_INSTANCE_ID",
  ]
}

extension FixCause {
  static let names = [FixCause.passed, .notApplicable, .absent, .hostGone].map(\.name)
}

/// What a field's values are, and so how they are written and compared.
package enum QueryValueKind: Sendable, Hashable {
  /// Searched by words; see ``TextPattern``.
  case text
  /// Compared as a whole, without case; `*` stands for any characters.
  case keyword
  /// One of these, written in any case.
  case enumeration([String])
  case integer(ClosedRange<Int64>)
  /// A decimal from 0.0, one digit after the point; the range counts tenths.
  case tenths(ClosedRange<Int64>)
  case boolean
  case date
  case ipAddress
  case macAddress
  /// A row number, with or without its letter.
  case identifier(prefix: String)

  package var isOrdered: Bool {
    switch self {
    case .integer, .tenths, .date, .ipAddress, .identifier: true
    case .text, .keyword, .enumeration, .boolean, .macAddress: false
    }
  }

  /// For messages and the reference.
  package var name: String {
    switch self {
    case .text: "text"
    case .keyword: "keyword"
    case .enumeration(let values): "one of \(values.joined(separator: ", "))"
    case .integer(let range) where range.upperBound >= Int64(Int32.max): "whole number"
    case .integer(let range): "whole number from \(range.lowerBound) to \(range.upperBound)"
    case .tenths(let range): "decimal from \(range.lowerBound / 10) to \(range.upperBound / 10)"
    case .boolean: "true or false"
    case .date: "date"
    case .ipAddress: "IP address"
    case .macAddress: "MAC address"
    case .identifier(let prefix): "number, as \(prefix)17"
    }
  }
}
