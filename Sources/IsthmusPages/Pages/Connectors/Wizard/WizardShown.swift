import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer

/// What a step shows beside its fields.
struct WizardShown: Sendable {
  let document: JSONValue
  let fields: WizardFields
  private let at: Timestamp
  /// As a run would read it; nil where the document is not in order yet. Why is told when it is saved.
  let connector: ConnectorConfiguration?

  init(_ document: JSONValue, _ fields: WizardFields, at: Timestamp) {
    self.document = document
    self.fields = fields
    self.at = at
    let name = document["name"]?.string ?? ""
    var whole = fields.snapshot
    if !name.isEmpty { whole.put(ConfigurationItem(.connector, name, document)) }
    connector = (try? whole.read(secrets: nil, at: at))?.connectors.first { $0.name == name }
  }

  var kind: KindDescriptor? { fields.kind(of: document) }

  var tables: [WizardPage.Table] {
    switch fields.step {
    case .model: [kind?.sourceModel, DataModel.inventory].compactMap { $0 }.map(table)
    case .map: [mapRows].compactMap { $0 }
    default: []
    }
  }

  private func table(_ model: DataModel) -> WizardPage.Table {
    WizardPage.Table(
      caption: "Attributes of \(model.name)", headings: ["Name", "Level", "Type", "Description"],
      rows: model.attributes.map { .init(cells: [$0.name, $0.level.rawValue, $0.type.name, $0.description]) })
  }

  /// The rows of the transform map that is chosen.
  private var mapRows: WizardPage.Table? {
    // One that is gone is told when it is saved.
    guard let entry = fields.snapshot.maps[fields.transformMap(document)],
      let rows = (try? ConfigurationItem(entry).document).map(MapForm.rows)
    else { return nil }
    return WizardPage.Table(
      caption:
        "\(entry.name): from \(entry.map.sourceModel), the source data model, to \(entry.map.targetModel), the target",
      headings: ["Source field", "Data type", "Target field"],
      rows: rows.map { .init(cells: [$0.source, $0.type, $0.target]) })
  }

  /// Of the schedules as they are saved.
  var nextRuns: [String] {
    guard let connector else { return [] }
    let scheduled = ScheduledConnector(
      name: connector.name,
      profiles: connector.profiles.map { ScheduledProfile(name: $0.name, isActive: $0.isActive, schedule: $0.schedule) }
    )
    return scheduled.upcoming(5, after: at).map { "\(Shown.time($0.at.description)) \($0.profile)" }
  }

  var links: [Link] {
    switch fields.step {
    case .map:
      [mapLink, Link(title: "All transform maps", path: "/configuration/transform-maps")]
    case .model: [Link(title: "Data models, with examples", path: "/configuration/data-models")]
    case .scoring: [Link(title: "All score maps", path: "/configuration/score-maps")]
    case .rules: [Link(title: "The rules' order, and rules of your own", path: "/configuration/identification")]
    case .connection, .profile, .review: []
    }
  }

  private var mapLink: Link {
    let name = fields.transformMap(document)
    let path = "/configuration/transform-maps/\(PercentText.encoded(name))"
    return fields.snapshot.maps.isBuiltIn(name)
      ? Link(title: "Look at \(name), with its value tables", path: path)
      : Link(title: "Change the rows of \(name)", path: "\(path)/edit")
  }

  /// How a profile begins its runs, in words; as it is written where it can't be read yet.
  func schedule(of index: Int) -> String {
    let written = document["profiles"]?.array?[index]["schedule"]
    if written == nil || written == .null { return "runs when a person starts it" }
    guard let profiles = connector?.profiles, profiles.indices.contains(index), let schedule = profiles[index].schedule
    else { return Shown.text(written) }
    return schedule.description
  }

  func status(of profile: JSONValue) -> String { profile["status"]?.string ?? "active" }
}
