package import IsthmusCore

/// One version of a transform map that people made. Versions are never changed.
package struct StoredMap: Sendable, Hashable {
  package var name: String
  /// 1 and up, without gaps.
  package var version: Int
  /// As its maker wrote it.
  package var document: String
  package var madeAt: Timestamp

  package init(name: String, version: Int, document: String, madeAt: Timestamp) {
    self.name = name
    self.version = version
    self.document = document
    self.madeAt = madeAt
  }
}

package protocol MapReading {
  /// The latest version of each map, by name.
  func transformMaps() throws -> [StoredMap]
  /// All versions of one map, the latest first; names are told apart by case.
  func transformMapVersions(_ name: String) throws -> [StoredMap]
}

package protocol MapWriting: MapReading {
  /// The document as a new version; what is the same as the latest one makes none, and that one is returned.
  func insertTransformMap(_ name: String, document: String, at: Timestamp) throws -> StoredMap
}
