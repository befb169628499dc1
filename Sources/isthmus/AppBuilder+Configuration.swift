import Foundation
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore

extension AppBuilder {
  func configurationService(
    _ store: any InventoryStore, secretGuard: SecretGuard = .shell
  ) -> ConfigurationService {
    ConfigurationService(
      store: store, kinds: ConnectorCatalog.kinds, vault: secretVault(store), secretGuard: secretGuard, now: clock)
  }

  /// What a file may name without defining it.
  func known() async throws -> KnownConfiguration {
    guard hasStore else { return KnownConfiguration(maps: MapCatalog(ConnectorCatalog.kinds)) }
    return try await configurationService(try openStore()).snapshot().known
  }

  /// Those of the process's variables, and those that the inventory keeps.
  func secrets(_ store: any InventoryStore) async throws -> SecretSource {
    SecretSource(
      environment: ProcessInfo.processInfo.environment, stored: try await secretVault(store).connectorSecrets())
  }

  /// - Parameter secrets: nil: they are not wanted, and none is read.
  /// - Throws: ``ConfigurationProblem`` if what it needs can't be read.
  func connector(
    named name: String, in store: any InventoryStore, secrets: SecretSource?
  ) async throws -> ConnectorConfiguration {
    var source = secrets
    source?.only = name
    let connectors = try await configurationService(store).connectors(secrets: source)
    guard let connector = connectors.first(where: { $0.name == name }) else {
      throw ChangeError.notFound("There is no connector \"\(name)\".")
    }
    return connector
  }

  /// The connectors of the configuration file, or of the inventory where none is named.
  func loadConnectors(readsSecrets: Bool = true) async throws -> LoadedConfiguration {
    if options.configurationPath != nil {
      return LoadedConfiguration(file: try await loadConfiguration(readsSecrets: readsSecrets), isStored: false)
    }
    guard hasStore else {
      throw CommandError.usage(
        "Nothing is configured: name a file with --config FILE or ISTHMUS_CONFIG, or bring one in with isthmus apply.")
    }
    let store = try openStore()
    let snapshot = try await configurationService(store).snapshot()
    let file = try snapshot.read(secrets: readsSecrets ? try await secrets(store) : nil, at: clock())
    if file.connectors.isEmpty {
      throw CommandError.usage(
        "The inventory has no connector: bring one in with isthmus apply --config FILE, or name a file with --config.")
    }
    return LoadedConfiguration(file: file, isStored: true)
  }
}

struct LoadedConfiguration {
  let file: ConfigurationFile
  /// In the inventory: it has the tags and maps already.
  let isStored: Bool

  func connectors(named names: [String]) throws -> [ConnectorConfiguration] {
    try file.connectors(named: names)
  }
}
