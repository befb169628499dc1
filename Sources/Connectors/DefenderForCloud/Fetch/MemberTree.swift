/// Members of rows that are asked for, each whole or some members of it.
enum MemberTree: Sendable, Hashable {
  case whole
  case members([Member])

  struct Member: Sendable, Hashable {
    var name: String
    var tree: MemberTree
  }

  /// - Parameter paths: Of members, from the row's own. One without names is the whole row.
  init(_ paths: [[String]]) {
    // Of paths within one another, the shorter one brings the longer one's value.
    let sorted = paths.sorted { $0.count < $1.count }
    self = sorted.reduce(.members([])) { tree, path in tree.adding(path[...]) }
  }

  private func adding(_ path: ArraySlice<String>) -> MemberTree {
    guard case .members(var members) = self else { return self }
    guard let name = path.first else { return .whole }
    let place = members.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
    let known = place.map { members[$0].tree } ?? .members([])
    let member = Member(name: name, tree: known.adding(path.dropFirst()))
    if let place { members[place] = member } else { members.append(member) }
    return .members(members)
  }

  subscript(name: String) -> MemberTree? {
    guard case .members(let members) = self else { return nil }
    return members.first { $0.name == name }?.tree
  }

  /// The tree without one of its members.
  func without(_ name: String) -> MemberTree {
    guard case .members(let members) = self else { return self }
    return .members(members.filter { $0.name != name })
  }

  /// An expression that makes what is asked for of `path`: its value, or an object of some of its members.
  func expression(of path: String) -> String {
    guard case .members(let members) = self else { return path }
    let parts = members.map { member in
      "\(Queries.literal(member.name)), \(member.tree.expression(of: Self.path(path, member.name)))"
    }
    return "bag_pack(\(parts.joined(separator: ", ")))"
  }

  /// A member's own path: names that are no words stand in brackets.
  static func path(_ parent: String, _ name: String) -> String {
    let isWord = !name.isEmpty && name.utf8.allSatisfy(isWordByte) && !(name.utf8.first.map(isDigit) ?? false)
    return isWord ? "\(parent).\(name)" : "\(parent)[\(Queries.literal(name))]"
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

/// The columns of rows, all that there are.
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language>
enum RowColumns {
  static let all: Set<String> = [
    "id", "name", "type", "tenantId", "kind", "location", "resourceGroup", "subscriptionId", "managedBy", "sku", "plan",
    "properties", "tags", "identity", "zones", "extendedLocation",
  ]

  /// Paths with a column that there is, since a query may not name another; of a column other than `properties` all is
  /// taken.
  static func paths(_ paths: [[String]]) -> [[String]] {
    paths.compactMap { path in
      guard let column = path.first, all.contains(column) else { return nil }
      return column == "properties" ? path : [column]
    }
  }
}
