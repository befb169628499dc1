/// A resource that `securityresources` has rows about, or a single row of another type.
struct AssessedResource: Sendable {
  enum Kind: Sendable {
    case host(slot: Int)
    /// Index into ``Estate/resources``.
    case estate(Int)
    /// A row of another type than assessments; index into ``SecurityResourcesTable/objects``.
    case object(Int)
  }

  let kind: Kind
  let subscription: Int
  /// As this table writes it, perhaps in another case than `resources` does.
  let id: String
  /// Lower case, empty outside any group.
  let resourceGroup: String
  /// Random bits of the resource, the same on each day.
  let bits: UInt64
  /// The day of its first assessments.
  let birth: Int
  let system: OperatingSystem?
  /// Percentage by which it fails more or less than others.
  let neglect: Int
  let isExposed: Bool

  private static let marker = "/providers/Microsoft.Security/assessments/"

  /// What the ids of all its rows begin with. Rows sort by it: no two such texts are prefixes of each other.
  var rowPrefix: String {
    if case .object = kind { id } else { id + Self.marker }
  }

  /// Takes a row's id in lower case apart into the assessed resource's id and the assessment key.
  static func split(rowID: String) -> (resource: Substring, key: String)? {
    guard let range = rowID.ranges(of: marker.lowercased()).last else { return nil }
    return (rowID[..<range.lowerBound], String(rowID[range.upperBound...]))
  }

  /// `properties.resourceDetails`: most writers use capital keys, some do not.
  func details(type: String) -> KQLValue {
    let name = id.split(separator: "/").last.map(String.init) ?? ""
    let parts = type.split(separator: "/", maxSplits: 1).map(String.init)
    let provider = parts.first ?? ""
    let shownType = bits & 7 == 3 ? type.lowercased() : type
    let source = isOfOtherCloud ?? "Azure"
    if bits >> 8 & 7 == 1 {
      return .object(
        KQLObject(
          keys: Self.lowKeys,
          values: [.string(id), .string(source), .string(name), .string(shownType), .string(provider)]))
    }
    return .object(
      KQLObject(
        keys: Self.capitalKeys,
        values: [
          .string(source), .string(id), .string(id), .string(name), .string(shownType), .string(provider),
          .string(id),
        ]))
  }

  // Shared by all resources, of which there are many.
  private static let lowKeys = ["id", "source", "ResourceName", "ResourceType", "ResourceProvider"]
  private static let capitalKeys = [
    "Source", "Id", "NativeResourceId", "ResourceName", "ResourceType", "ResourceProvider", "ResourceId",
  ]

  private var isOfOtherCloud: String? {
    if id.contains("/securityentitydata/aws-") { return "Aws" }
    if id.contains("/securityentitydata/gcp-") { return "Gcp" }
    if id.contains("/devops/") { return "AzureDevOps" }
    return nil
  }
}
