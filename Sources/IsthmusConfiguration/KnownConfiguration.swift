package import IsthmusCore

/// What a configuration file may name without defining it: what is built in, and what the inventory has.
package struct KnownConfiguration: Sendable {
  package var maps: MapCatalog
  package var scoreMaps: [String: ScoreMap]
  package var connectors: [String]

  package init(maps: MapCatalog, scoreMaps: [String: ScoreMap] = [:], connectors: [String] = []) {
    self.maps = maps
    self.scoreMaps = scoreMaps
    self.connectors = connectors
  }
}
