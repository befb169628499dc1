extension QueryCatalogue {
  static let findingTokens: [QueryToken] = findingIdentity + findingState + findingDates + riskAcceptance

  private static let findingIdentity: [QueryToken] = [
    QueryToken(
      .findingID, "finding.id", columns: ["id"], "The inventory's own number of the finding",
      examples: ["finding.id: F2": "the finding with the number F2"]),
    QueryToken(
      .externalFindingID, "finding.externalFindingId", also: ["externalFindingId", "finding.vendorFindingId"],
      "The source's own unique id of the finding",
      examples: ["finding.externalFindingId: *1195afff-c881-495e-9bc5-1486211ae03f": "findings whose id ends so"]),
    QueryToken(
      .findingTitle, "finding.title",
      also: ["finding.name", "findingDescription", "vulnerabilities.vulnerability.title", "vulnerabilities.title"],
      "Title of the recommendation",
      examples: [
        "finding.title: ports encryption": "findings with one of the words in their title",
        "finding.title: \"management ports\"": "findings with these words next to one another",
        "finding.title: `Disk encryption should be applied`": "findings with just this title",
      ]),
    QueryToken(
      .findingDescription, "finding.description",
      also: ["policyDescription", "vulnerabilities.vulnerability.description"],
      "Why it matters",
      examples: ["finding.description: \"brute force\"": "findings that are about brute force"]),
    QueryToken(
      .findingType, "finding.type", "Type of the finding: all are misconfigurations",
      examples: ["finding.type: Misconfiguration": "all findings"]),
    QueryToken(
      .findingSubType, "finding.subType", also: ["findingSubType"], "The source's record type",
      examples: ["finding.subType: `microsoft.security/assessments`": "findings that are assessments"]),
    QueryToken(
      .findingConnectorID, "finding.connectionId", "Number of the connector that brings the finding",
      examples: ["finding.connectionId: 1": "findings of connector 1"]),
    QueryToken(
      .findingConnectorName, "finding.connectionName", "Name of the connector that brings the finding",
      examples: ["finding.connectionName: \"Contoso production\"": "findings of a connector"]),
    QueryToken(
      .vendorName, "finding.vendorName", "Vendor of the product that reports the finding",
      examples: ["finding.vendorName: Microsoft": "findings from products of Microsoft"]),
    QueryToken(
      .vendorProductName, "finding.vendorProductName", also: ["vendorProductName"], "Product that reports the finding",
      examples: ["finding.vendorProductName: `Defender for Cloud`": "findings from Defender for Cloud"]),
    QueryToken(
      .productVendor, "finding.productVendor", also: ["productVendor"], "Type of the assessed resource",
      examples: ["finding.productVendor: *virtualMachines": "findings of virtual machines"]),
    QueryToken(
      .productName, "finding.productName", also: ["productName"], "Provider of the assessed resource",
      examples: ["finding.productName: `Microsoft.Compute`": "findings of Azure's own machines"]),
    QueryToken(
      .portalURL, "finding.vendorUrl", also: ["policyFindingUrl"], "The finding in the source's portal",
      examples: ["finding.vendorUrl is not null": "findings with a link"]),
    QueryToken(
      .createdBy, "finding.createdBy", also: ["createdBy"], "Who made it; normally empty at the source",
      examples: ["finding.createdBy is not null": "findings that say who made them"]),
    QueryToken(
      .updatedBy, "finding.updatedBy", also: ["updatedBy"], "Who changed it last; normally empty at the source",
      examples: ["finding.updatedBy: admin": "findings that an admin has changed"]),
    QueryToken(
      .findingCustomAttributeKey, "finding.customAttributes.key", "Key of a custom attribute of the finding",
      examples: ["finding.customAttributes.key: ticket": "findings with the attribute ticket"]),
    QueryToken(
      .findingCustomAttributeValue, "finding.customAttributes.value", "Value of a custom attribute of the finding",
      examples: ["finding.customAttributes: (key: ticket and value: INC-7)": "findings of one ticket"]),
  ]

  private static let findingState: [QueryToken] = [
    QueryToken(
      .findingStatus, "finding.status", also: ["vulnerabilities.status"], columns: ["status"],
      "NEW, ACTIVE, FIXED or REOPENED: the finding's life; a finding that never failed has none",
      examples: ["finding.status: NEW": "new findings", "finding.status: [NEW, REOPENED]": "new and reopened ones"]),
    QueryToken(
      .posture, "finding.posture", also: ["findingStatus"], columns: ["posture"],
      "PASS, FAIL or NOT_APPLICABLE: what the source says now; null if it lists the finding no more",
      examples: ["finding.posture: FAIL": "findings that fail now"]),
    QueryToken(
      .statusCause, "finding.statusCause", also: ["statusCause"], "Why the source says so",
      examples: ["finding.statusCause: OffByPolicy": "findings that a policy has switched off"]),
    QueryToken(
      .fixCause, "finding.fixCause", also: ["fixCause"], "Why the finding became FIXED",
      examples: ["finding.fixCause: hostGone": "findings fixed because their host is gone"]),
    QueryToken(
      .isFound, "finding.isFound", "Whether the finding is open",
      examples: ["finding.isFound: yes": "open findings"]),
    QueryToken(
      .isIgnored, "finding.isIgnored", "Whether a person has ignored the finding",
      examples: ["finding.isFound: true and not finding.isIgnored: true": "open findings that count"]),
    QueryToken(
      .findingSeverity, "finding.severity",
      also: ["vulnerabilities.severity", "vulnerabilities.vulnerability.severity"],
      columns: ["severity"], "1 (informational) to 5 (critical), by the score map",
      examples: ["finding.severity: [4, 5]": "high and critical findings", "finding.severity > 3": "the same"]),
    QueryToken(
      .sourceSeverity, "finding.sourceSeverity", "The source's own word for the severity",
      examples: ["finding.sourceSeverity: High": "findings that the source calls high"]),
    QueryToken(
      .sourceSeverityLevel, "finding.sourceSeverityLevel", also: ["findingSeverity"],
      "The source's severity as a number: 0 (none given) to 5 (critical), by the transform map",
      examples: ["finding.sourceSeverityLevel: 0": "findings without a severity of the source's own"]),
    QueryToken(
      .findingCriticality, "finding.criticality",
      also: ["vulnerabilities.criticality", "vulnerabilities.vulnerability.criticality"],
      "Band of QDS: CRITICAL from 90, HIGH from 70, MEDIUM from 40, LOW from 1",
      examples: ["finding.criticality:[`CRITICAL`,`HIGH`]": "findings in the two upper bands"]),
    QueryToken(
      .qds, "finding.qds", also: ["qds", "vulnerabilities.detectionScore"], "Score of the finding, by the score map",
      examples: ["finding.qds: [70 .. 89]": "findings of the band high", "finding.qds >= 90": "the critical ones"]),
    QueryToken(
      .qvss, "finding.qvss", "QDS / 10", examples: ["finding.qvss >= 7.0": "findings with a QDS of 70 and above"]),
  ]

  private static let findingDates: [QueryToken] = [
    QueryToken(
      .firstFound, "finding.firstFoundDate", also: ["vulnerabilities.firstFound"], columns: ["firstFoundOn"],
      "When it was first found to fail",
      examples: [
        "finding.firstFoundDate > now-3d": "findings of the last three days",
        "finding.firstFoundDate: [2026-01-01 ... now-1M]": "findings first found between the two moments",
      ]),
    QueryToken(
      .lastFound, "finding.lastFoundDate", also: ["vulnerabilities.lastFound"], columns: ["lastFoundOn"],
      "When it was last found to fail",
      examples: ["finding.lastFoundDate < now-1w": "findings not found for a week"]),
    QueryToken(
      .lastFixed, "finding.lastFixedDate", also: ["vulnerabilities.lastFixed"], columns: ["lastFixedOn"],
      "When it was last fixed",
      examples: ["finding.lastFixedDate: 2026-01-31": "findings last fixed on that day, UTC"]),
    QueryToken(
      .reopened, "finding.reopenedDate", columns: ["reopenedOn"], "When it was last found again after a fix",
      examples: ["finding.reopenedDate is not null": "findings that came back"]),
    QueryToken(
      .ingested, "finding.ingestedDate", columns: ["ingestedOn"], "When the inventory first had it",
      examples: ["finding.ingestedDate > \"2026-01-31T08:00:00Z\"": "findings that came after that moment"]),
    QueryToken(
      .sourceFirstEvaluated, "finding.sourceFirstFoundDate", also: ["findingFirstFoundOn"],
      "When the source first evaluated it",
      examples: ["finding.sourceFirstFoundDate < 2026-01-01": "findings that the source evaluated before that day"]),
    QueryToken(
      .sourceUpdated, "finding.updatedDate", also: ["updatedOn"], "When the source's status last changed",
      examples: ["finding.updatedDate: (2026-01-01 .. 2026-02-01)": "findings whose status changed between"]),
    QueryToken(
      .detectionAge, "finding.detectionAge", "Whole days since it was first found, while it is open",
      examples: ["finding.detectionAge > 30": "findings open for more than 30 days"]),
    QueryToken(
      .timeToRemediate, "finding.ttr", "Whole days from first found to fixed, while it is not open",
      examples: ["finding.ttr <= 7": "findings that were fixed within a week"]),
  ]

  private static let riskAcceptance: [QueryToken] = [
    QueryToken(
      .riskAccepted, "finding.riskAcceptance.createdDate", also: ["finding.riskAcceptance.startDate"],
      "When a person accepted its risk",
      examples: ["finding.riskAcceptance.createdDate is not null": "findings whose risk was accepted"]),
    QueryToken(
      .riskAcceptanceEnd, "finding.riskAcceptance.endDate", "Until when its risk is accepted",
      examples: ["finding.riskAcceptance.endDate < now+30d": "acceptances that end within 30 days, or have ended"]),
    QueryToken(
      .riskAcceptanceReason, "finding.riskAcceptance.reason", "Why its risk was accepted",
      examples: ["finding.riskAcceptance.reason: compensating": "acceptances with that word in their reason"]),
  ]
}
