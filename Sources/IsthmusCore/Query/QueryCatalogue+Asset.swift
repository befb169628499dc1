extension QueryCatalogue {
  static let assetTokens: [QueryToken] = assetIdentity + assetCloud + assetState

  private static let assetIdentity: [QueryToken] = [
    QueryToken(
      .assetID, "asset.id", also: ["asset.assetID", "assetId"], columns: ["id"],
      "The inventory's own number of the host",
      examples: ["asset.id: A2": "the host with the number A2", "asset.id: [A1, A3]": "two hosts"]),
    QueryToken(
      .assetName, "asset.name", also: ["assetName"], "Name of the host in the source",
      examples: [
        "asset.name: web-01": "hosts with `web` and `01` side by side in their name",
        "asset.name: web*": "hosts whose name begins with web",
      ]),
    QueryToken(
      .hostName, "asset.hostName", also: ["hostName", "asset.netbiosName", "netbiosName"],
      "Computer name that the operating system reports",
      examples: ["asset.hostName: `DB01`": "hosts that call themselves DB01"]),
    QueryToken(
      .fqdn, "asset.fqdn", also: ["fqdn"], "Fully qualified domain name",
      examples: ["asset.fqdn: *.internal.example.net": "hosts in that domain"]),
    QueryToken(
      .hardwareUUID, "asset.biosHardwareUUID", also: ["hardwareUuid"],
      "The machine's own UUID, as its firmware reports it",
      examples: ["asset.biosHardwareUUID: 0d1b6d6c*": "the host whose UUID begins so"]),
    QueryToken(
      .serialNumber, "asset.biosSerialNumber", also: ["serialNumber"], "The machine's serial number",
      examples: ["asset.biosSerialNumber: 0000-0011-4217-5912-6044-9275-33": "the host with this number"]),
    QueryToken(
      .operatingSystemName, "operatingSystem.name",
      also: ["operatingSystem", "operatingSystemName", "asset.operatingSystem", "asset.operatingSystem.name"],
      "Operating system or image offer",
      examples: ["operatingSystem: win*": "hosts whose operating system begins with win"]),
    QueryToken(
      .operatingSystemVersion, "operatingSystem.version",
      also: ["operatingSystemVersion", "asset.operatingSystem.version"], "Version of the operating system",
      examples: ["operatingSystem: (name: win* and version: 2022*)": "hosts with Windows 2022"]),
    QueryToken(
      .assetType, "asset.type", "Type of the asset: all are hosts",
      examples: ["asset.type: HOST": "all hosts"]),
    QueryToken(
      .trackingMethod, "asset.trackingMethod", also: ["trackingMethod"],
      "What tells one host from another: the virtual machine's id for all",
      examples: ["asset.trackingMethod: VIRTUAL_MACHINE_ID": "all hosts"]),
  ]

  private static let assetCloud: [QueryToken] = [
    QueryToken(
      .cloudProvider, "cloud.provider", also: ["provider", "cloudProvider"], "Where the host runs",
      examples: ["cloud.provider: Azure": "hosts in Azure"]),
    QueryToken(
      .cloudResourceID, "cloud.resourceId", also: ["cloudResourceId"], "The provider's resource id",
      examples: ["cloud.resourceId: */resourceGroups/prod/*": "hosts in a resource group, by their id"]),
    QueryToken(
      .cloudAccountID, "cloud.accountId", also: ["cloudAccountId", "cloud.subscriptionId"], "Subscription or account",
      examples: ["cloud.accountId: 4f0c6f1e-2b5e-4c59-8d4b-6f1e2b5e4c59": "hosts of a subscription"]),
    QueryToken(
      .cloudRegion, "cloud.region", also: ["cloudRegion"], "Region",
      examples: ["cloud.region: [westeurope, northeurope]": "hosts in two regions"]),
    QueryToken(
      .resourceGroup, "cloud.resourceGroup", also: ["resourceGroup"], "Resource group",
      examples: ["cloud.resourceGroup: prod": "hosts in resource groups with the word prod"]),
    QueryToken(
      .vmSize, "cloud.vmSize", also: ["vmSize"], "Size of the machine",
      examples: ["cloud.vmSize: Standard_D*": "machines of the D series"]),
    QueryToken(
      .powerState, "cloud.powerState", also: ["powerState"], "Running, deallocated, connected …",
      examples: ["cloud.powerState: running": "machines that run"]),
  ]

  private static let assetState: [QueryToken] = [
    QueryToken(
      .createdOn, "asset.createdOn", columns: ["createdOn"], "When the host was made",
      examples: ["asset.createdOn > now-30d": "hosts made in the last 30 days"]),
    QueryToken(
      .assetFirstFound, "asset.createdDate", also: ["asset.created", "asset.firstFoundDate"], columns: ["firstFoundOn"],
      "When the inventory first found the host",
      examples: ["asset.createdDate: 2026-01-31": "hosts first found on that day, UTC"]),
    QueryToken(
      .assetLastSeen, "asset.lastInventoryDate",
      also: ["asset.lastSeenDate", "asset.lastUpdated", "asset.lastUpdatedDate"], columns: ["lastSeenOn"],
      "When a source last listed the host",
      examples: ["asset.lastInventoryDate < now-1w": "hosts that no source has listed for a week"]),
    QueryToken(
      .assetIsGone, "asset.isGone", "Whether no source lists the host any more",
      examples: ["asset.isGone: true": "hosts that are gone"]),
    QueryToken(
      .assetGone, "asset.goneDate", columns: ["goneOn"], "When the host was found to be gone",
      examples: ["asset.goneDate: [now-1M .. now]": "hosts gone in the last month"]),
    QueryToken(
      .internetExposed, "asset.internetExposed", also: ["internetExposed"],
      "Whether the internet can reach the host: a public address, or a tag that says so",
      examples: ["asset.internetExposed: true": "hosts that the internet can reach"]),
    QueryToken(
      .assetCriticality, "asset.criticalityScore", also: ["criticalityScore", "asset.criticality"],
      columns: ["criticality"], "Asset criticality score",
      examples: ["criticalityScore>=4 or riskScore>=700": "hosts that matter, or are at risk"]),
    QueryToken(
      .truRiskScore, "asset.riskScore", also: ["riskScore", "asset.truRiskScore", "truRiskScore"],
      "TruRisk-style score of the host, as shown",
      examples: ["asset.riskScore: [700 .. 1000]": "hosts with a score of 700 and above"]),
    QueryToken(
      .scoreBand, "asset.scoreBand", also: ["scoreBand"],
      "Band of that score: by default Severe from 850, High from 700, Medium from 500",
      examples: ["asset.scoreBand: [Severe, High]": "hosts in the two upper bands"]),
    QueryToken(
      .openFindings, "asset.openFindings", also: ["openFindings"], "Number of open findings",
      examples: ["asset.openFindings > 2": "hosts with more than two open findings"]),
  ]
}
