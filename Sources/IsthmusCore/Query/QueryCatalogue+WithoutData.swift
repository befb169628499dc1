extension QueryCatalogue {
  /// Names that other inventories of this query language can answer.
  package static let tokensWithoutData: [QueryTokenWithoutData] = findingsWithoutData + assetsWithoutData

  private static let findingsWithoutData: [QueryTokenWithoutData] = [
    QueryTokenWithoutData(
      names: names(
        "finding.",
        [
          "cveId", "qid", "epssScore", "cvss2BaseScore", "cvss2TemporalScore", "cvss2Criticality", "cvss3BaseScore",
          "cvss3TemporalScore", "cvss4BaseScore", "cvss4TemporalScore", "cvss4Criticality", "accessVector",
          "requiredPrivilege", "isExploitAvailable", "isPatchAvailable", "isQualysPatchable", "isRebootRequired",
          "nonRunningKernel", "cvePublishedDate", "patchReleasedDate", "typeDetected", "riskFactor.*",
          "threatIntel.*", "truConfirm.*", "owaspTopTenName", "wascInfoName",
        ]) + [
          "vulnerabilities.typeDetected", "vulnerabilities.vulnerability.patchAvailable", "vulnerabilities.qid",
          "vulnerabilities.vulnerability.qid", "vulnerabilities.vulnerability.cveIds",
        ],
      need: "vulnerability findings, and it holds misconfigurations only"),
    QueryTokenWithoutData(
      names: names(
        "finding.",
        [
          "detectionMethod", "discoveryType", "instance", "port", "protocol", "applicationURL", "technologyCategory",
          "technologyName", "technologyVendor", "product.vendorId", "product.version",
        ])
        + ["openPorts.*"],
      need: "the detections of a scanner: ports, protocols, software and its versions"),
    QueryTokenWithoutData(
      names: names("finding.", ["connectionUuid", "sourceId", "sourceScoreRange"]),
      need: "ids and score ranges that connectors of another system have"),
    QueryTokenWithoutData(
      names: names(
        "finding.",
        [
          "isDisabled", "isMitigated", "mitigated.method", "ruleName", "riskAcceptance.type",
          "riskAcceptance.reasonType", "riskAcceptance.ruleId",
        ]),
      need: "rules that disable, mitigate or accept findings; a person's decisions are in finding.isIgnored and "
        + "finding.riskAcceptance"),
    QueryTokenWithoutData(
      names: ["finding.ttd"], need: "the time at which a problem began; a listing shows when it was found"),
    QueryTokenWithoutData(names: ["finding.tags.*"], need: "tags of findings; tags are on assets (asset.tag.name)"),
    QueryTokenWithoutData(
      names: [
        "finding.mitre.attack.tactic.id", "finding.mitre.attack.technique.id", "mitre.attack.tactic.id",
        "mitre.attack.technique.id", "finding.mitre.attack.subTechnique.*", "mitre.attack.subTechnique.*",
      ],
      need: "ATT&CK numbers and sub-techniques; the source gives the names of tactics and techniques"),
    QueryTokenWithoutData(
      names: (1...5).map { "finding.customNumber\($0)" },
      need: "numbers of your own; custom attributes are in finding.customAttributes"),
  ]

  private static let assetsWithoutData: [QueryTokenWithoutData] = [
    QueryTokenWithoutData(
      names: names(
        "asset.",
        [
          "hostID", "totalMemory", "lastLoggedOnUser", "timezone", "biosAssetTag", "biosDescription",
          "lastBoot", "cpuCount", "domainRole", "isContainerHost",
          "isDockerHost", "agentID",
        ])
        + ["accounts.*", "assetCategory", "hardware.*", "processor.*", "isDockerHost", "traffic.*"],
      need: "what an agent on the host reports: hardware, users, boot time"),
    QueryTokenWithoutData(
      names: ["qualys.*", "container.*", "application.*", "apiEndpoint.*", "whoIs.*"],
      need: "data of other products: agents, containers, applications, registries of domains"),
    QueryTokenWithoutData(
      names: ["software.*", "missingSoftware.*"], need: "the software that is on the host"),
    QueryTokenWithoutData(
      names: names(
        "operatingSystem.",
        [
          "publisher", "edition", "update", "marketVersion", "category", "category1", "category2", "installDate",
          "lifecycle.*",
        ]),
      need: "a catalogue of operating systems; it holds the name and version as the source writes them"),
    QueryTokenWithoutData(
      names: names(
        "asset.interface.", ["dnsAddress", "gatewayAddress", "hostname", "manufacturer", "name", "netmask"]),
      need: "each network interface with its settings; it holds the addresses of all of them"),
    QueryTokenWithoutData(
      names: ["asset.riskFactor.*", "asset.compensatoryFactor.*"],
      need: "risk factors beside findings, criticality and exposure"),
    QueryTokenWithoutData(
      names: ["asset.businessInfo.*"],
      need: "a business register; business entities are in asset.businessEntity.name"),
  ]

  private static func names(_ prefix: String, _ names: [String]) -> [String] { names.map { prefix + $0 } }
}
