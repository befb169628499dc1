import Foundation
package import IsthmusConnect
package import IsthmusCore
package import IsthmusIngest
import IsthmusStore
import Yams

/// The configuration file of cli.md, read and checked whole before anything is done with it.
package struct ConfigurationFile: Sendable {
  package let connectors: [ConnectorConfiguration]
  /// nil: the file says nothing of it, and the inventory's own settings stay.
  package let scoring: ScoreSettings?
  package let tags: TagConfiguration
  /// With those of the file.
  package let maps: MapCatalog
  /// The file's own.
  let scoreMaps: [ScoreMap]
  /// nil: the file says nothing of it.
  let identification: IdentificationSettings?
  /// nil: the file says nothing of it.
  let retention: RetentionSettings?
  /// nil: the file says nothing of it.
  let signIn: SignInConfiguration?
  /// Of the program that reads the file; no part of what an inventory is configured with.
  package let server: FileSettings

  private static let keys =
    ["server", "connectors", "transformMaps", "scoreMaps", "scoring", "tags", "entities", "retention", "signIn"]
    + IdentificationConfiguration.keys

  /// - Parameters:
  ///   - secrets: nil: secrets are not wanted, and none is read.
  ///   - known: What the file may name besides its own.
  ///   - at: Dates in queries that count from now count from here.
  ///   - needsConnectors: Whether a file without any is an error, since there would be nothing to run.
  package init(
    _ text: String, path: String, secrets: SecretSource?, beside known: KnownConfiguration, at: Timestamp,
    needsConnectors: Bool = true
  ) throws(ConfigurationError) {
    try self.init(try ConfigNode.compose(text, path: path), text: text, secrets: secrets, beside: known, at: at)
    if needsConnectors, connectors.isEmpty {
      let root = try ConfigNode.compose(text, path: path)
      throw try root.members(known: Self.keys).require("connectors").failure("the list is empty")
    }
  }

  /// - Parameter text: Of the whole file; empty for what did not come from one.
  init(
    _ root: ConfigNode, text: String, secrets: SecretSource?, beside known: KnownConfiguration, at: Timestamp
  ) throws(ConfigurationError) {
    let members = try root.members(known: Self.keys)
    server = try FileSettings(members["server"])
    var maps = known.maps
    try maps.add(members["transformMaps"], in: text)
    self.maps = maps
    let ownScoreMaps = try ScoreConfiguration.maps(members["scoreMaps"])
    let scoreMaps = known.scoreMaps.merging(ownScoreMaps) { _, own in own }
    self.scoreMaps = ownScoreMaps.values.filter { $0.name != ScoreMap.standard.name }.sorted { $0.name < $1.name }
    let identification = try IdentificationConfiguration(members)
    scoring = try ScoreConfiguration.settings(members["scoring"])
    tags = try TagConfiguration(tags: members["tags"], entities: members["entities"], at: at)
    let retention = try RetentionConfiguration.read(members["retention"]) ?? known.retention
    var connectors: [ConnectorConfiguration] = []
    for node in try members["connectors"]?.listed ?? [] {
      let connector = try ConnectorConfiguration(
        node, secrets: secrets, maps: maps, scoreMaps: scoreMaps, scoring: scoring, identification: identification,
        retention: retention)
      if connectors.contains(where: { $0.name == connector.name }) {
        throw node.failure("a connector named \"\(connector.name)\" stands above already")
      }
      connectors.append(connector)
    }
    try identification.check(connectors: connectors.map(\.name) + known.connectors)
    self.identification = identification.settings
    self.retention = try RetentionConfiguration.read(members["retention"])
    // Its secret is read where somebody signs in, and is nobody else's business.
    if let node = members["signIn"], !node.isNull {
      signIn = try SignInConfiguration(node, secrets: nil)
    } else {
      signIn = nil
    }
    self.connectors = connectors
  }

  /// The file's `server` alone: what else it says need not be in order.
  package static func server(in text: String, path: String) throws(ConfigurationError) -> FileSettings {
    try FileSettings(try ConfigNode.compose(text, path: path).members(known: keys)["server"])
  }

  /// The file's maps alone, beside the stored ones: for looking at maps the rest need not be in order.
  package static func maps(in text: String, path: String, beside known: MapCatalog) throws(ConfigurationError)
    -> MapCatalog
  {
    var maps = known
    try maps.add(try ConfigNode.compose(text, path: path).members(known: keys)["transformMaps"], in: text)
    return maps
  }

  /// The connectors of these names, all if there are none.
  package func connectors(named names: [String]) throws -> [ConnectorConfiguration] {
    if names.isEmpty { return connectors }
    return try names.map { name in
      guard let connector = connectors.first(where: { $0.name == name }) else {
        let known = connectors.map { "\"\($0.name)\"" }.joined(separator: ", ")
        throw ChangeError.invalid("There is no connector \"\(name)\"; known: \(known).")
      }
      return connector
    }
  }
}

/// One connector of the file.
package struct ConnectorConfiguration: Sendable {
  package let name: String
  package let kind: any ConnectorKind.Type
  package let connection: ConnectionSettings
  package let map: TransformMap
  package let scoreMap: ScoreMap
  package let scoring: ScoreSettings?
  package let disabledRules: Set<String>
  package let identification: IdentificationSettings?
  package let profiles: [ProfileConfiguration]
  /// As it was written.
  let document: JSONValue
  package let retention: RetentionSettings

  private static let keys = [
    "name", "kind", "description", "connection", "findingTypes", "assetTypes", "transformMap", "scoreMap",
    "identificationRules", "profiles",
  ]

  init(
    _ node: ConfigNode, secrets: SecretSource?, maps: MapCatalog, scoreMaps: [String: ScoreMap],
    scoring: ScoreSettings?, identification: IdentificationConfiguration, retention: RetentionSettings
  ) throws(ConfigurationError) {
    let members = try node.members(known: Self.keys)
    document = try node.json.normalised
    name = try members.require("name").nonEmptyText
    let kindNode = try members.require("kind")
    let kindName = try kindNode.text
    guard let kind = maps.kinds.kind(named: kindName) else {
      let known = maps.kinds.descriptors.map(\.name).joined(separator: ", ")
      throw kindNode.failure("there is no connector kind \"\(kindName)\"; there is \(known)")
    }
    self.kind = kind
    _ = try members["description"]?.text
    connection = try ConnectionReader(kind.descriptor, name, secrets).read(try members.require("connection"))
    try Self.check(members["findingTypes"], are: "misconfiguration")
    try Self.check(members["assetTypes"], are: "host")
    map = try maps.choice(members["transformMap"], for: kind.descriptor) ?? kind.descriptor.defaultMap
    let scoreMapName = try members["scoreMap"]?.choice(scoreMaps.keys.sorted()) ?? ScoreMap.standard.name
    scoreMap = scoreMaps[scoreMapName] ?? .standard
    self.scoring = scoring
    disabledRules = try identification.disabledRules(members["identificationRules"])
    self.identification = identification.settings
    self.retention = retention
    profiles = try ProfileConfiguration.read(members["profiles"], kind: kind.descriptor, maps: maps)
  }

  /// One plan for each active profile.
  package var plans: [RunPlan] { profiles.filter(\.isActive).map(plan) }

  /// What a run of one profile does; a person may start an inactive one too.
  package func plan(named profile: String) -> RunPlan? { profiles.first { $0.name == profile }.map(plan) }

  private func plan(_ profile: ProfileConfiguration) -> RunPlan {
    var plan = RunPlan(
      connector: name, kind: kind.descriptor, profile: profile.name, map: profile.map ?? map,
      scoreMap: scoreMap, selection: profile.selection)
    plan.otherSelections = profiles.filter { $0.isActive && $0.name != profile.name }.map(\.selection)
    plan.disabledRules = disabledRules
    plan.scoreSettings = scoring
    plan.identification = identification
    plan.keepsPages = profile.keepsPages
    plan.fetch = profile.fetch
    if let fullEvery = profile.fullEvery { (plan.mode, plan.fullEvery) = (.delta, fullEvery) }
    plan.retention = retention
    return plan
  }

  private static func check(_ node: ConfigNode?, are only: String) throws(ConfigurationError) {
    guard let node else { return }
    for element in try node.elements { _ = try element.choice([only]) }
    if try node.elements.isEmpty { throw node.failure("the list is empty; write [\(only)]") }
  }
}
