extension DataModel {
  /// The target of every transform map: what the inventory keeps of hosts, controls and findings.
  package static let inventory = DataModel(
    name: "inventory",
    description: "What Isthmus keeps: hosts, recommendations (controls) and their state on each host (findings)",
    attributes: assetAttributes + controlAttributes + findingAttributes)

  private static let assetAttributes: [Attribute] = [
    Attribute(
      "externalAssetId", .string, .asset, "The source's own unique id of the host",
      example: "0d1b6d6c-94a8-4f2e-9a51-5b3f1a1c7e55"),
    Attribute("assetName", .string, .asset, "Name of the host in the source", example: "web-01"),
    Attribute("hostName", .string, .asset, "Computer name that the operating system reports", example: "WEB01"),
    Attribute("fqdn", .string, .asset, "Fully qualified domain name", example: "web01.internal.cloudapp.net"),
    Attribute(
      "hardwareUuid", .string, .asset, "The machine's own UUID, as its firmware reports it",
      example: "0d1b6d6c-94a8-4f2e-9a51-5b3f1a1c7e55"),
    Attribute(
      "serialNumber", .string, .asset, "The machine's serial number, as its firmware reports it",
      example: "0000-0011-4217-5912-6044-9275-33"),
    Attribute("operatingSystemName", .string, .asset, "Operating system or image offer", example: "WindowsServer"),
    Attribute("operatingSystemVersion", .string, .asset, "Its version", example: "2022.0.20250905"),
    Attribute(
      "macAddress", .macAddress, .asset, "Hardware address of the primary interface", example: "00:0d:3a:1b:c7:21"),
    Attribute("ipAddress", .ipAddress, .asset, "Public address if there is one, else private", example: "20.50.2.17"),
    Attribute(
      "macAddresses", .list(.macAddress), .asset, "All hardware addresses", example: "[\"00:0d:3a:1b:c7:21\"]"),
    Attribute("ipAddresses", .list(.ipAddress), .asset, "All addresses", example: "[\"20.50.2.17\", \"10.0.0.4\"]"),
    Attribute(
      "publicIpAddresses", .list(.ipAddress), .asset, "Addresses that the internet can reach; they make it exposed",
      example: "[\"20.50.2.17\"]"),
    Attribute("cloudProvider", .string, .asset, "Where the host runs", example: "Azure"),
    Attribute(
      "cloudResourceId", .string, .asset, "The provider's resource id, as written there",
      example: "/subscriptions/…/resourceGroups/prod/providers/Microsoft.Compute/virtualMachines/web-01"),
    Attribute(
      "cloudAccountId", .string, .asset, "Subscription or account", example: "4f0c6f1e-2b5e-4c59-8d4b-6f1e2b5e4c59"),
    Attribute("cloudRegion", .string, .asset, "Region", example: "westeurope"),
    Attribute("resourceGroup", .string, .asset, "Resource group", example: "prod"),
    Attribute("vmSize", .string, .asset, "Size of the machine", example: "Standard_D4s_v5"),
    Attribute("powerState", .string, .asset, "Running, deallocated, connected …", example: "PowerState/running"),
    Attribute("cloudTags", .list(.string), .asset, "The provider's tags, name=value", example: "[\"env=prod\"]"),
    Attribute("createdOn", .date, .asset, "When the host was made", example: "2026-01-31T08:30:00Z"),
  ]

  private static let controlAttributes: [Attribute] = [
    Attribute(
      "findingName", .string, .control, "The recommendation's key", example: "1195afff-c881-495e-9bc5-1486211ae03f"),
    Attribute(
      "findingSubType", .string, .control, "The source's record type", example: "microsoft.security/assessments"),
    Attribute(
      "findingDescription", .string, .control, "Title of the recommendation",
      example: "Management ports should be closed on your virtual machines"),
    Attribute("findingSeverity", .integer, .control, "0 (none given) to 5 (critical)", example: "4"),
    Attribute("recommendation", .string, .control, "Category of the recommendation", example: "HostMisconfigurations"),
    Attribute("impact", .string, .control, "How much the remedy disturbs users", example: "Moderate"),
    Attribute("implementationEffort", .string, .control, "How much work the remedy is", example: "Low"),
    Attribute("policyTitle", .string, .control, "Title of the policy", example: "Management ports should be closed"),
    Attribute("policyDescription", .string, .control, "Why it matters", example: "Open remote management ports…"),
    Attribute(
      "policyId", .string, .control, "Id of the policy",
      example: "/providers/Microsoft.Authorization/policyDefinitions/22730e10-96f6-4aac-ad84-9383d35b5917"),
    Attribute("policyType", .string, .control, "Built in or made by the customer", example: "BuiltIn"),
    Attribute("remediationStrategy", .string, .control, "How to fix it", example: "1. Select a virtual machine …"),
    Attribute("categories", .list(.string), .control, "Subject areas", example: "[\"Networking\"]"),
    Attribute("threats", .list(.string), .control, "Threats it guards against", example: "[\"accountBreach\"]"),
    Attribute("tactics", .list(.string), .control, "ATT&CK tactics", example: "[\"Initial Access\"]"),
    Attribute("techniques", .list(.string), .control, "ATT&CK techniques", example: "[\"Brute Force\"]"),
  ]

  private static let findingAttributes: [Attribute] = [
    Attribute(
      "externalFindingId", .string, .finding, "The source's own unique id of the finding",
      example: "/subscriptions/…/providers/Microsoft.Security/assessments/1195afff-…"),
    Attribute("findingStatus", .string, .finding, "PASS, FAIL or NOT_APPLICABLE", example: "FAIL"),
    Attribute("statusCause", .string, .finding, "Why the source says so", example: "OffByPolicy"),
    Attribute(
      "findingFirstFoundOn", .date, .finding, "When the source first evaluated it", example: "2025-08-26T07:29:51Z"),
    Attribute("updatedOn", .date, .finding, "When the source's status last changed", example: "2026-01-31T08:30:00Z"),
    Attribute(
      "policyFindingUrl", .string, .finding, "The finding in the source's portal",
      example: "https://portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/…"),
    Attribute("createdBy", .string, .finding, "Who made it; normally empty at the source", example: ""),
    Attribute("updatedBy", .string, .finding, "Who changed it last; normally empty at the source", example: ""),
    Attribute(
      "productVendor", .string, .finding, "Type of the assessed resource", example: "Microsoft.Compute/virtualMachines"),
    Attribute("productName", .string, .finding, "Provider of the assessed resource", example: "Microsoft.Compute"),
  ]
}
