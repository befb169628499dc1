import IsthmusConnect
import IsthmusCore

/// A path of this folder's own tables; each is parsed by a test.
private func path(_ text: String) -> SourceExpression {
  do {
    return try SourceExpression(text)
  } catch {
    preconditionFailure("\(text): \(error)")
  }
}

private func source(
  _ name: String, _ type: AttributeType, _ level: AttributeLevel, _ expression: String, _ description: String,
  example: String
) -> Attribute {
  Attribute(name, type, level, description, example: example, expression: path(expression))
}

private func source(
  _ name: String, _ level: AttributeLevel, _ expression: String, _ description: String, example: String
) -> Attribute {
  source(name, .string, level, expression, description, example: example)
}

extension StreamDescriptor {
  static let defenderHosts = StreamDescriptor(
    keys: [
      .id: path("id"), .resource: path("id"), .scope: path("subscriptionId"),
      .publicAddress: path("derived.publicIpAddresses"),
    ],
    shape: [
      ShapeRule(path("id"), [.string]), ShapeRule(path("name"), [.string]), ShapeRule(path("type"), [.string]),
      ShapeRule(path("subscriptionId"), [.string]), ShapeRule(path("properties"), [.object]),
      ShapeRule(path("properties.vmId"), [.string]),
    ],
    isRecordID: HostType.isHost)

  static let defenderFindings = StreamDescriptor(
    keys: [
      .id: path("id"), .scope: path("subscriptionId"), .control: path("name"),
      .resource: path("properties.resourceDetails.Id || properties.resourceDetails.id"),
      .category: path("properties.metadata.recommendationCategory"), .status: path("properties.status.code"),
      .severity: path("properties.metadata.severity"),
    ],
    shape: [
      ShapeRule(path("id"), [.string]), ShapeRule(path("name"), [.string]),
      ShapeRule(path("subscriptionId"), [.string]), ShapeRule(path("properties"), [.object]),
      ShapeRule(path("properties.resourceDetails"), [.object]),
      ShapeRule(path("properties.resourceDetails.Id || properties.resourceDetails.id"), [.string]),
      ShapeRule(path("properties.status"), [.object]),
      ShapeRule(path("properties.status.code"), [.string, .null], optional: true),
      ShapeRule(path("properties.metadata"), [.object, .null], optional: true),
    ],
    common: FindingProjection.common.map { path($0.joined(separator: ".")) },
    isRecordID: { id in
      let parts = id.split(separator: "/providers/microsoft.security/assessments/", omittingEmptySubsequences: false)
      return id.hasPrefix("/") && parts.count == 2 && !parts[1].isEmpty && !parts[1].contains("/")
    })
}

extension DataModel {
  static let defenderForCloud = DataModel(
    name: "defender-for-cloud",
    description: "Rows of Azure Resource Graph: hosts with their interfaces, and Defender's assessments",
    attributes: hostAttributes + controlAttributes + findingAttributes)

  private static let hostAttributes: [Attribute] = [
    source(
      "vmId", .asset, "properties.vmId", "Unique id of the machine", example: "0d1b6d6c-94a8-4f2e-9a51-5b3f1a1c7e55"),
    source("name", .asset, "name", "Name of the resource", example: "web-01"),
    source(
      "computerName", .asset,
      "properties.osProfile.computerName || properties.extended.instanceView.computerName || properties.displayName",
      "Name that the operating system has", example: "WEB01"),
    source(
      "fqdn", .asset, "derived.fqdn", "Computer name and the interface's domain suffix", example: "web01.internal"),
    source(
      "hardwareUuid", .asset, "derived.hardwareUuid",
      "UUID in the machine's SMBIOS: vmId of machines in Azure, vmUuid of Arc machines",
      example: "0d1b6d6c-94a8-4f2e-9a51-5b3f1a1c7e55"),
    source(
      "serialNumber", .asset, "properties.detectedProperties.serialNumber || properties.firmwareProfile.serialNumber",
      "Serial number in the machine's SMBIOS, which only Arc's agent reports",
      example: "0000-0011-4217-5912-6044-9275-33"),
    source(
      "imageReference_offer", .asset,
      """
      properties.storageProfile.imageReference.offer || properties.extended.instanceView.osName || \
      properties.osSku || properties.osName || properties.storageProfile.osDisk.osType || properties.osType
      """, "Image offer; else what the instance view or the disk says", example: "WindowsServer"),
    source(
      "imageReference_version", .asset, "derived.operatingSystemVersion",
      "Exact image version; else what the instance view says", example: "20348.2966.250112"),
    source(
      "networkInterfaces_macAddress", .macAddress, .asset, "derived.macAddresses[0]",
      "Hardware address of the primary interface", example: "00-0D-3A-1B-C7-21"),
    source(
      "networkInterfaces_publicIP", .ipAddress, .asset, "derived.ipAddresses[0]",
      "Public address of the primary interface; else its private one", example: "20.50.2.17"),
    source(
      "networkInterfaces_macAddresses", .list(.macAddress), .asset, "derived.macAddresses", "All hardware addresses",
      example: "[\"00-0D-3A-1B-C7-21\"]"),
    source(
      "networkInterfaces_ipAddresses", .list(.ipAddress), .asset, "derived.ipAddresses", "All addresses, public first",
      example: "[\"20.50.2.17\", \"10.0.0.4\"]"),
    source(
      "networkInterfaces_publicIPs", .list(.ipAddress), .asset, "derived.publicIpAddresses", "Public addresses",
      example: "[\"20.50.2.17\"]"),
    source(
      "cloudProvider", .asset, "derived.cloudProvider", "Azure; for Arc machines what the agent says", example: "Azure"),
    source("id", .asset, "id", "Resource id", example: "/subscriptions/…/virtualMachines/web-01"),
    source("subscriptionId", .asset, "subscriptionId", "Subscription", example: "4f0c6f1e-2b5e-4c59-8d4b-6f1e2b5e4c59"),
    source("location", .asset, "location", "Region", example: "westeurope"),
    source("resourceGroup", .asset, "resourceGroup", "Resource group", example: "prod"),
    source("vmSize", .asset, "properties.hardwareProfile.vmSize || sku.name", "Size", example: "Standard_D4s_v5"),
    source(
      "powerState", .asset, "properties.extended.instanceView.powerState.code || properties.status",
      "Power state, for Arc machines the agent's connection", example: "PowerState/running"),
    source("tags", .list(.string), .asset, "tags", "Tags", example: "{\"env\": \"prod\"}"),
    source(
      "timeCreated", .date, .asset, "properties.timeCreated", "Missing on old machines", example: "2026-01-31T08:30:00Z"
    ),
  ]

  private static let controlAttributes: [Attribute] = [
    source(
      "assessments_name", .control, "name", "The recommendation's key", example: "1195afff-c881-495e-9bc5-1486211ae03f"),
    source("assessments_type", .control, "type", "Record type", example: "microsoft.security/assessments"),
    source(
      "assessments_displayName", .control, "properties.displayName", "Title",
      example: "Management ports should be closed"),
    source("assessments_severity", .control, "properties.metadata.severity", "High, Medium or Low", example: "High"),
    source(
      "assessments_recommendationCategory", .control, "properties.metadata.recommendationCategory", "Category",
      example: "HostMisconfigurations"),
    source(
      "assessments_userImpact", .control, "properties.metadata.userImpact", "Impact on users", example: "Moderate"),
    source(
      "assessments_implementationEffort", .control, "properties.metadata.implementationEffort", "Effort", example: "Low"
    ),
    source(
      "assessments_metadata_displayName", .control, "properties.metadata.displayName", "Title of the recommendation",
      example: "Management ports should be closed"),
    source(
      "assessments_metadata_description", .control, "properties.metadata.description", "Why it matters",
      example: "Open remote management ports…"),
    source(
      "assessments_policyDefinitionId", .control, "properties.metadata.policyDefinitionId", "Policy",
      example: "/providers/Microsoft.Authorization/policyDefinitions/22730e10-96f6-4aac-ad84-9383d35b5917"),
    source(
      "assessments_assessmentType", .control, "properties.metadata.assessmentType", "BuiltIn, CustomPolicy …",
      example: "BuiltIn"),
    source(
      "assessments_remediationDescription", .control, "properties.metadata.remediationDescription", "How to fix it",
      example: "1. Select a virtual machine …"),
    source(
      "assessments_categories", .list(.string), .control, "properties.metadata.categories", "Areas",
      example: "[\"Networking\"]"),
    source(
      "assessments_threats", .list(.string), .control, "properties.metadata.threats", "Threats",
      example: "[\"accountBreach\"]"),
    source(
      "assessments_tactics", .list(.string), .control, "properties.metadata.tactics", "ATT&CK tactics",
      example: "[\"Initial Access\"]"),
    source(
      "assessments_techniques", .list(.string), .control, "properties.metadata.techniques", "ATT&CK techniques",
      example: "[\"Brute Force\"]"),
  ]

  private static let findingAttributes: [Attribute] = [
    source(
      "assessments_id", .finding, "id", "Unique id of the assessment",
      example: "/subscriptions/…/providers/Microsoft.Security/assessments/1195afff-…"),
    source(
      "assessments_status_code", .finding, "properties.status.code", "Healthy, Unhealthy, NotApplicable",
      example: "Unhealthy"),
    source("assessments_status_cause", .finding, "properties.status.cause", "Why", example: "OffByPolicy"),
    source(
      "assessments_firstEvaluationDate", .date, .finding, "properties.status.firstEvaluationDate", "First evaluated",
      example: "2025-08-26T07:29:51.8002401Z"),
    source(
      "assessments_statusChangeDate", .date, .finding, "properties.status.statusChangeDate", "Status last changed",
      example: "2025-08-26T07:29:51.8002401Z"),
    source(
      "assessments_links_azurePortal", .finding,
      "join('', ['https://', properties.links.azurePortal || properties.links.azurePortalUri])",
      "The assessment in the portal; the source gives it without scheme", example: "https://portal.azure.com/#blade/…"),
    source("assessments_managedBy", .finding, "managedBy", "Normally empty", example: ""),
    source(
      "ResourceType", .finding, "properties.resourceDetails.ResourceType", "Type of the assessed resource",
      example: "Microsoft.Compute/virtualMachines"),
    source(
      "ResourceProvider", .finding, "properties.resourceDetails.ResourceProvider", "Provider of the assessed resource",
      example: "Microsoft.Compute"),
  ]
}

extension TransformMap {
  static let defenderForCloud = TransformMap(
    name: "defender-for-cloud/default", sourceModel: "defender-for-cloud", targetModel: "inventory",
    rows: hostRows + controlRows + findingRows)

  private static let hostRows: [TransformRow] = [
    TransformRow("vmId", "externalAssetId", identifier: true),
    TransformRow("name", "assetName", required: true),
    TransformRow("computerName", "hostName"),
    TransformRow("fqdn", "fqdn"),
    TransformRow("hardwareUuid", "hardwareUuid"),
    TransformRow("serialNumber", "serialNumber"),
    TransformRow("imageReference_offer", "operatingSystemName"),
    TransformRow("imageReference_version", "operatingSystemVersion"),
    TransformRow("networkInterfaces_macAddress", "macAddress", .macAddress),
    TransformRow("networkInterfaces_publicIP", "ipAddress", .ipAddress),
    TransformRow("networkInterfaces_macAddresses", "macAddresses", .list(.macAddress)),
    TransformRow("networkInterfaces_ipAddresses", "ipAddresses", .list(.ipAddress)),
    TransformRow("networkInterfaces_publicIPs", "publicIpAddresses", .list(.ipAddress)),
    TransformRow("cloudProvider", "cloudProvider"),
    TransformRow("id", "cloudResourceId"),
    TransformRow("subscriptionId", "cloudAccountId"),
    TransformRow("location", "cloudRegion"),
    TransformRow("resourceGroup", "resourceGroup"),
    TransformRow("vmSize", "vmSize"),
    TransformRow("powerState", "powerState"),
    TransformRow("tags", "cloudTags", .list(.string)),
    TransformRow("timeCreated", "createdOn", .date),
  ]

  private static let severities = ValueTable([
    "": "0", "Informational": "1", "Low": "2", "Medium": "3", "High": "4", "Critical": "5",
  ])

  private static let postures = ValueTable([
    "": "PASS", "Healthy": "PASS", "resolved": "PASS", "closed": "PASS", "Unhealthy": "FAIL", "open": "FAIL",
    "active": "FAIL", "NotApplicable": "NOT_APPLICABLE",
  ])

  private static let controlRows: [TransformRow] = [
    TransformRow("assessments_name", "findingName", required: true),
    TransformRow("assessments_type", "findingSubType"),
    TransformRow("assessments_displayName", "findingDescription"),
    TransformRow("assessments_severity", "findingSeverity", .integer, values: severities),
    TransformRow("assessments_recommendationCategory", "recommendation"),
    TransformRow("assessments_userImpact", "impact"),
    TransformRow("assessments_implementationEffort", "implementationEffort"),
    TransformRow("assessments_metadata_displayName", "policyTitle"),
    TransformRow("assessments_metadata_description", "policyDescription"),
    TransformRow("assessments_policyDefinitionId", "policyId"),
    TransformRow("assessments_assessmentType", "policyType"),
    TransformRow("assessments_remediationDescription", "remediationStrategy"),
    TransformRow("assessments_categories", "categories", .list(.string)),
    TransformRow("assessments_threats", "threats", .list(.string)),
    TransformRow("assessments_tactics", "tactics", .list(.string)),
    TransformRow("assessments_techniques", "techniques", .list(.string)),
  ]

  private static let findingRows: [TransformRow] = [
    TransformRow("assessments_id", "externalFindingId", identifier: true),
    TransformRow("assessments_status_code", "findingStatus", values: postures, required: true),
    TransformRow("assessments_status_cause", "statusCause"),
    TransformRow("assessments_firstEvaluationDate", "findingFirstFoundOn", .date),
    TransformRow("assessments_statusChangeDate", "updatedOn", .date),
    TransformRow("assessments_links_azurePortal", "policyFindingUrl"),
    TransformRow("assessments_managedBy", "createdBy"),
    TransformRow("assessments_managedBy", "updatedBy"),
    TransformRow("ResourceType", "productVendor"),
    TransformRow("ResourceProvider", "productName"),
  ]
}
