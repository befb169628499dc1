import IsthmusConfiguration
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// The rules by which records are one host: their order, who uses them, own ones, and whose values are trusted.
struct IdentificationPage: Sendable {
  struct Connector: Sendable {
    let name: String
    /// Says that the form has its boxes.
    let field: String
  }

  /// Whether a connector uses a rule.
  struct Cell: Sendable {
    let field: String
    let title: String
    let isOn: Bool
  }

  struct Rule: Sendable {
    let name: String
    let place: Int
    let attributes: String
    let isOwn: Bool
    /// The native key is always first, and on.
    let isFixed: Bool
    let cells: [Cell]
  }

  let rules: [Rule]
  let connectors: [Connector]
  let attributes: [String]
  let trust: String
  let newName: String
  let newAttributes: String
  let tag: String
  let canChange: Bool
  let problem: String
  let effects: [String]
  let isPreview: Bool
}

extension IdentificationPage {
  /// All rules, in the order in which they are tried.
  static func rules(_ snapshot: ConfigurationSnapshot) -> [IdentificationRule] { IdentificationForm(snapshot).rules }
}

/// What the page's form says.
private struct IdentificationForm: Sendable {
  var settings: IdentificationSettings
  /// By connector, drafts left out.
  var disabled: [String: Set<String>]
  var newName = ""
  var newAttributes = ""
  /// Whether the last own rule was just typed, and is shown where it was typed.
  var hasNew: Bool { !newName.isEmpty || !newAttributes.isEmpty }

  init(_ snapshot: ConfigurationSnapshot) {
    let document = snapshot.items[PageRoutes.identification]?.document ?? .object([])
    func texts(_ value: JSONValue?) -> [String] { value?.array?.compactMap(\.string) ?? [] }
    settings = IdentificationSettings(
      own: (document["identificationRules"]?.array ?? []).map {
        IdentificationRule(name: Shown.text($0["name"]), attributes: texts($0["attributes"]))
      }, order: document["identificationOrder"].map { texts($0) }, trust: texts(document["sourceTrust"]?["order"]))
    disabled = Dictionary(
      snapshot.items(of: .connector).filter { !$0.isDraft }.map { connector in
        (connector.key.name, Set(texts(connector.document["identificationRules"]?["disabled"])))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// In the order in which they are tried; one that the order does not name yet stands at its end.
  var rules: [IdentificationRule] {
    let all = IdentificationRule.standard + settings.own
    guard let order = settings.order else { return all }
    let places = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    return all.enumerated().sorted { a, b in
      (places[a.element.name] ?? order.count, a.offset) < (places[b.element.name] ?? order.count, b.offset)
    }.map(\.element)
  }

  /// As it was typed, over what is stored.
  mutating func read(_ request: PageRequest) {
    newName = request.field("new-name").trimmed
    newAttributes = request.field("new-attributes").trimmed
    var own = settings.own.filter { !request.isChecked("remove-\($0.name)") }.map { rule in
      let typed = Self.names(request.field("attributes-\(rule.name)"))
      return IdentificationRule(name: rule.name, attributes: typed.isEmpty ? rule.attributes : typed)
    }
    if hasNew {
      own.append(IdentificationRule(name: newName, attributes: Self.names(newAttributes)))
    }
    let kept = rules
    settings.own = own
    let all = IdentificationRule.standard + own
    let before = Dictionary(kept.enumerated().map { ($1.name, $0 + 1) }, uniquingKeysWith: { first, _ in first })
    /// The place; of two with the same one, the one that was moved up to it goes first, and one moved down last.
    func place(_ rule: IdentificationRule) -> (Int, Int) {
      let known = before[rule.name] ?? Int.max
      let typed = rule == .nativeKey ? 0 : Int(request.field("place-\(rule.name)").trimmed) ?? known
      return (typed, typed < known ? 0 : typed == known ? 1 : 2)
    }
    let sorted = all.enumerated().sorted { a, b in
      let (first, second) = (place(a.element), place(b.element))
      return (first.0, first.1, a.offset) < (second.0, second.1, b.offset)
    }.map(\.element.name)
    // The usual order is not written down: rules of later versions take their places in it.
    settings.order = sorted == all.map(\.name) ? nil : sorted
    settings.trust = request.field("trust").split(whereSeparator: \.isNewline).map { String($0).trimmed }
      .filter { !$0.isEmpty }
    // One that was made meanwhile has no boxes in the form, and stays as it is.
    for connector in disabled.keys where request.isChecked("connector-\(connector)") {
      let shown = kept.filter(\.canBeTurnedOff).map(\.name)
      let off = shown.filter { !request.isChecked("on-\($0)-\(connector)") }
      disabled[connector] = Set(off).intersection(all.map(\.name))
    }
  }

  private static func names(_ text: String) -> [String] {
    text.split { $0 == "," || $0.isWhitespace }.map(String.init)
  }

  /// The changed items.
  func items(over snapshot: ConfigurationSnapshot) -> [ConfigurationItem.Key: ConfigurationItem] {
    func list(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
    var items = snapshot.items
    let before = items[PageRoutes.identification]?.document ?? .object([])
    let own = settings.own.map { JSONValue.object(["name": .string($0.name), "attributes": list($0.attributes)]) }
    let trust = (before["sourceTrust"] ?? .object([])).with("order", list(settings.trust))
    let document = before.with("identificationRules", .array(own))
      .with("identificationOrder", settings.order.map(list) ?? .null).with("sourceTrust", trust)
    items[PageRoutes.identification] = ConfigurationItem(single: .identification, document)
    for (name, rules) in disabled {
      let key = ConfigurationItem.Key(.connector, name)
      guard let connector = items[key] else { continue }
      let known = Set((connector.document["identificationRules"]?["disabled"]?.array ?? []).compactMap(\.string))
      if known == rules { continue }
      let changed = connector.document.with("identificationRules", .object(["disabled": list(rules.sorted())]))
      items[key] = ConfigurationItem(.connector, name, changed, isDraft: connector.isDraft)
    }
    return items
  }
}

extension PageRoutes {
  static let identification = ConfigurationItem.Key(
    .identification, ConfigurationItem.Kind.identification.rawValue)
  private static let identificationPath = "/configuration/identification"

  static let identificationRoutes: [PageRoute] = [
    PageRoute(.get, identificationPath, .role(.viewer)) { request, context in
      let snapshot = try await context.services.configuration.snapshot()
      let effects = request.value("saved") == nil ? [] : ["Saved."]
      return page(IdentificationForm(snapshot), request, context, tag: tag(snapshot, context), effects: effects)
    },
    PageRoute(.post, identificationPath, .role(.admin)) { request, context in
      let snapshot = try await context.services.configuration.snapshot()
      var form = IdentificationForm(snapshot)
      form.read(request)
      let isPreview = request.field("act") == "preview"
      let tag = request.field("tag")
      let typed = form
      do {
        let change = ItemChange(by: try request.signedIn, ifMatch: "\"\(tag)\"", context.services)
        let outcome = try await change.change(identification, isPreview: isPreview) { typed.items(over: $0) }
        if !isPreview { return .see("\(identificationPath)?saved") }
        var effects = ["\(Shown.hosts(outcome.inventory.identified)) would be identified anew."]
        if !outcome.deferred.isEmpty {
          effects.append("A run is on; it follows at the next run of: \(outcome.deferred.joined(separator: ", ")).")
        }
        return page(form, request, context, tag: tag, effects: effects, isPreview: true)
      } catch {
        let problem = try FormProblem(error, of: identification)
        return page(form, request, context, tag: tag, problem: problem.summary)
      }
    },
  ]

  private static func tag(_ snapshot: ConfigurationSnapshot, _ context: PageContext) -> String {
    snapshot.items[identification]?.tag(seed: context.services.store.seed) ?? ""
  }

  private static func page(
    _ form: IdentificationForm, _ request: PageRequest, _ context: PageContext, tag: String, effects: [String] = [],
    isPreview: Bool = false, problem: String = ""
  ) -> PageAnswer {
    let connectors = form.disabled.keys.sorted()
    var listed = form
    if form.hasNew { listed.settings.own.removeLast() }
    let shown = listed.rules
    let rules = shown.enumerated().map { index, rule in
      IdentificationPage.Rule(
        name: rule.name, place: index + 1, attributes: rule.attributes.joined(separator: ", "),
        isOwn: form.settings.own.contains { $0.name == rule.name }, isFixed: !rule.canBeTurnedOff,
        cells: connectors.map { name in
          .init(
            field: "on-\(rule.name)-\(name)", title: "\(name) uses \(rule.name)",
            isOn: !(form.disabled[name]?.contains(rule.name) ?? false))
        })
    }
    let attributes = DataModel.inventory.attributes.filter { $0.level == .asset }.map(\.name)
    let model = IdentificationPage(
      rules: rules, connectors: connectors.map { .init(name: $0, field: "connector-\($0)") }, attributes: attributes,
      trust: form.settings.trust.joined(separator: "\n"), newName: form.newName, newAttributes: form.newAttributes,
      tag: tag, canChange: request.role >= .admin, problem: problem, effects: effects, isPreview: isPreview)
    return .page(
      Page("Identification rules", in: .configuration, "identification", model), status: problem.isEmpty ? 200 : 422)
  }
}
