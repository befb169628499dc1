import IsthmusCore
import IsthmusIngest
import IsthmusStore

/// Typed configuration in the form of the file: two that mean the same are equal, however they were written.
extension ConfigurationItem {
  init(_ map: ScoreMap) { self.init(.scoreMap, map.name, map.json) }

  init(_ scoring: ScoreSettings) { self.init(single: .scoring, scoring.json) }

  init(_ retention: RetentionSettings) { self.init(single: .retention, RetentionConfiguration.json(retention)) }

  init(_ signIn: SignInConfiguration) { self.init(single: .signIn, signIn.document) }

  init(_ tag: StoredTag) { self.init(.tag, tag.name, tag.json) }

  init(_ entity: StoredEntity) { self.init(.entity, entity.name, entity.json) }

  /// The three keys of the file as members of one object.
  init(_ settings: IdentificationSettings) {
    let json = settings.json
    self.init(
      single: .identification,
      .object([
        "identificationRules": json["own"] ?? .null, "identificationOrder": json["order"] ?? .null,
        "sourceTrust": .object([
          "order": json["trust"] ?? .null, "attributes": json["trustByAttribute"] ?? .null,
        ]),
      ]))
  }

  package init(_ entry: MapCatalog.Entry) throws(ConfigurationError) {
    self.init(.transformMap, entry.name, try ConfigNode.compose(entry.document, path: entry.name).json)
  }
}

extension ConfigurationFile {
  /// What the file says, thing by thing.
  package var items: [ConfigurationItem] {
    get throws(ConfigurationError) {
      var items = connectors.map { ConfigurationItem(.connector, $0.name, $0.document) }
      for entry in maps.entries where maps.isInFile(entry.name) { items.append(try ConfigurationItem(entry)) }
      items += scoreMaps.map { ConfigurationItem($0) }
      if let scoring { items.append(ConfigurationItem(scoring)) }
      if let identification { items.append(ConfigurationItem(identification)) }
      if let retention { items.append(ConfigurationItem(retention)) }
      if let signIn { items.append(ConfigurationItem(signIn)) }
      items += tags.tags.map { ConfigurationItem($0) } + tags.entities.map { ConfigurationItem($0) }
      return items
    }
  }
}
