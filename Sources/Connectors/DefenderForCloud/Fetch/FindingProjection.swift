import IsthmusConnect
import IsthmusCore

/// What is asked for of assessments in place of whole rows; what belongs to a recommendation is asked for once
/// (``Recommendations``).
struct FindingProjection: Sendable {
  /// What all rows of a recommendation have in common, as far as it is not seen to differ.
  static let common: [[String]] = [["name"], ["type"], ["properties", "displayName"], ["properties", "metadata"]]
  /// As one object, of each row.
  static let texts: String = {
    // By their name they are told apart.
    guard case .members(let members) = MemberTree(common).without("name") else { return "" }
    let parts = members.map { "\(Queries.literal($0.name)), \($0.tree.expression(of: $0.name))" }
    return "bag_pack(\(parts.joined(separator: ", ")))"
  }()
  /// Objects that are made anew of some members: where a row has something else there, the id of its resource is
  /// missing too, and it is rejected.
  private static let rebuilt: [[String]] = [["properties"], resource]
  private static let resource = ["properties", "resourceDetails"]
  private static let ids: [[String]] = [["id"], ["name"], ["subscriptionId"], resource + ["Id"], resource + ["id"]]

  private let tree: MemberTree

  /// - Returns: nil where whole rows are needed.
  init?(_ needs: RecordNeeds) {
    guard let read = needs.read else { return nil }
    let looked = needs.looked.filter { !Self.rebuilt.contains($0) }
    let paths = (read + looked).filter { path in !Self.common.contains { path.starts(with: $0) } }
    tree = MemberTree(RowColumns.paths(paths) + Self.ids)
    if tree["properties"] == .whole { return nil }
  }

  /// Columns other than `properties`.
  private var columns: [String] {
    guard case .members(let members) = tree else { return [] }
    return members.map(\.name).filter { $0 != "properties" }
  }

  private var properties: MemberTree { tree["properties"] ?? .members([]) }

  /// One row for each assessment.
  ///
  /// - Parameter rows: A query that gives whole ones.
  func projected(_ rows: String) -> String {
    let properties = "properties = \(properties.expression(of: "properties"))"
    return "\(rows) | project \((columns + [properties]).joined(separator: ", ")) | order by id asc"
  }

  // MARK: - Packed

  /// What stands between the id of a resource and the name in an assessment's id.
  static let infix = "/providers/Microsoft.Security/assessments/"
  /// Stands for the resource's id, percent-encoded, in a link to the portal; no URL has such characters.
  static let mark = "{resource}"
  private static let link = ["properties", "links", "azurePortal"]

  /// What an assessment's id begins with: the resource's; empty where the id is not made so.
  static let owner =
    "iff(id endswith_cs strcat('\(infix)', name), substring(id, 0, strlen(id) - strlen(name) - \(infix.utf8.count)), '')"

  /// One row for the assessments of each resource: `id` of the resource, `details` of it and `rows`, a list of lists.
  ///
  /// - Parameter rows: A query that gives whole ones.
  func packed(_ rows: String) -> String {
    // An id without an owner stands as it is.
    let element = (["iff(isempty(owner), id, '')", "name"] + layout.expressions).joined(separator: ", ")
    let details = properties["resourceDetails"] ?? .whole
    return """
      \(rows) | extend owner = \(Self.owner) \
      | extend details = tostring(\(details.expression(of: "properties.resourceDetails"))) \
      | summarize rows = make_list(pack_array(\(element))) by owner, subscriptionId, details \
      | project id = owner, subscriptionId, details, rows | order by id asc, subscriptionId asc, details asc
      """
  }

  /// How records are put together again from ``packed(_:)``.
  var layout: PackedLayout {
    var parts: [PackedLayout.Part] = []
    for column in columns where !["id", "name", "subscriptionId"].contains(column) {
      parts.append(.text(",\(JSONValue.string(column).text()):"))
      parts.append(.value(expression: column, isLink: false))
    }
    parts.append(.text(",\"properties\":{\"resourceDetails\":"))
    parts.append(.details)
    if case .members(let members) = properties.without("resourceDetails") {
      for member in members { add(member, of: ["properties"], isFirst: false, to: &parts) }
    }
    parts.append(.text("}"))
    return PackedLayout(parts)
  }

  private func add(
    _ member: MemberTree.Member, of parent: [String], isFirst: Bool, to parts: inout [PackedLayout.Part]
  ) {
    parts.append(.text("\(isFirst ? "" : ",")\(JSONValue.string(member.name).text()):"))
    let path = parent + [member.name]
    guard case .members(let members) = member.tree else {
      let plain = path.dropFirst().reduce(path[0]) { MemberTree.path($0, $1) }
      let isLink = path == Self.link
      return parts.append(.value(expression: isLink ? Self.shortened(plain) : plain, isLink: isLink))
    }
    parts.append(.text("{"))
    for (place, inner) in members.enumerated() { add(inner, of: path, isFirst: place == 0, to: &parts) }
    parts.append(.text("}"))
  }

  /// Half of an assessment is the link to it, which holds the resource's id.
  private static func shortened(_ link: String) -> String {
    let encoded = "replace_string(owner, '/', '%2F')"
    return "iff(isempty(owner), tostring(\(link)), replace_string(tostring(\(link)), \(encoded), '\(mark)'))"
  }
}

/// What stands in a record after `id`, `name` and `subscriptionId`, and where packed rows have it.
struct PackedLayout: Sendable {
  enum Part: Sendable {
    case text(String)
    /// What the resource's row has of `properties.resourceDetails`.
    case details
    /// The next value of the assessment's list; a link has a mark where the resource's id is.
    case value(expression: String, isLink: Bool)
  }

  enum Segment: Sendable {
    case text([UInt8])
    case details
    case value
    case link
  }

  private(set) var segments: [Segment] = []
  /// Of the values, in their order.
  private(set) var expressions: [String] = []

  fileprivate init(_ parts: [Part]) {
    for part in parts {
      switch part {
      case .text(let text):
        if case .text(let before)? = segments.last {
          segments[segments.count - 1] = .text(before + Array(text.utf8))
        } else {
          segments.append(.text(Array(text.utf8)))
        }
      case .details: segments.append(.details)
      case .value(let expression, let isLink):
        segments.append(isLink ? .link : .value)
        expressions.append(expression)
      }
    }
  }
}
