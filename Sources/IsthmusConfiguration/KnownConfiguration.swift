package import IsthmusCore
package import IsthmusIngest

/// What a configuration file may name without defining it: what is built in, and what the inventory has.
package struct KnownConfiguration: Sendable {
  package var maps: MapCatalog
  package var scoreMaps: [String: ScoreMap]
  package var connectors: [String]
  /// What holds where a file says nothing of it.
  package var retention: RetentionSettings

  package init(
    maps: MapCatalog, scoreMaps: [String: ScoreMap] = [:], connectors: [String] = [],
    retention: RetentionSettings = RetentionSettings()
  ) {
    self.maps = maps
    self.scoreMaps = scoreMaps
    self.connectors = connectors
    self.retention = retention
  }
}
