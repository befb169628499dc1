import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer

/// What a step shows beside its fields.
struct WizardShown: Sendable {
  private let document: JSONValue
  private let fields: WizardFields
  private let snapshot: ConfigurationSnapshot
  private let at: Timestamp

  init(_ document: JSONValue, _ fields: WizardFields, _ snapshot: ConfigurationSnapshot, at: Timestamp) {
    self.document = document
    self.fields = fields
    self.snapshot = snapshot
    self.at = at
  }

  private var kind: KindDescriptor? {
    document["kind"]?.string.flatMap(fields.kinds.kind(named:))?.descriptor ?? fields.kinds.descriptors.first
  }

  var tables: [WizardPage.Table] {
    switch fields.step {
    case .model: [kind?.sourceModel, DataModel.inventory].compactMap { $0 }.map(table)
    case .scoring: [scores].compactMap { $0 }
    default: []
    }
  }

  private func table(_ model: DataModel) -> WizardPage.Table {
    WizardPage.Table(
      caption: "Attributes of \(model.name)", headings: ["Name", "Level", "Description"],
      rows: model.attributes.map { .init(cells: [$0.name, $0.level.rawValue, $0.description]) })
  }

  /// The rows of the score map that is chosen.
  private var scores: WizardPage.Table? {
    let name = document["scoreMap"]?.string ?? "default"
    // One that is gone is told when it is saved.
    guard let map = try? snapshot.known.scoreMaps[name] else { return nil }
    return WizardPage.Table(
      caption: "Score map \(name); severity \(map.defaultSeverity) for a text that no row expects",
      headings: ["Severity", "The source's texts", "QDS"],
      rows: map.rows.map { row in
        .init(cells: [
          "\(row.severity) \(Shown.severity(Int64(row.severity)))", row.expected.joined(separator: ", "),
          String(row.qds),
        ])
      })
  }

  /// Of the schedules as they are saved; none where the document is not in order yet.
  var nextRuns: [String] {
    guard let name = document["name"]?.string else { return [] }
    var whole = snapshot
    whole.put(ConfigurationItem(.connector, name, document))
    // Why it is not in order is told when it is saved.
    guard let file = try? whole.read(secrets: nil, at: at),
      let connector = file.connectors.first(where: { $0.name == name })
    else { return [] }
    let scheduled = ScheduledConnector(
      name: name,
      profiles: connector.profiles.map { ScheduledProfile(name: $0.name, isActive: $0.isActive, schedule: $0.schedule) }
    )
    return scheduled.upcoming(5, after: at).map { "\(Shown.time($0.at.description)) \($0.profile)" }
  }

  var links: [Link] {
    switch fields.step {
    case .map:
      [Link(title: "Look at the maps, and make one of your own", path: "/configuration/transform-maps")]
    case .scoring: [Link(title: "Look at the score maps, and make one of your own", path: "/configuration/score-maps")]
    case .rules: [Link(title: "The rules' order, and rules of your own", path: "/configuration/identification")]
    default: []
    }
  }

  var facts: [Fact] {
    var facts = [
      Fact("Kind", kind.map { "\($0.vendorName) \($0.productName)" } ?? ""),
      Fact("Description", Shown.text(document["description"])),
    ]
    if case .object(let settings)? = document["connection"] {
      facts += settings.map { Fact($0.name, ConnectorPage.setting($0.value)) }
    }
    facts.append(Fact("Transform map", document["transformMap"]?.string ?? kind?.defaultMap.name ?? ""))
    facts.append(Fact("Score map", document["scoreMap"]?.string ?? "default"))
    let off = fields.rules(on: false, document)
    facts.append(Fact("Identification rules turned off", off.isEmpty ? "none" : off.joined(separator: ", ")))
    for profile in document["profiles"]?.array ?? [] {
      facts.append(
        Fact(
          "Profile \(Shown.text(profile["name"]))",
          profile["schedule"] == nil ? "runs when a person starts it" : Shown.text(profile["schedule"])))
    }
    return facts.filter { !$0.text.isEmpty }
  }
}
