extension QueryCatalogue {
  /// What findings have from their control.
  static let controlTokens: [QueryToken] = [
    QueryToken(
      .controlKey, "finding.control.id", also: ["control.id", "findingName"], "The recommendation's key",
      examples: ["finding.control.id: 1195afff-c881-495e-9bc5-1486211ae03f": "findings of that recommendation"]),
    QueryToken(
      .controlID, "finding.control.number", also: ["controlId"], "The inventory's own number of the control",
      examples: ["finding.control.number: C2": "findings of control C2"]),
    QueryToken(
      .policyID, "finding.policyId", also: ["policyId"], "Id of the policy",
      examples: ["finding.policyId: *22730e10-96f6-4aac-ad84-9383d35b5917": "findings of that policy"]),
    QueryToken(
      .policyName, "finding.policyName", also: ["finding.policyTitle", "policyTitle"], "Title of the policy",
      examples: ["finding.policyName: \"ports should be closed\"": "findings of policies named so"]),
    QueryToken(
      .policyType, "finding.policyType", also: ["policyType"], "Built in or made by the customer",
      examples: ["finding.policyType: BuiltIn": "findings of policies that are built in"]),
    QueryToken(
      .remediation, "finding.remediation", also: ["remediationStrategy"], "How to fix it",
      examples: ["finding.remediation: \"virtual machine\"": "findings fixed on a virtual machine"]),
    QueryToken(
      .impact, "finding.impact", also: ["impact"], "How much the remedy disturbs users",
      examples: ["finding.impact: Low": "findings whose remedy disturbs little"]),
    QueryToken(
      .implementationEffort, "finding.implementationEffort", also: ["implementationEffort"],
      "How much work the remedy is",
      examples: ["finding.implementationEffort: Low and finding.severity: 4": "quick wins"]),
    QueryToken(
      .recommendationCategory, "finding.category", also: ["recommendation"], "Category of the recommendation",
      examples: ["finding.category: HostMisconfigurations": "findings of that category"]),
    QueryToken(
      .category, "finding.categories", also: ["categories"], "A subject area",
      examples: ["finding.categories: Networking": "findings about networks"]),
    QueryToken(
      .threat, "finding.threats", also: ["threats"], "A threat it guards against",
      examples: ["finding.threats: accountBreach": "findings that can lead to a breach of accounts"]),
    QueryToken(
      .tacticName, "finding.mitre.attack.tactic.name", also: ["mitre.attack.tactic.name", "tactics"],
      "An ATT&CK tactic",
      examples: ["finding.mitre.attack.tactic.name: `Initial Access`": "findings that help to get in"]),
    QueryToken(
      .techniqueName, "finding.mitre.attack.technique.name", also: ["mitre.attack.technique.name", "techniques"],
      "An ATT&CK technique",
      examples: ["finding.mitre.attack.technique.name: \"brute force\"": "findings that brute force can use"]),
  ]

  package static let groups: [QueryGroup] = [
    QueryGroup(names: ["asset"], scopes: [.asset]),
    QueryGroup(
      names: ["finding", "findings", "vulnerabilities", "vulnerabilities.vulnerability"], scopes: [.finding]),
    QueryGroup(names: ["inventory", "asset.inventory"], scopes: [.source]),
    QueryGroup(names: ["connector", "asset.connector"], scopes: [.source]),
    QueryGroup(names: ["asset.tag", "asset.tags", "tags"], scopes: [.tag]),
    QueryGroup(names: ["asset.businessEntity", "businessEntity"], scopes: [.businessEntity]),
    QueryGroup(
      names: ["asset.interface", "asset.interfaces", "interfaces"],
      scopes: [.ipAddress, .macAddress, .publicIPAddress]),
    QueryGroup(names: ["customAttributes", "asset.customAttributes"], scopes: [.customAttribute]),
    QueryGroup(names: ["cloud.tag", "cloud.tags", "azure.tags"], scopes: [.cloudTag]),
    QueryGroup(names: ["operatingSystem", "asset.operatingSystem"], scopes: [.asset]),
    QueryGroup(names: ["cloud"], scopes: [.asset]),
    QueryGroup(names: ["finding.control", "control"], scopes: [.finding]),
    QueryGroup(names: ["finding.riskAcceptance"], scopes: [.finding]),
    QueryGroup(names: ["finding.customAttributes"], scopes: [.findingCustomAttribute]),
    QueryGroup(names: ["finding.categories"], scopes: [.category]),
    QueryGroup(names: ["finding.threats"], scopes: [.threat]),
    QueryGroup(names: ["finding.mitre.attack.tactic", "mitre.attack.tactic"], scopes: [.tactic]),
    QueryGroup(names: ["finding.mitre.attack.technique", "mitre.attack.technique"], scopes: [.technique]),
  ]
}
