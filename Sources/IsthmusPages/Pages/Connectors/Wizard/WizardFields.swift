import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusServer

/// The fields of each step, and what they make of a connector's document.
struct WizardFields: Sendable {
  let step: WizardStep
  let kinds: KindCatalog
  let snapshot: ConfigurationSnapshot
  /// Which profile the profile step is about, from 0; as many as there are: one that is to be made.
  var profile = 0
  /// Rows of a score map that were typed and are not stored.
  var typedScores: JSONValue?

  static let findingTypes = ["misconfiguration"]
  static let assetTypes = ["host"]

  func kind(of document: JSONValue) -> KindDescriptor? {
    document["kind"]?.string.flatMap(kinds.kind(named:))?.descriptor ?? kinds.descriptors.first
  }

  func groups(_ document: JSONValue, isNew: Bool) -> [ItemForm.Group] {
    switch step {
    case .connection: [basics(document, isNew: isNew)] + connection(document)
    case .map: maps(document)
    case .profile: ProfileFields(self, document).groups
    case .scoring: scoring(document)
    case .rules:
      [
        .init([
          .checks(
            "rule", "Rules that are on",
            "The source's own key is always tried first and has no toggle. Of the others at least one stays on.",
            at: "/identificationRules", .array(rules(on: true, document).map { .string($0.name) }),
            among: allRules.map(\.name), title: title(ofRule:))
        ])
      ]
    case .model, .review: []
    }
  }

  /// The document with what was typed in this step; the rest of it stays.
  func document(_ request: PageRequest, _ before: JSONValue) -> JSONValue {
    switch step {
    case .connection: connected(request, before)
    case .map: before.with("transformMap", request.text("transformMap"))
    case .profile: ProfileFields(self, before).document(request)
    case .scoring: before.with("scoreMap", .string(request.field("scoreMap")))
    case .rules:
      before.with(
        "identificationRules",
        .object([
          "disabled": .array(
            allRules.map(\.name).filter { !request.fields("rule").contains($0) }.map(JSONValue.string))
        ]))
    case .model, .review: before
    }
  }

  /// What may be chosen, by name.
  func transformMaps(_ document: JSONValue) -> [(value: String, title: String)] {
    let model = kind(of: document)?.sourceModel.name
    return snapshot.maps.entries.filter { $0.map.sourceModel == model }
      .map { ($0.name, $0.origin == .builtIn ? "\($0.name) (built in)" : $0.name) }
  }

  func transformMap(_ document: JSONValue) -> String {
    document["transformMap"]?.string ?? kind(of: document)?.defaultMap.name ?? ""
  }

  private func maps(_ document: JSONValue) -> [ItemForm.Group] {
    [
      .init([
        .choice(
          "transformMap", "Transform map",
          "The built-in map needs no change. Its rows, and those of the one that is chosen, are shown below.",
          at: "/transformMap", .string(transformMap(document)), transformMaps(document))
      ]),
      .init(
        "A map of your own",
        [
          .text(
            "copy", "Name of the copy",
            "Unique, for example Contoso. It begins as a copy of the map above, and this connector takes it; change its rows then.",
            at: "", nil)
        ]),
    ]
  }

  // MARK: - Identification rules

  /// Those with a toggle, in the order in which they are tried.
  var allRules: [IdentificationRule] {
    IdentificationPage.rules(snapshot).filter(\.canBeTurnedOff)
  }

  func rules(on: Bool, _ document: JSONValue) -> [IdentificationRule] {
    let off = document["identificationRules"]?["disabled"]?.array?.compactMap(\.string) ?? []
    return allRules.filter { off.contains($0.name) != on }
  }

  private func title(ofRule name: String) -> String {
    guard let rule = allRules.first(where: { $0.name == name }) else { return name }
    return "\(name): the same \(rule.attributes.joined(separator: " and "))"
  }
}
