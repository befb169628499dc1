import Foundation
package import IsthmusConnect
package import IsthmusCore

/// A profile of the file: what a run takes. Its schedule is checked here and kept for the server.
package struct ProfileConfiguration: Sendable {
  package let name: String
  package let isActive: Bool
  package let selection: FindingSelection
  /// nil: the connector's.
  package let map: TransformMap?

  private static let keys = [
    "name", "description", "status", "transformMap", "findings", "assetTypes", "schedule",
  ]

  /// One profile with the kind's defaults where the file names none.
  static func read(
    _ node: ConfigNode?, kind: KindDescriptor, maps: MapCatalog
  ) throws(ConfigurationError) -> [ProfileConfiguration] {
    guard let node, !node.isNull, try !node.elements.isEmpty else {
      return [ProfileConfiguration(name: "default", isActive: true, selection: kind.defaultSelection, map: nil)]
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

  private init(name: String, isActive: Bool, selection: FindingSelection, map: TransformMap?) {
    self.name = name
    self.isActive = isActive
    self.selection = selection
    self.map = map
  }

  private init(_ node: ConfigNode, kind: KindDescriptor, maps: MapCatalog) throws(ConfigurationError) {
    let members = try node.members(known: Self.keys)
    let name = try members.require("name").nonEmptyText
    _ = try members["description"]?.text
    let isActive = try members["status"]?.choice(["active", "inactive"]) != "inactive"
    let map = try maps.choice(members["transformMap"], for: kind)
    if let types = members["assetTypes"] {
      for type in try types.elements { _ = try type.choice(["host"]) }
    }
    if let schedule = members["schedule"] { try Self.checkSchedule(schedule) }
    self.init(
      name: name, isActive: isActive, selection: try Self.selection(members["findings"], kind.defaultSelection),
      map: map)
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

  private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  private static func checkSchedule(_ node: ConfigNode) throws(ConfigurationError) {
    let members = try node.members(known: ["every", "at", "weekdays", "timeZone", "start", "end", "once"])
    guard (members["every"] == nil) != (members["once"] == nil) else {
      throw node.failure("write either every (recurring) or once (a single time)")
    }
    if let every = members["every"] {
      let text = try every.text
      guard let unit = text.last, "hdwM".contains(unit), let count = Int(text.dropLast()), count > 0 else {
        throw every.failure("\"\(text)\" is not a number and a unit: 1h, 2d, 1w or 1M")
      }
    }
    if let at = members["at"] {
      let text = try at.text
      let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0..<24).contains(hour),
        (0..<60).contains(minute)
      else { throw at.failure("\"\(text)\" is not a time of day, such as 02:00") }
    }
    for day in try members["weekdays"]?.elements ?? [] { _ = try day.choice(weekdays) }
    if let zone = members["timeZone"] {
      let name = try zone.text
      if TimeZone(identifier: name) == nil { throw zone.failure("there is no time zone \"\(name)\"") }
    }
    for key in ["start", "end", "once"] {
      guard let date = members[key] else { continue }
      let text = try date.text
      if Timestamp(iso8601: text) == nil {
        throw date.failure("\"\(text)\" is neither a date nor a date and time, such as 2026-12-01T02:00")
      }
    }
  }
}
