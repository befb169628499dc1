import IsthmusCore
import Testing

@Suite("Names in queries")
struct QueryCatalogueTests {
  static let now = Timestamp(microseconds: 1_770_724_800_000_000)

  @Test("Every field has one token, and every scope a group")
  func complete() {
    #expect(
      QueryCatalogue.tokens.map(\.field).sorted { $0.rawValue < $1.rawValue }
        == QueryField.allCases.sorted { $0.rawValue < $1.rawValue })
    let grouped = Set(QueryCatalogue.groups.flatMap(\.scopes))
    #expect(grouped == Set(QueryScope.allCases))
  }

  @Test("No name means two things")
  func unambiguous() {
    let names =
      QueryCatalogue.tokens.flatMap { [$0.name] + $0.aliases } + QueryCatalogue.tokensWithoutData.flatMap(\.names)
    let folded = names.map { $0.lowercased() }
    let twice = Dictionary(grouping: folded) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
    #expect(twice.isEmpty)
    for entity in QueryEntity.allCases {
      let columns = QueryCatalogue.tokens.filter { $0.field.scope.owner == entity }.flatMap(\.columns)
      #expect(Set(columns).count == columns.count)
      #expect(Set(columns.map { $0.lowercased() }).isDisjoint(with: folded))
    }
    let groups = QueryCatalogue.groups.flatMap(\.names)
    #expect(Set(groups).count == groups.count)
  }

  @Test("Within a group a name in full means what it means outside", arguments: QueryCatalogue.groups.map(\.name))
  func inGroups(group: String) throws {
    let scopes = QueryCatalogue.groups.first { $0.name == group }?.scopes ?? []
    for token in QueryCatalogue.tokens where scopes.contains(token.field.scope) && token.field.constant == nil {
      for name in [token.name] + token.aliases {
        let inside = try Query("\(group): (\(name) is not null)", for: token.field.scope.owner, now: Self.now)
        let outside = try Query("\(name) is not null", for: token.field.scope.owner, now: Self.now)
        #expect(inside == outside, "\(name)")
      }
    }
  }

  @Test("Each alias and each case of a name is the token", arguments: QueryCatalogue.tokens.map(\.field))
  func aliases(field: QueryField) throws {
    let token = try #require(QueryCatalogue.token(of: field))
    let entity = field.scope.owner
    let expected = try Query("\(token.name) is null", for: entity, now: Self.now)
    for name in token.aliases + token.columns + [token.name.uppercased()] {
      #expect(try Query("\(name) is null", for: entity, now: Self.now) == expected, "\(name)")
    }
  }

  @Test(
    "Each known token without data says what it would need",
    arguments: QueryCatalogue.tokensWithoutData.flatMap(\.names))
  func withoutData(name: String) throws {
    let token = name.hasSuffix(".*") ? "\(name.dropLast(2)).anything" : name
    let error = try #require(
      #expect(throws: QueryError.self) { try Query("\(token): 1", for: .finding, now: Self.now) })
    #expect(error.problem.contains("holds no data for it: that needs"))
    #expect(error.position == 0 && error.length == token.count)
  }

  @Test(
    "Every token of the published lists is known",
    arguments: [
      "id externalFindingId title description type subType typeDetected connectionId connectionName connectionUuid",
      "sourceId sourceSeverity sourceScoreRange vendorFindingId vendorName vendorProductName vendorUrl product.vendorId",
      "product.version technologyCategory technologyName technologyVendor detectionMethod discoveryType instance port",
      "protocol applicationURL tags.name status severity criticality qds qvss isFound isIgnored isDisabled isMitigated",
      "mitigated.method detectionAge ttd ttr ruleName firstFoundDate lastFoundDate lastFixedDate reopenedDate",
      "ingestedDate cvePublishedDate patchReleasedDate control.id policyId policyName cveId qid epssScore",
      "cvss2BaseScore cvss2TemporalScore cvss2Criticality cvss3BaseScore cvss3TemporalScore cvss4BaseScore",
      "cvss4TemporalScore cvss4Criticality accessVector requiredPrivilege isExploitAvailable isPatchAvailable",
      "isQualysPatchable isRebootRequired nonRunningKernel owaspTopTenName wascInfoName riskFactor.rti",
      "riskFactor.trending threatIntel.hasNoPatch threatIntel.isWormable threatIntel.malwareName",
      "mitre.attack.tactic.id mitre.attack.tactic.name mitre.attack.technique.id mitre.attack.technique.name",
      "mitre.attack.subTechnique.id mitre.attack.subTechnique.name riskAcceptance.createdDate",
      "riskAcceptance.startDate riskAcceptance.endDate riskAcceptance.type riskAcceptance.reasonType",
      "riskAcceptance.ruleId truConfirm.isApplicable truConfirm.status truConfirm.statusDate customNumber1 customNumber5",
    ])
  func findingTokens(names: String) {
    for name in names.split(separator: " ") { #expect(Self.isKnown("finding.\(name)"), "\(name)") }
  }

  @Test(
    "Every token of hosts in the published lists is known",
    arguments: [
      "asset.name asset.criticalityScore asset.inventory.source asset.inventory.createdDate asset.riskFactor.name",
      "asset.compensatoryFactor.name asset.businessInfo.company asset.businessInfo.managedBy.username asset.tag.name",
      "asset.interface.address asset.interface.dnsAddress asset.interface.gatewayAddress asset.interface.hostname",
      "asset.interface.macAddress asset.interface.manufacturer asset.interface.name asset.interface.netmask",
      "cloud.provider connector.id connector.name connector.firstFoundDate connector.lastFoundDate",
      "customAttributes.connectorId customAttributes.key customAttributes.value operatingSystem.name",
      "operatingSystem.publisher operatingSystem.version operatingSystem.edition operatingSystem.update",
      "operatingSystem.marketVersion operatingSystem.category operatingSystem.category1 operatingSystem.category2",
      "operatingSystem.installDate operatingSystem.lifecycle.ga operatingSystem.lifecycle.detectionScore processor.name",
      "qualys.agent.version software.name software.lifecycle.eol missingSoftware.name container.id application.name",
      "apiEndpoint.url whoIs.name asset.assetID asset.totalMemory asset.hostID asset.lastLoggedOnUser asset.timezone",
      "asset.netbiosName asset.biosAssetTag asset.biosDescription asset.biosHardwareUUID asset.biosSerialNumber",
      "accounts.username assetCategory inventory.source asset.created asset.lastUpdated asset.lastBoot",
      "inventory.created inventory.lastUpdated asset.type asset.trackingMethod asset.domainRole asset.riskScore provider",
      "asset.isContainerHost isDockerHost asset.agentID asset.createdDate asset.lastUpdatedDate asset.lastInventoryDate",
      "vulnerabilities.vulnerability.title vulnerabilities.vulnerability.criticality vulnerabilities.typeDetected",
      "vulnerabilities.vulnerability.patchAvailable vulnerabilities.vulnerability.severity vulnerabilities.detectionScore",
      "openPorts.port operatingSystem hardware tags.name interfaces.address criticalityScore riskScore",
    ])
  func assetTokens(names: String) {
    for name in names.split(separator: " ") { #expect(Self.isKnown(String(name)), "\(name)") }
  }

  private static func isKnown(_ name: String) -> Bool {
    do {
      _ = try Query("\(name) is null", for: .asset, now: now)
      return true
    } catch {
      return error.problem.contains("is a known token")
    }
  }

  @Test("Lists can be sorted by everything that their rows show")
  func sorted() throws {
    let assets =
      DataModel.inventory.attributes.filter { $0.level == .asset }.map(\.name) + [
        "id", "truRiskScore", "scoreBand", "criticality", "internetExposed", "openFindings", "sources", "firstFoundOn",
      ]
    for name in assets {
      #expect(try QueryCatalogue.listField(name, for: .asset, use: .sort).name == name)
    }
    let findings =
      DataModel.inventory.attributes.filter { $0.level != .asset }.map(\.name) + [
        "id", "assetId", "assetName", "controlId", "qds", "severity", "posture", "status", "fixCause", "firstFoundOn",
        "lastFoundOn", "lastFixedOn", "reopenedOn", "ingestedOn", "vendorProductName",
      ]
    for name in findings {
      #expect(try QueryCatalogue.listField(name, for: .finding, use: .sort).name == name)
    }
  }

  @Test("A list is grouped by tokens and columns of its records and of their hosts, and by nothing else")
  func grouped() throws {
    #expect(try QueryCatalogue.listField("finding.severity", for: .finding, use: .group).field == .findingSeverity)
    #expect(try QueryCatalogue.listField("severity", for: .finding, use: .facet).field == .findingSeverity)
    #expect(try QueryCatalogue.listField("asset.tag.name", for: .finding, use: .facet).field == .tagName)
    #expect(try QueryCatalogue.listField("CLOUDREGION", for: .finding, use: .group).name == "cloud.region")
    #expect(try QueryCatalogue.listField("CLOUDREGION", for: .asset, use: .group).name == "cloudRegion")
    #expect(try QueryCatalogue.listField("asset.id", for: .finding, use: .group).name == "assetId")
    for use in QueryListUse.allCases {
      for entity in QueryEntity.allCases {
        let fields = QueryCatalogue.listFields(for: entity, use: use)
        #expect(Set(fields.map(\.name)).count == fields.count)
        for field in fields {
          #expect(try QueryCatalogue.listField(field.name, for: entity, use: use) == field, "\(field)")
        }
      }
    }
    for (name, use) in [
      ("finding.title", QueryListUse.sort), ("asset.fqdn", .group), ("finding.firstFoundDate", .facet),
    ] {
      let entity: QueryEntity = name == "finding.title" ? .asset : name.hasPrefix("asset") ? .asset : .finding
      let error = #expect(throws: QueryError.self) { try QueryCatalogue.listField(name, for: entity, use: use) }
      #expect(error?.expected != nil)
    }
    let error = #expect(throws: QueryError.self) { try QueryCatalogue.listField("severty", for: .finding, use: .sort) }
    #expect(error?.suggestion == "severity")
  }

  @Test(
    "A group's or facet's term finds its value", arguments: ["web", "a `b`", "\"x\" y", "it's", "a [b] (c), d", "`\"'"])
  func terms(value: String) throws {
    let query = try Query(QueryField.assetName.term(for: value), for: .asset, now: Self.now)
    guard case .test(let test, false)? = query.steps.first, case .text(let pattern) = test.comparison else {
      Issue.record("\(query.steps)")
      return
    }
    #expect(pattern.matches(value) && query.steps.count == 1)
    let none = try Query(QueryField.findingStatus.term(for: nil), for: .finding, now: Self.now)
    #expect(none == (try Query("finding.status is null", for: .finding, now: Self.now)))
  }
}
