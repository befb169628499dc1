import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusServer

/// The fields of each step, and what they make of a connector's document.
struct WizardFields: Sendable {
  let step: WizardStep
  let kinds: KindCatalog
  let snapshot: ConfigurationSnapshot

  private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
  private static let statuses = ["Healthy", "Unhealthy", "NotApplicable"]
  private static let categories = "SoftwareUpdate, SystemUpdate"

  private func kind(of document: JSONValue) -> KindDescriptor? {
    document["kind"]?.string.flatMap(kinds.kind(named:))?.descriptor ?? kinds.descriptors.first
  }

  // MARK: - Shown

  func groups(_ document: JSONValue, isNew: Bool) -> [ItemForm.Group] {
    switch step {
    case .connection: [basics(document, isNew: isNew)] + connection(document)
    case .map:
      [
        .init([
          .choice(
            "transformMap", "Transform map", "Maps of your own are made under Configuration, as copies of this one.",
            at: "/transformMap", document["transformMap"] ?? kind(of: document).map { .string($0.defaultMap.name) },
            maps(document))
        ])
      ]
    case .profile: profile(document["profiles"]?.array?.first ?? .object([]))
    case .scoring:
      [
        .init([
          .choice(
            "scoreMap", "Score map", "Score maps of your own are made under Configuration.", at: "/scoreMap",
            document["scoreMap"] ?? .string("default"), scoreMaps)
        ])
      ]
    case .rules:
      [
        .init([
          .checks(
            "rule", "Rules that are on", "The source's own key is always tried first and can't be turned off.",
            at: "/identificationRules", .array(rules(on: true, document).map(JSONValue.string)),
            among: allRules)
        ])
      ]
    case .model, .review: []
    }
  }

  private func basics(_ document: JSONValue, isNew: Bool) -> ItemForm.Group {
    var fields: [FormField] = []
    if isNew {
      fields.append(
        .text(
          "name", "Name", "What people and the log call it, for example Contoso production. It stays.", at: "/name",
          document["name"], isRequired: true))
      fields.append(
        .choice(
          "kind", "Kind", "What it connects to.", at: "/kind", document["kind"],
          kinds.descriptors.map { ($0.name, "\($0.vendorName) \($0.productName)") }))
    }
    fields.append(
      .text(
        "description", "Description", "For people: what it brings, and who looks after it.", at: "/description",
        document["description"]))
    return .init("Basic details", fields)
  }

  private func connection(_ document: JSONValue) -> [ItemForm.Group] {
    guard let kind = kind(of: document) else { return [] }
    let values = document["connection"]
    var groups: [ItemForm.Group] = [.init("Connection", [])]
    var credentials = ItemForm.Group("Credential: one of these", [])
    for setting in kind.settings {
      let field = field(setting, values?[setting.key])
      if setting.oneOf == nil { groups[0].fields.append(field) } else { credentials.fields.append(field) }
    }
    if !credentials.fields.isEmpty { groups.append(credentials) }
    return groups
  }

  private func field(_ setting: SettingDescriptor, _ value: JSONValue?) -> FormField {
    let (name, pointer) = ("set-\(setting.key)", "/connection/\(setting.key)")
    let title = ListColumns.title(setting.key)
    let need = setting.isRequired ? "" : " May be left empty."
    let help = "\(setting.description).\(need)"
    switch setting.form {
    case .secret where setting.inspect != nil:
      return .lines(name, title, help + kept(value), at: pointer, nil)
    case .secret: return .secret(name, title, help + kept(value), at: pointer)
    case .secretFile:
      return .text(name, title, "\(help) The file's path on the server.", at: pointer, value?["file"])
    case .choice(let choices):
      let none = setting.isRequired ? [] : [("", "(as usual)")]
      return .choice(name, title, help, at: pointer, value, none + choices.map { ($0, $0) })
    case .list, .listOrAll:
      let shown = value?.array == nil ? value.map { .array([$0]) } : value
      return .lines(name, title, "\(help) One on each line.", at: pointer, shown)
    case .text, .url, .guid, .path: return .text(name, title, help, at: pointer, value)
    }
  }

  /// What is known of a secret that is not shown.
  private func kept(_ value: JSONValue?) -> String {
    if value?["stored"] == .bool(true) { return " One is stored; leave this empty to keep it." }
    if let variable = value?["env"]?.string { return " It is taken from the variable \(variable) now." }
    if let file = value?["file"]?.string { return " It is taken from the file \(file) now." }
    return ""
  }

  private func maps(_ document: JSONValue) -> [(value: String, title: String)] {
    snapshot.maps.entries.map { ($0.name, $0.origin == .builtIn ? "\($0.name) (built in)" : $0.name) }
  }

  private var scoreMaps: [(value: String, title: String)] {
    let own = snapshot.items(of: .scoreMap).map(\.key.name).filter { $0 != "default" }
    return [("default", "default (built in)")] + own.map { ($0, $0) }
  }

  private func profile(_ profile: JSONValue) -> [ItemForm.Group] {
    let schedule = profile["schedule"]
    let how = schedule == nil || schedule == .null ? "person" : schedule?["once"] == nil ? "every" : "once"
    return [
      .init(
        "Profile",
        [
          .text(
            "profile", "Name", "For example nightly.", at: "/profiles/0/name", profile["name"] ?? .string("nightly"),
            isRequired: true),
          .text("about", "Description", "For people.", at: "/profiles/0/description", profile["description"]),
          .choice(
            "status", "Status", "An inactive profile never starts by itself.", at: "/profiles/0/status",
            profile["status"] ?? .string("active"), [("active", "active"), ("inactive", "inactive")]),
        ]),
      .init(
        "What a run takes in",
        [
          .checks(
            "statuses", "Findings that are", "What does not apply is left out unless you choose it.",
            at: "/profiles/0/findings/statuses",
            profile["findings"]?["statuses"] ?? .array([.string("Healthy"), .string("Unhealthy")]),
            among: Self.statuses),
          .text(
            "exclude", "Categories to leave out",
            "Divided by commas. Updates are vulnerabilities rather than misconfigurations: \(Self.categories).",
            at: "/profiles/0/findings/categories",
            .string(Shown.text(profile["findings"]?["categories"]?["exclude"] ?? .string(Self.categories)))),
        ]),
      .init(
        "When",
        [
          .choice(
            "how", "Runs begin", "A time that was missed while the server was down runs once.",
            at: "/profiles/0/schedule",
            .string(how),
            [
              ("person", "when a person starts one"), ("every", "again and again"),
              ("once", "once, at a date and time"),
            ]),
          .text(
            "every", "Again after", "A number and h, d, w or M: 6h, 1d, 2w, 1M.", at: "/profiles/0/schedule/every",
            schedule?["every"] ?? .string("1d")),
          .text(
            "at", "Time of day", "For days, weeks and months: 02:00.", at: "/profiles/0/schedule/at",
            schedule?["at"] ?? .string("02:00")),
          .checks(
            "weekday", "Only on", "None chosen: any day.", at: "/profiles/0/schedule/weekdays", schedule?["weekdays"],
            among: Self.weekdays),
          .text(
            "timeZone", "Time zone", "An IANA name, as in Europe/Berlin; empty is UTC.",
            at: "/profiles/0/schedule/timeZone", schedule?["timeZone"]),
          .text(
            "start", "From", "A date, or a date and time: 2026-12-01.", at: "/profiles/0/schedule/start",
            schedule?["start"]),
          .text("end", "Until", "A date; empty is without end.", at: "/profiles/0/schedule/end", schedule?["end"]),
          .text(
            "once", "Once at", "Where it is to run once: 2026-12-01T02:00.", at: "/profiles/0/schedule/once",
            schedule?["once"]),
        ]),
    ]
  }

  // MARK: - Identification rules

  /// Those with a toggle, in their order.
  private var allRules: [String] {
    let document = snapshot.items[PageRoutes.identification]?.document
    let own = (document?["identificationRules"]?.array ?? []).compactMap { $0["name"]?.string }
    return IdentificationRule.standard.filter(\.canBeTurnedOff).map(\.name) + own
  }

  func rules(on: Bool, _ document: JSONValue) -> [String] {
    let off = document["identificationRules"]?["disabled"]?.array?.compactMap(\.string) ?? []
    return allRules.filter { off.contains($0) != on }
  }

  // MARK: - Sent

  /// The document with what was typed in this step; the rest of it stays.
  func document(_ request: PageRequest, _ before: JSONValue) -> JSONValue {
    switch step {
    case .connection: connected(request, before)
    case .map: before.with("transformMap", request.text("transformMap"))
    case .scoring: before.with("scoreMap", request.text("scoreMap"))
    case .rules:
      before.with(
        "identificationRules",
        .object([
          "disabled": .array(allRules.filter { !request.fields("rule").contains($0) }.map(JSONValue.string))
        ]))
    case .profile: profiled(request, before)
    case .model, .review: before
    }
  }

  private func connected(_ request: PageRequest, _ before: JSONValue) -> JSONValue {
    var document = before
    if request.isChecked("kind") { document = document.with("kind", request.text("kind")) }
    document =
      request.field("description").isEmpty
      ? document.without("description") : document.with("description", request.text("description"))
    var members: [JSONValue.Member] = []
    for setting in kind(of: document)?.settings ?? [] {
      if let value = value(of: setting, request, before["connection"]?[setting.key]) {
        members.append(.init(setting.key, value))
      }
    }
    return document.with("connection", .object(members))
  }

  /// nil where it is left empty.
  private func value(of setting: SettingDescriptor, _ request: PageRequest, _ before: JSONValue?) -> JSONValue? {
    let text = request.field("set-\(setting.key)").trimmed
    switch setting.form {
    case .secret: return text.isEmpty ? before : .string(text)
    case .secretFile: return text.isEmpty ? nil : .object(["file": .string(text)])
    case .list, .listOrAll:
      let lines = request.lines("set-\(setting.key)")
      guard let all = lines.array, !all.isEmpty else { return nil }
      return all == [.string("all")] ? .string("all") : lines
    case .text, .url, .guid, .path, .choice: return text.isEmpty ? nil : .string(text)
    }
  }

  private func profiled(_ request: PageRequest, _ before: JSONValue) -> JSONValue {
    var profiles = before["profiles"]?.array ?? []
    var profile = profiles.first ?? .object([])
    profile = profile.with("name", request.text("profile")).with("status", request.text("status"))
    profile =
      request.field("about").isEmpty
      ? profile.without("description") : profile.with("description", request.text("about"))
    let excluded = request.field("exclude").split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
    let categories = JSONValue.object(["exclude": .array(excluded.map(JSONValue.string))])
    let findings = (profile["findings"] ?? .object([])).with("statuses", request.checks("statuses"))
    profile = profile.with("findings", findings.with("categories", categories))
    let schedule = schedule(request)
    profile = schedule == .null ? profile.without("schedule") : profile.with("schedule", schedule)
    if profiles.isEmpty { profiles = [profile] } else { profiles[0] = profile }
    return before.with("profiles", .array(profiles))
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
