import IsthmusConfiguration
import IsthmusCore
import IsthmusIngest
import IsthmusStore

extension AppBuilder {
  /// The built-in maps and those of the inventory, if there is one.
  func storedMaps() async throws -> MapCatalog {
    guard hasStore else { return MapCatalog(ConnectorCatalog.kinds) }
    return MapCatalog(ConnectorCatalog.kinds, stored: try await openStore().read { try $0.transformMaps() })
  }

  /// All maps: built in, of the configuration file if one is named, of the inventory if there is one.
  func maps() async throws -> MapCatalog {
    let stored = try await storedMaps()
    guard let path = options.configurationPath else { return stored }
    return try ConfigurationFile.maps(in: try Self.readText(path), path: path, beside: stored)
  }

  /// The plans, after the file's maps that they use were stored: the version that a run names can be read later,
  /// whatever becomes of the file.
  func keepMaps(of plans: [RunPlan], _ maps: MapCatalog, _ store: any InventoryStore) async throws -> [RunPlan] {
    var kept: [RunPlan] = []
    for var plan in plans {
      if let entry = maps[plan.map.name], entry.origin == .file {
        let stored = try await store.write {
          try $0.insertTransformMap(entry.name, document: entry.document, at: clock())
        }
        plan.map.version = stored.version
      }
      kept.append(plan)
    }
    return kept
  }
}
