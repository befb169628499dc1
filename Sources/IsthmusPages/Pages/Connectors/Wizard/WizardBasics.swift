import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusServer

/// Basic details: what the connector is called, what it brings, and how it reaches its source.
extension WizardFields {
  func basics(_ document: JSONValue, isNew: Bool) -> ItemForm.Group {
    var fields: [FormField] = []
    if isNew {
      fields.append(
        .text(
          "name", "Name", "What people and the log call it, for example Contoso production. It can't be changed later.",
          at: "/name", document["name"], isRequired: true))
      fields.append(
        .choice(
          "kind", "Kind", "What it connects to.", at: "/kind", document["kind"],
          kinds.descriptors.map { ($0.name, "\($0.vendorName) \($0.productName)") }))
    }
    fields += [
      .text(
        "description", "Description", "For people: what it brings, and who looks after it.", at: "/description",
        document["description"]),
      .checks(
        "findingTypes", "Finding types", "What it brings in; there is one type.", at: "/findingTypes",
        document["findingTypes"] ?? .array(Self.findingTypes.map(JSONValue.string)), among: Self.findingTypes,
        title: Shown.capitalized),
      .checks(
        "assetTypes", "Asset types", "What the findings are about; there is one type.", at: "/assetTypes",
        document["assetTypes"] ?? .array(Self.assetTypes.map(JSONValue.string)), among: Self.assetTypes,
        title: Shown.capitalized),
    ]
    return .init("Basic details", fields)
  }

  /// What everybody gives first; then one of the credentials; then what few need.
  func connection(_ document: JSONValue) -> [ItemForm.Group] {
    guard let kind = kind(of: document) else { return [] }
    let values = document["connection"]
    var first = ItemForm.Group("Connection", [])
    var credentials = ItemForm.Group("Credential: one of these", [])
    var others = ItemForm.Group("Where it is needed: groups, other clouds, a proxy", [])
    for setting in kind.settings {
      let field = field(setting, values?[setting.key])
      if setting.oneOf != nil {
        credentials.fields.append(field)
      } else if credentials.fields.isEmpty {
        first.fields.append(field)
      } else {
        others.fields.append(field)
      }
    }
    return [first, credentials, others].filter { !$0.fields.isEmpty }
  }

  private func field(_ setting: SettingDescriptor, _ value: JSONValue?) -> FormField {
    let (name, pointer) = ("set-\(setting.key)", "/connection/\(setting.key)")
    let title = ListColumns.title(setting.key)
    let need = setting.isRequired || setting.oneOf != nil ? "" : " May be left empty."
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

  func connected(_ request: PageRequest, _ before: JSONValue) -> JSONValue {
    var document = before
    if request.isChecked("kind") { document = document.with("kind", request.text("kind")) }
    document = document.with("description", request.optionalText("description"))
      .with("findingTypes", request.checks("findingTypes")).with("assetTypes", request.checks("assetTypes"))
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
}
