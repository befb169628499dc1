/// What a recommendation assesses.
enum AssessedKind: String, Sendable, CaseIterable {
  /// `vm` virtual machines, `arc` Arc machines, `machine` both.
  case vm, arc, machine
  case scaleset, subscription, storage, vault, kubernetes, registry, sql, database, cosmos, web, api, network, subnet
  case redis, cognitive, ml, iot, platform, devops, aws, gcp

  var isHost: Bool { self == .vm || self == .arc || self == .machine }
}

enum OperatingSystem: String, Sendable {
  case windows = "Windows"
  case linux = "Linux"
}

enum RecommendationSeverity: String, Sendable, CaseIterable {
  case low = "Low"
  case medium = "Medium"
  case high = "High"
}

/// A recommendation as it stands in the catalogue, the same on each day.
struct Recommendation: Sendable {
  /// The assessment key, a GUID in lower case; the row's `name`.
  let key: String
  let name: String
  let kind: AssessedKind
  let severity: RecommendationSeverity
  let category: String
  /// The only system it applies to.
  let system: OperatingSystem?
  /// `metadata.recommendationCategory`; many ordinary ones have none.
  let recommendationCategory: String?
  let isPreview: Bool
  let policyDefinition: String?
  let policyName: String?
  /// What an individual recommendation asks to be updated.
  let package: SoftwarePackage?

  /// A vulnerability rather than a misconfiguration.
  var isUpdate: Bool { recommendationCategory == "SoftwareUpdate" || recommendationCategory == "SystemUpdate" }
}

extension Recommendation {
  /// Reads a line of ``PublishedRecommendations``; a severity that is not known there is made by the seed.
  init?(line: Substring, seed: UInt64, index: Int) {
    let fields = line.drop { $0 == " " }.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 10, let kind = AssessedKind(rawValue: fields[1]) else { return nil }
    var dice = Dice(seed, .recommendation, index)
    let drawn = dice.pick([RecommendationSeverity.low, .low, .medium, .medium, .high])
    key = fields[0]
    name = fields[9]
    self.kind = kind
    severity = ["H": .high, "M": .medium, "L": .low][fields[2]] ?? drawn
    category = fields[3]
    system = ["W": .windows, "L": .linux][fields[4]]
    let stated = fields[5] == "-" ? nil : fields[5]
    recommendationCategory = stated ?? (dice.chance(perThousand: 600) ? "Unknown" : nil)
    isPreview = fields[6].contains("p")
    policyDefinition = fields[7] == "-" ? nil : fields[7]
    policyName = fields[8] == "-" ? nil : (fields[8] == "=" ? fields[9] : fields[8])
    package = nil
  }

  init(package: SoftwarePackage, key: String, severity: RecommendationSeverity) {
    self.key = key
    name = "Update \(package.name)"
    kind = .machine
    self.severity = severity
    category = "Compute"
    system = package.system
    recommendationCategory = "SoftwareUpdate"
    isPreview = false
    policyDefinition = nil
    policyName = nil
    self.package = package
  }
}
