package import IsthmusCore

/// A look into an inventory that leaves it as it is: nothing is brought to a newer schema, nothing cleaned up. Works
/// beside processes that write.
package protocol InventoryInspection {
  /// The schema's version, which this program knows; 0 where nothing was written yet.
  ///
  /// - Throws: ``StoreError`` for a newer version, and for a database of another program.
  func knownVersion() throws -> Int
  /// What is wrong with the database, in words; empty if nothing is.
  func damage(_ depth: InspectionDepth) throws -> [String]
  /// Reads of one moment, of a database that is of this program's version.
  func read<T>(_ body: (any InventoryReader) throws -> T) throws -> T
}

/// How much of a database is looked at.
package enum InspectionDepth: Sendable {
  /// Of a file, all pages, without comparing indexes with their tables; on a server, whether all tables, indexes and
  /// references between tables are there and in force.
  case quick
  /// Of a file, indexes too; takes several times as long.
  case whole
  /// The rows' references and the kept numbers of findings as well.
  case wholeWithReferences
}

/// A run without a result: it is on, or its process ended.
package struct OpenRun: Sendable, Hashable {
  package var run: RunID
  package var connector: String
  package var profile: String
  /// When its last page was written.
  package var updatedAt: Timestamp
  /// Whether it is a staged one, which does not go on.
  package var isStaged: Bool
}
