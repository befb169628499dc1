import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusServer

/// One profile of a connector as the form has it: when and what a run brings.
struct ProfileFields: Sendable {
  private let fields: WizardFields
  private let connector: JSONValue
  private let profiles: [JSONValue]
  /// Which one; there are as many for one that is to be made.
  private let index: Int

  private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
  private static let statuses = ["Healthy", "Unhealthy", "NotApplicable"]
  private static let categories = "SoftwareUpdate, SystemUpdate"

  init(_ fields: WizardFields, _ connector: JSONValue) {
    self.fields = fields
    self.connector = connector
    profiles = connector["profiles"]?.array ?? []
    index = fields.profile
  }

  private var isNew: Bool { index >= profiles.count }
  private var profile: JSONValue { isNew ? .object([]) : profiles[index] }
  private var place: String { "/profiles/\(index)" }

  // MARK: - Shown

  var groups: [ItemForm.Group] { [basics, taken] + schedule + [further] }

  private var basics: ItemForm.Group {
    let isFirst = isNew && profiles.isEmpty
    let own = fields.transformMap(connector)
    return .init(
      isNew && !isFirst ? "New profile" : "Profile",
      [
        .text(
          "profile", "Name", "For example nightly; each profile of the connector has another one.", at: "\(place)/name",
          profile["name"] ?? (isFirst ? .string("nightly") : nil), isRequired: true),
        .text("about", "Description", "For people.", at: "\(place)/description", profile["description"]),
        .choice(
          "map", "Transform map", "How this profile's records are mapped.", at: "\(place)/transformMap",
          profile["transformMap"], [("", "the connector's: \(own)")] + fields.transformMaps(connector)),
        .choice(
          "status", "Status", "Active or inactive. An inactive profile never starts by itself.", at: "\(place)/status",
          profile["status"] ?? .string("active"), [("active", "Active"), ("inactive", "Inactive")]),
      ])
  }

  private var taken: ItemForm.Group {
    let findings = profile["findings"]
    return .init(
      "What a run takes in",
      [
        .checks(
          "statuses", "Findings that are",
          "Healthy becomes PASS, Unhealthy FAIL. What does not apply is left out unless you choose it.",
          at: "\(place)/findings/statuses",
          findings?["statuses"] ?? .array([.string("Healthy"), .string("Unhealthy")]),
          among: Self.statuses),
        .text(
          "exclude", "Categories to leave out",
          "Divided by commas; empty for none. Updates are vulnerabilities rather than misconfigurations: \(Self.categories).",
          at: "\(place)/findings/categories",
          .string(Shown.text(findings?["categories"]?["exclude"] ?? .string(Self.categories)))),
        .checks(
          "assetTypes", "Asset types", "Whose findings are taken in; there is one type.", at: "\(place)/assetTypes",
          profile["assetTypes"] ?? .array(WizardFields.assetTypes.map(JSONValue.string)),
          among: WizardFields.assetTypes, title: Shown.capitalized),
      ])
  }

  private var schedule: [ItemForm.Group] {
    let schedule = profile["schedule"]
    let how =
      schedule == nil || schedule == .null ? (isNew ? "every" : "person") : schedule?["once"] == nil ? "every" : "once"
    let at = "\(place)/schedule"
    return [
      .init(
        "Schedule",
        [
          .choice(
            "how", "Runs begin", "A time that was missed while the server was down runs once.", at: at, .string(how),
            [
              ("person", "when a person starts one"), ("every", "again and again: recurring"),
              ("once", "once: a single occurrence"),
            ]),
          .text(
            "timeZone", "Time zone", "Of all times below. An IANA name, as in Europe/Berlin; empty is UTC.",
            at: "\(at)/timeZone", schedule?["timeZone"]),
        ]),
      .init(
        "Recurring",
        [
          .text(
            "every", "Again after", "A number and h, d, w or M: 6h, 1d, 2w, 1M.", at: "\(at)/every",
            schedule?["every"] ?? .string("1d")),
          .moment(
            "at", "Time of day", "For days, weeks and months, for example 02:00.", at: "\(at)/at",
            schedule?["at"] ?? .string("02:00"), empty: "time"),
          .checks(
            "weekday", "Only on", "None chosen: any day.", at: "\(at)/weekdays", schedule?["weekdays"],
            among: Self.weekdays, title: Shown.capitalized),
          .moment(
            "start", "Start", "Not before this date and time; empty is from now on.", at: "\(at)/start",
            schedule?["start"], empty: "datetime-local"),
          .moment(
            "end", "End", "Not after it; empty is without end.", at: "\(at)/end", schedule?["end"],
            empty: "datetime-local"),
        ]),
      .init(
        "Single occurrence",
        [
          .moment(
            "once", "Date and time", "When it is to run, once.", at: "\(at)/once", schedule?["once"],
            empty: "datetime-local")
        ]),
    ]
  }

  private var further: ItemForm.Group {
    .init(
      "How it runs",
      [
        .choice(
          "mode", "Mode",
          "Full runs alone see what was deleted. A delta run brings what changed since the last good one.",
          at: "\(place)/mode", profile["mode"] ?? .string("full"),
          [("full", "full: everything, each time"), ("delta", "delta: changes, with full runs between")]),
        .text(
          "fullEvery", "A full run every … runs", "For delta only, 1 to 1000; empty is 7.", at: "\(place)/fullEvery",
          profile["fullEvery"]),
        .choice(
          "fetch", "How it asks",
          "Packed asks least of Azure; what Azure does not give so, or what does not add up, is asked for less densely.",
          at: "\(place)/fetch", profile["fetch"] ?? .string("packed"),
          [
            ("packed", "packed: the findings of a host in one row"),
            ("projected", "projected: of each record what the map reads"), ("whole", "whole: records as they are"),
          ]),
        .flag(
          "keepPages", "Keep what the source said", "So that a run can be replayed, and maps tried on its records.",
          at: "\(place)/keepPages", profile["keepPages"]),
      ])
  }

  // MARK: - Sent

  /// The connector's document with the profile as it was typed.
  func document(_ request: PageRequest) -> JSONValue {
    var findings = (profile["findings"] ?? .object([])).with("statuses", request.checks("statuses"))
    let excluded = request.field("exclude").split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
    findings = findings.with("categories", .object(["exclude": .array(excluded.map(JSONValue.string))]))
    let isDelta = request.field("mode") == "delta"
    let typed = profile.with("name", .string(request.field("profile").trimmed))
      .with("description", request.optionalText("about")).with("transformMap", request.optionalText("map"))
      .with("status", request.text("status")).with("findings", findings)
      .with("assetTypes", request.checks("assetTypes")).with("schedule", schedule(request))
      .with("mode", isDelta ? .string("delta") : .null)
      .with("fullEvery", isDelta ? request.number("fullEvery") : .null)
      .with("fetch", request.field("fetch") == "packed" ? .null : request.optionalText("fetch"))
      .with("keepPages", request.isChecked("keepPages") ? .bool(true) : .null)
    var all = profiles
    if isNew { all.append(typed) } else { all[index] = typed }
    return connector.with("profiles", .array(all))
  }

  /// - Throws: ``Problem`` if it is the only one.
  func removed() throws(Problem) -> JSONValue {
    guard !isNew, profiles.count > 1 else {
      throw Problem(.invalid, "It is the only profile of the connector, which needs one. Make another one first.")
    }
    var all = profiles
    all.remove(at: index)
    return connector.with("profiles", .array(all))
  }

  private func schedule(_ request: PageRequest) -> JSONValue {
    var members: [JSONValue.Member] = []
    func add(_ names: [String]) {
      for name in names where !request.field(name).trimmed.isEmpty {
        members.append(.init(name, .string(request.field(name).trimmed)))
      }
    }
    switch request.field("how") {
    case "once": add(["once", "timeZone"])
    case "every":
      // A time of day goes with days and longer alone.
      add(request.field("every").trimmed.hasSuffix("h") ? ["every"] : ["every", "at"])
      if !request.fields("weekday").isEmpty { members.append(.init("weekdays", request.checks("weekday"))) }
      add(["timeZone", "start", "end"])
    default: return .null
    }
    return .object(members)
  }
}
