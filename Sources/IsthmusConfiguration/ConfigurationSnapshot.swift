import IsthmusConnect
package import IsthmusCore
import IsthmusIngest
package import IsthmusStore

/// All that is configured in an inventory, at one moment.
package struct ConfigurationSnapshot: Sendable {
  package internal(set) var items: [ConfigurationItem.Key: ConfigurationItem]
  /// Built in and stored.
  package let maps: MapCatalog
  package let changedAt: [ConfigurationItem.Key: Timestamp]

  package init(_ inventory: any InventoryReader, _ kinds: KindCatalog) throws {
    try self.init(
      try inventory.configurationItems(), maps: MapCatalog(kinds, stored: try inventory.transformMaps()),
      labels: inventory.labels, scores: inventory.scores, identities: inventory.identities)
  }

  package init(_ transaction: any InventoryTransaction, _ kinds: KindCatalog) throws {
    try self.init(
      try transaction.configurationItems(), maps: MapCatalog(kinds, stored: try transaction.transformMaps()),
      labels: transaction, scores: transaction, identities: transaction)
  }

  private init(
    _ stored: [StoredItem], maps: MapCatalog, labels: any TagReading, scores: any ScoreReading,
    identities: any IdentityReading
  ) throws {
    self.maps = maps
    var items: [ConfigurationItem] = []
    var changedAt: [ConfigurationItem.Key: Timestamp] = [:]
    for item in stored {
      // A kind that this version does not know is left alone.
      guard let kind = ConfigurationItem.Kind(rawValue: item.kind) else { continue }
      let made = ConfigurationItem(kind, item.name, item.document, isDraft: item.isDraft)
      items.append(made)
      changedAt[made.key] = item.changedAt
    }
    for entry in maps.entries where entry.origin == .stored {
      let made = try ConfigurationItem(entry)
      items.append(made)
      changedAt[made.key] = entry.madeAt
    }
    items += try labels.tags().map { ConfigurationItem($0) }
    items += try labels.entities().map { ConfigurationItem($0) }
    if !items.contains(where: { $0.key.kind == .retention }) { items.append(ConfigurationItem(RetentionSettings())) }
    if !items.contains(where: { $0.key.kind == .signIn }) { items.append(ConfigurationItem(SignInConfiguration())) }
    items.append(ConfigurationItem(try scores.scoreSettings()))
    items.append(ConfigurationItem(try identities.identificationSettings()))
    self.items = Dictionary(items.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    self.changedAt = changedAt
  }

  /// Of one kind, by name.
  package func items(of kind: ConfigurationItem.Kind) -> [ConfigurationItem] {
    items.values.filter { $0.key.kind == kind }.sorted { $0.key.name < $1.key.name }
  }

  /// With one item more, or another one of its key.
  package mutating func put(_ item: ConfigurationItem) { items[item.key] = item }

  /// The items after one was deleted: business entities go on without a tag that is no more.
  package func items(without key: ConfigurationItem.Key) -> [ConfigurationItem.Key: ConfigurationItem] {
    var kept = items
    kept[key] = nil
    guard key.kind == .tag else { return kept }
    for entity in self.items(of: .entity) {
      guard case .object(let members) = entity.document, let tags = entity.document["tags"]?.array else { continue }
      let others = tags.filter { $0.string != key.name }
      let changed = members.map { $0.name == "tags" ? JSONValue.Member("tags", .array(others)) : $0 }
      kept[entity.key] = ConfigurationItem(.entity, entity.key.name, .object(changed))
    }
    return kept
  }

  /// What a file may name without defining it.
  package var known: KnownConfiguration {
    get throws {
      KnownConfiguration(
        maps: maps, scoreMaps: try scoreMaps,
        connectors: items(of: .connector).filter { !$0.isDraft }.map(\.key.name), retention: try retention)
    }
  }

  private var retention: RetentionSettings {
    get throws {
      guard let document = items[.init(.retention, ConfigurationItem.Kind.retention.rawValue)]?.document else {
        return RetentionSettings()
      }
      return try RetentionConfiguration.read(ConfigNode(document, label: "")) ?? RetentionSettings()
    }
  }

  /// How people sign in.
  ///
  /// - Parameter secrets: nil: the secret is not wanted.
  package func signIn(secrets: SecretSource?) throws -> SignInConfiguration {
    guard let document = items[.init(.signIn, ConfigurationItem.Kind.signIn.rawValue)]?.document else {
      return SignInConfiguration()
    }
    return try SignInConfiguration(ConfigNode(document, label: ""), secrets: secrets)
  }

  private var scoreMaps: [String: ScoreMap] {
    get throws {
      var maps: [String: ScoreMap] = [:]
      for item in items(of: .scoreMap) { maps[item.key.name] = try ScoreMap(item.document) }
      return maps
    }
  }
}

// MARK: - Read as a whole

extension ConfigurationSnapshot {
  /// The items as one document in the form of the configuration file; drafts are left out.
  private var root: JSONValue {
    var members: [JSONValue.Member] = []
    for kind in ConfigurationItem.Kind.allCases {
      if let key = kind.listKey {
        members.append(.init(key, .array(listed(kind).map(\.document))))
      } else if kind != .identification {
        members.append(.init(kind.rawValue, items[.init(kind, kind.rawValue)]?.document ?? .null))
      } else if case .object(let keys)? = items[.init(kind, kind.rawValue)]?.document {
        members += keys
      }
    }
    return .object(members)
  }

  private func listed(_ kind: ConfigurationItem.Kind) -> [ConfigurationItem] {
    items(of: kind).filter { !$0.isDraft }
  }

  /// All of it read and checked, as a file would be.
  ///
  /// - Parameters:
  ///   - secrets: nil: secrets are not wanted, and none is read.
  ///   - at: Dates in queries that count from now count from here.
  /// - Throws: ``ConfigurationProblem``.
  package func read(secrets: SecretSource?, at: Timestamp) throws -> ConfigurationFile {
    // A map that is to go must not be found among the stored ones.
    let offered = maps.keeping(Set(items(of: .transformMap).map(\.key.name)))
    do throws(ConfigurationError) {
      let file = try ConfigurationFile(
        ConfigNode(root, label: ""), text: "", secrets: secrets,
        beside: KnownConfiguration(maps: offered), at: at)
      try file.tags.check(known: [])
      return file
    } catch {
      throw problem(error)
    }
  }

  /// The item that the error is about, and where in it.
  private func problem(_ error: ConfigurationError) -> ConfigurationProblem {
    for kind in ConfigurationItem.Kind.allCases {
      guard let key = kind.listKey else { continue }
      for (index, item) in listed(kind).enumerated() where error.path.hasPrefix("\(key)[\(index)]") {
        let rest = String(error.path.dropFirst("\(key)[\(index)]".count))
        return ConfigurationProblem(item: item.key, path: rest, problem: error.problem, further: error.further)
      }
    }
    let named = [ConfigurationItem.Kind.scoring, .retention, .signIn].first { error.path.hasPrefix($0.rawValue) }
    let single = named ?? .identification
    let path = named.map { String(error.path.dropFirst($0.rawValue.count)) } ?? error.path
    return ConfigurationProblem(
      item: .init(single, single.rawValue), path: path, problem: error.problem, further: error.further)
  }
}

/// Why a change of the configuration was refused.
package struct ConfigurationProblem: Error, Sendable, CustomStringConvertible {
  package var item: ConfigurationItem.Key
  /// `.profiles[0].schedule`, within the item; empty for the whole of it.
  package var path: String
  package var problem: String
  package var further: [ConfigurationError] = []

  package var description: String {
    let place = path.first == "." ? String(path.dropFirst()) : path
    let own = "\(item)\(place.isEmpty ? "" : ", \(place)"): \(problem)"
    return ([own] + further.map(\.problem)).joined(separator: "\n")
  }

  /// The place as a JSON pointer into the item's document.
  package var pointer: String {
    path.split(whereSeparator: { $0 == "." || $0 == "[" || $0 == "]" }).map { "/\($0)" }.joined()
  }
}
