package import IsthmusCore

/// Four hosts and six findings, of which every documented example selects some and leaves others.
package enum ExampleInventory {
  /// 2026-02-10T12:00:00Z
  package static let now = Timestamp(microseconds: 1_770_724_800_000_000)

  package static let inventory = NaiveInventory(
    assets: [web, database, gone, idle], findings: [ports, encryption, fixed, returned, passed, ignored],
    assetOfFinding: [0, 0, 1, 1, 2, nil])

  private static func date(_ text: String) -> NaiveValue {
    .number(Timestamp(iso8601: text)?.microseconds ?? 0)
  }

  private static func elements(_ field: QueryField, _ values: [String]) -> [NaiveRecord] {
    values.map { NaiveRecord([field: .text($0)]) }
  }

  private static func cloudTags(_ tags: [(String, String)]) -> [NaiveRecord] {
    tags.map { name, value in
      NaiveRecord([.cloudTag: .text("\(name)=\(value)"), .cloudTagName: .text(name), .cloudTagValue: .text(value)])
    }
  }

  // MARK: - Hosts

  private static let web = NaiveRecord(
    [
      .assetID: .number(1), .assetName: .text("web-01"), .hostName: .text("WEB01"),
      .fqdn: .text("web-01.internal.example.net"),
      .hardwareUUID: .text("0d1b6d6c-94a8-4f2e-9a51-5b3f1a1c7e55"),
      .serialNumber: .text("0000-0011-4217-5912-6044-9275-33"), .operatingSystemName: .text("WindowsServer"),
      .operatingSystemVersion: .text("2022.0.20250905"), .cloudProvider: .text("Azure"),
      .cloudResourceID: .text("/subscriptions/4f0c6f1e/resourceGroups/prod/providers/Microsoft.Compute/x"),
      .cloudAccountID: .text("4f0c6f1e-2b5e-4c59-8d4b-6f1e2b5e4c59"), .cloudRegion: .text("westeurope"),
      .resourceGroup: .text("prod"), .vmSize: .text("Standard_D4s_v5"), .powerState: .text("PowerState/running"),
      .createdOn: date("2026-02-01"), .assetFirstFound: date("2026-01-31T08:00:00Z"),
      .assetLastSeen: date("2026-02-10T10:00:00Z"), .assetIsGone: .truth(false), .internetExposed: .truth(true),
      .assetCriticality: .number(4), .truRiskScore: .number(812), .scoreBand: .text("High"), .openFindings: .number(3),
    ],
    elements: [
      .source: [
        NaiveRecord([
          .sourceProductName: .text("Defender for Cloud"), .sourceConnectorName: .text("Contoso production"),
          .sourceConnectorID: .number(1), .sourceExternalAssetID: .text("0d1b6d6c-94a8-4f2e-9a51-5b3f1a1c7e55"),
          .sourceFirstFound: date("2026-02-08"), .sourceLastFound: date("2026-02-10T10:00:00Z"),
        ])
      ],
      .tag: elements(.tagName, ["Production", "Windows"]), .businessEntity: elements(.businessEntityName, ["Web shop"]),
      .customAttribute: [
        NaiveRecord([
          .customAttributeKey: .text("owner"), .customAttributeValue: .text("Team Blue"),
          .customAttributeConnectorID: .number(1),
        ])
      ],
      .ipAddress: elements(.ipAddress, ["10.0.0.4", "20.50.2.17", "fd00::4"]),
      .macAddress: elements(.macAddress, ["00:0d:3a:1b:c7:21"]),
      .publicIPAddress: elements(.publicIPAddress, ["20.50.2.17"]), .cloudTag: cloudTags([("env", "prod")]),
    ])

  private static let database = NaiveRecord(
    [
      .assetID: .number(2), .assetName: .text("db-01"), .hostName: .text("DB01"), .fqdn: .text("db-01.example.org"),
      .operatingSystemName: .text("ubuntu-24_04-lts"), .operatingSystemVersion: .text("24.04.1"),
      .cloudRegion: .text("northeurope"), .resourceGroup: .text("test"), .vmSize: .text("Standard_B2s"),
      .powerState: .text("PowerState/deallocated"), .createdOn: date("2025-06-01"),
      .assetFirstFound: date("2025-06-02"), .assetLastSeen: date("2026-02-09T10:00:00Z"), .assetIsGone: .truth(false),
      .internetExposed: .truth(false), .assetCriticality: .number(2), .truRiskScore: .number(320),
      .scoreBand: .text("Low"), .openFindings: .number(1),
    ],
    elements: [
      .source: [
        NaiveRecord([
          .sourceProductName: .text("Other product"), .sourceConnectorName: .text("Other"),
          .sourceConnectorID: .number(2), .sourceFirstFound: date("2025-06-02"),
          .sourceLastFound: date("2026-02-09T10:00:00Z"),
        ])
      ],
      .ipAddress: elements(.ipAddress, ["10.0.0.5"]), .cloudTag: cloudTags([("envelope", "prod")]),
    ])

  private static let gone = NaiveRecord([
    .assetID: .number(3), .assetName: .text("app-7"), .cloudRegion: .text("eastus"),
    .assetFirstFound: date("2025-01-01"), .assetLastSeen: date("2026-01-20"), .assetIsGone: .truth(true),
    .assetGone: date("2026-01-21"), .internetExposed: .truth(false), .assetCriticality: .number(2),
    .truRiskScore: .number(0), .scoreBand: .text("Low"), .openFindings: .number(0),
  ])

  private static let idle = NaiveRecord([
    .assetID: .number(4), .assetName: .text("mail-02"), .cloudRegion: .text("eastus"),
    .assetFirstFound: date("2025-03-01"), .assetLastSeen: date("2026-01-15"), .assetIsGone: .truth(false),
    .internetExposed: .truth(false), .assetCriticality: .number(2), .truRiskScore: .number(0), .scoreBand: .text("Low"),
    .openFindings: .number(0),
  ])

  // MARK: - Findings

  private static func finding(
    _ number: Int64, _ title: String, _ severity: Int64, qds: Int64, _ own: [QueryField: NaiveValue],
    elements: [QueryScope: [NaiveRecord]] = [:]
  ) -> NaiveRecord {
    let common: [QueryField: NaiveValue] = [
      .findingID: .number(number), .findingTitle: .text(title), .findingSeverity: .number(severity),
      .qds: .number(qds), .isIgnored: .truth(false), .ingested: date("2026-01-31T07:00:00Z"),
    ]
    return NaiveRecord(common.merging(own) { $1 }, elements: elements)
  }

  private static let ports = finding(
    1, "Management ports should be closed on your virtual machines", 4, qds: 80,
    [
      .findingConnectorID: .number(1), .findingConnectorName: .text("Contoso production"),
      .externalFindingID: .text("/subscriptions/4f0c/assessments/1195afff-c881-495e-9bc5-1486211ae03f"),
      .findingDescription: .text("Open ports expose your machine to brute force attacks."),
      .findingSubType: .text("Microsoft.Security/assessments"), .vendorName: .text("Microsoft"),
      .vendorProductName: .text("Defender for Cloud"), .productVendor: .text("Microsoft.Compute/virtualMachines"),
      .productName: .text("Microsoft.Compute"), .portalURL: .text("https://portal.azure.com/#blade/x"),
      .findingStatus: .text("NEW"), .posture: .text("FAIL"), .isFound: .truth(true), .sourceSeverity: .text("High"),
      .firstFound: date("2026-02-09T15:00:00Z"), .lastFound: date("2026-02-10T10:00:00Z"),
      .ingested: date("2026-02-09T15:00:00Z"), .sourceFirstEvaluated: date("2026-02-09"),
      .sourceUpdated: date("2026-02-09"), .controlKey: .text("1195afff-c881-495e-9bc5-1486211ae03f"),
      .controlID: .number(1),
      .policyID: .text("/providers/policyDefinitions/22730e10-96f6-4aac-ad84-9383d35b5917"),
      .policyName: .text("Management ports should be closed"), .policyType: .text("BuiltIn"),
      .remediation: .text("1. Select a virtual machine to restrict."), .impact: .text("Moderate"),
      .implementationEffort: .text("Low"), .recommendationCategory: .text("HostMisconfigurations"),
      .updatedBy: .text("admin@contoso.com"), .createdBy: .text("admin@contoso.com"),
    ],
    elements: [
      .category: elements(.category, ["Networking"]), .threat: elements(.threat, ["accountBreach"]),
      .tactic: elements(.tacticName, ["Initial Access"]), .technique: elements(.techniqueName, ["Brute Force"]),
      .findingCustomAttribute: [
        NaiveRecord([.findingCustomAttributeKey: .text("ticket"), .findingCustomAttributeValue: .text("INC-7")])
      ],
    ])

  private static let encryption = finding(
    2, "Disk encryption should be applied", 5, qds: 95,
    [
      .findingStatus: .text("ACTIVE"), .posture: .text("FAIL"), .isFound: .truth(true),
      .firstFound: date("2026-01-05"), .lastFound: date("2026-02-10T10:00:00Z"), .lastFixed: date("2025-12-01"),
      .sourceFirstEvaluated: date("2025-12-24"), .sourceUpdated: date("2026-01-15"), .controlID: .number(2),
      .impact: .text("Low"), .riskAccepted: date("2026-02-01"), .riskAcceptanceEnd: date("2026-03-01"),
      .riskAcceptanceReason: .text("A compensating control is in place"),
    ])

  private static let fixed = finding(
    3, "Endpoint protection is missing", 3, qds: 55,
    [
      .findingStatus: .text("FIXED"), .posture: .text("PASS"), .isFound: .truth(false), .fixCause: .text("passed"),
      .sourceSeverityLevel: .number(0), .firstFound: date("2026-01-31T09:00:00Z"),
      .lastFound: date("2026-01-31T10:00:00Z"),
      .lastFixed: date("2026-01-31T23:00:00Z"), .timeToRemediate: .number(0),
    ])

  private static let returned = finding(
    4, "Log collection should be on", 2, qds: 39,
    [
      .findingStatus: .text("REOPENED"), .posture: .text("FAIL"), .isFound: .truth(true),
      .firstFound: date("2025-11-01"), .reopened: date("2026-02-01"), .lastFound: date("2026-02-01"),
      .lastFixed: date("2026-01-20"),
    ])

  private static let passed = finding(
    5, "Adaptive controls, for web hosts", 1, qds: 20,
    [
      .findingStatus: .text("FIXED"), .isFound: .truth(false), .fixCause: .text("hostGone"),
      .timeToRemediate: .number(12), .firstFound: date("2025-12-20"),
      .lastFixed: date("2026-01-01"),
    ])

  private static let ignored = finding(
    6, "Machines should be managed", 4, qds: 70,
    [
      .findingStatus: .text("ACTIVE"), .posture: .text("FAIL"), .isFound: .truth(true), .isIgnored: .truth(true),
      .statusCause: .text("OffByPolicy"),
      .firstFound: date("2025-12-31T23:00:00Z"),
    ])
}
