package import IsthmusConnect
package import IsthmusCore

/// A profile of the file: what a run takes, and when the server starts one.
package struct ProfileConfiguration: Sendable {
  package let name: String
  package let isActive: Bool
  package let selection: FindingSelection
  /// nil: the connector's.
  package let map: TransformMap?
  /// nil: it runs only when a person starts it.
  package let schedule: Schedule?
  /// Whether what the source says to its runs is kept.
  package var keepsPages = false
  /// How densely its runs ask for records, where the source gives them so.
  package var fetch = FetchForm.packed
  /// Whether its runs bring changes alone, where they can; nil: they list everything.
  package var fullEvery: Int?

  private static let keys = [
    "name", "description", "status", "transformMap", "findings", "assetTypes", "schedule", "keepPages", "mode",
    "fullEvery", "fetch",
  ]

  /// A nightly profile lists everything once a week.
  private static let standardFullEvery = 7

  /// One profile with the kind's defaults where the file names none.
  static func read(
    _ node: ConfigNode?, kind: KindDescriptor, maps: MapCatalog
  ) throws(ConfigurationError) -> [ProfileConfiguration] {
    guard let node, !node.isNull, try !node.elements.isEmpty else {
      let selection = kind.defaultSelection
      return [ProfileConfiguration(name: "default", isActive: true, selection: selection, map: nil, schedule: nil)]
    }
    var profiles: [ProfileConfiguration] = []
    for element in try node.elements {
      let profile = try ProfileConfiguration(element, kind: kind, maps: maps)
      if profiles.contains(where: { $0.name == profile.name }) {
        throw element.failure("a profile named \"\(profile.name)\" stands above already")
      }
      profiles.append(profile)
    }
    return profiles
  }

  private init(name: String, isActive: Bool, selection: FindingSelection, map: TransformMap?, schedule: Schedule?) {
    self.name = name
    self.isActive = isActive
    self.selection = selection
    self.map = map
    self.schedule = schedule
  }

  private init(_ node: ConfigNode, kind: KindDescriptor, maps: MapCatalog) throws(ConfigurationError) {
    let members = try node.members(known: Self.keys)
    let name = try members.require("name").nonEmptyText
    _ = try members["description"]?.text
    let isActive = try members["status"]?.choice(["active", "inactive"]) != "inactive"
    let map = try maps.choice(members["transformMap"], for: kind)
    if let types = members["assetTypes"] {
      for type in try types.elements { _ = try type.choice(["host"]) }
      if try types.elements.isEmpty { throw types.failure("the list is empty: the profile would take nothing") }
    }
    let schedule = try members["schedule"].map { node throws(ConfigurationError) in try Schedule.read(node) }
    self.init(
      name: name, isActive: isActive, selection: try Self.selection(members["findings"], kind.defaultSelection),
      map: map, schedule: schedule)
    let isDelta = try members["mode"]?.choice(["full", "delta"]) == "delta"
    if let number = members["fullEvery"], !isDelta {
      throw number.failure("it goes with mode: delta")
    }
    fullEvery = isDelta ? try members["fullEvery"]?.integer(1...1000) ?? Self.standardFullEvery : nil
    keepsPages = try members["keepPages"]?.flag ?? false
    let forms = FetchForm.allCases.map(\.rawValue)
    if let form = try members["fetch"]?.choice(forms) { fetch = FetchForm(rawValue: form) ?? .packed }
  }

  private static func selection(
    _ node: ConfigNode?, _ standard: FindingSelection
  ) throws(ConfigurationError) -> FindingSelection {
    guard let node else { return standard }
    let members = try node.members(known: ["statuses", "categories"])
    var statuses = standard.statuses
    if let list = members["statuses"] {
      statuses = Set(try list.texts)
      if statuses.isEmpty { throw list.failure("the list is empty: the profile would take nothing") }
    }
    var excluded = standard.excludedCategories
    if let categories = members["categories"], let list = try categories.members(known: ["exclude"])["exclude"] {
      excluded = Set(try list.texts)
    }
    return FindingSelection(statuses: statuses, excludedCategories: excluded)
  }
}
