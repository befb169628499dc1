/// What all rows of a recommendation share on a day: as values, and as the bytes between the parts that differ.
struct AssessmentTemplate: Sendable {
  let recommendation: Recommendation
  let traits: RecommendationTraits
  let severity: RecommendationSeverity
  /// `properties.metadata`.
  let metadata: KQLValue
  /// The same with a description of its own, for the odd row that differs.
  let variantMetadata: KQLValue
  /// `properties.additionalData`; null for most.
  let additionalData: KQLValue

  /// The link to the portal up to the percent-encoded resource id.
  let linkBeginning: [UInt8]
  /// The assessment key, 36 bytes.
  let key: [UInt8]
  /// The display name as JSON text up to `"status":`.
  let displayName: [UInt8]
  /// `,"additionalData":…,"links":…` up to the percent-encoded resource id.
  let beforeLink: [UInt8]
  /// `properties.displayName`.
  let name: KQLValue
  /// From the link's end to the end of the row.
  let tail: [UInt8]
  let variantTail: [UInt8]

  init(
    of recommendation: Recommendation, index: Int, configuration: TenantConfiguration,
    severity: RecommendationSeverity, revision: Int
  ) {
    self.recommendation = recommendation
    self.severity = severity
    let seed = configuration.seed
    traits = RecommendationTraits(of: recommendation, index: index, seed: seed)
    let text = RecommendationText(
      of: recommendation, index: index, seed: seed, revision: revision, length: configuration.textBytes)
    name = .string(recommendation.name)
    metadata = Self.metadata(recommendation, traits, severity, text, description: text.description)
    variantMetadata =
      Self.mayVary(index)
      ? Self.metadata(
        recommendation, traits, severity, text, description: "Only on this resource: \(text.description)")
      : metadata
    additionalData = Self.additionalData(of: recommendation, index: index, seed: seed)
    key = Array(recommendation.key.utf8)
    linkBeginning = Array(Self.portalLink(key: recommendation.key).utf8)

    var displayName = Array("\"displayName\":".utf8)
    KQLValue.appendJSONString(recommendation.name, to: &displayName)
    displayName.append(contentsOf: ",\"status\":".utf8)
    self.displayName = displayName

    var beforeLink = Array(",\"additionalData\":".utf8)
    additionalData.appendJSON(to: &beforeLink)
    beforeLink.append(contentsOf: ",\"links\":{\"azurePortal\":\"".utf8)
    beforeLink.append(linkBeginning)
    self.beforeLink = beforeLink
    tail = Self.tail(metadata)
    variantTail = Self.mayVary(index) ? Self.tail(variantMetadata) : tail
  }

  /// Whether the odd row of the recommendation has a text of its own.
  static func mayVary(_ index: Int) -> Bool { index % 8 == 3 }

  /// As the service writes it, without a scheme.
  private static func portalLink(key: String) -> String {
    "portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/assessmentKey/\(key)/resourceId/"
  }

  private static func tail(_ metadata: KQLValue) -> [UInt8] {
    var bytes = Array("\"},\"metadata\":".utf8)
    metadata.appendJSON(to: &bytes)
    bytes.append(contentsOf: "},\"tags\":null,\"identity\":null,\"zones\":null,\"extendedLocation\":null}".utf8)
    return bytes
  }

  private static func metadata(
    _ recommendation: Recommendation, _ traits: RecommendationTraits, _ severity: RecommendationSeverity,
    _ text: RecommendationText, description: String
  ) -> KQLValue {
    func list(_ texts: [String]) -> KQLValue { .array(texts.map { .string($0) }) }
    var members: [(String, KQLValue)] = [
      ("displayName", .string(recommendation.policyName ?? recommendation.name)),
      ("assessmentType", .string("BuiltIn")),
    ]
    if let policy = recommendation.policyDefinition {
      let id = "/providers/Microsoft.Authorization/policyDefinitions/\(policy)"
      members.append(("policyDefinitionId", .string(id)))
    }
    members += [
      ("description", .string(description)),
      ("remediationDescription", .string(text.remediation)),
      ("categories", list([recommendation.category])),
      ("severity", .string(severity.rawValue)),
      ("userImpact", .string(traits.userImpact)),
      ("implementationEffort", .string(traits.implementationEffort)),
      ("threats", list(traits.threats)),
      ("tactics", list(traits.tactics)),
      ("techniques", list(traits.techniques)),
      ("preview", .bool(recommendation.isPreview)),
      ("publishDates", .object(KQLObject([("GA", .string(traits.published)), ("public", .string(traits.published))]))),
    ]
    if let category = recommendation.recommendationCategory {
      members.append(("recommendationCategory", .string(category)))
    }
    return .object(KQLObject(shared: KQLObject(members)))
  }

  private static func additionalData(of recommendation: Recommendation, index: Int, seed: UInt64) -> KQLValue {
    var dice = Dice(seed, .recommendation, index, 2)
    guard let package = recommendation.package else {
      return dice.chance(perThousand: 100) ? .object(KQLObject([])) : .null
    }
    let major = 1 + dice.below(9)
    let fixed = "\(major).\(dice.below(20)).\(1 + dice.below(9))"
    let cves = (0...dice.below(2)).map { _ -> String in
      let id = "CVE-\(2023 + dice.below(4))-\(10_000 + dice.below(40_000))"
      let severity = dice.pick(["Medium", "High", "Critical"])
      return #"{"CveId":"\#(id)","Severity":"\#(severity)","FixStatus":"FixAvailable","FixedVersion":"\#(fixed)"}"#
    }
    return .object(
      KQLObject([
        ("SoftwareName", .string(package.name)), ("SoftwareVendor", .string(package.vendor)),
        ("PackageType", .string(package.packageType)), ("ScannerName", .string("MdvmScanner")),
        ("MaxCvssScore", .string("\(5 + dice.below(5)).\(dice.below(10))")),
        ("DetectedSoftwareVersions", .string(#"["\#(major).0.\#(dice.below(10))"]"#)),
        ("FixedVersion", .string(fixed)), ("CvesDetails", .string("[\(cves.joined(separator: ","))]")),
      ]))
  }
}
