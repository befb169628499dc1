package import IsthmusCore

/// A connector or a score map as it was configured.
package struct StoredItem: Sendable, Hashable {
  package var kind: String
  package var name: String
  /// In the form of the configuration file.
  package var document: JSONValue
  /// Kept as it is, though it may not be whole yet: nothing runs by it.
  package var isDraft: Bool
  package var changedAt: Timestamp

  package init(kind: String, name: String, document: JSONValue, isDraft: Bool, changedAt: Timestamp) {
    self.kind = kind
    self.name = name
    self.document = document
    self.isDraft = isDraft
    self.changedAt = changedAt
  }
}

/// From when on a profile's schedule counts.
package struct StoredScheduleMark: Sendable, Hashable {
  package var connector: String
  package var profile: String
  /// As it was written, as JSON.
  package var schedule: String
  package var countedFrom: Timestamp

  package init(connector: String, profile: String, schedule: String, countedFrom: Timestamp) {
    self.connector = connector
    self.profile = profile
    self.schedule = schedule
    self.countedFrom = countedFrom
  }
}

package protocol ConfigurationReading {
  func scheduleMarks() throws -> [StoredScheduleMark]
  /// By kind and name.
  func configurationItems() throws -> [StoredItem]
}

package protocol ConfigurationWriting: ConfigurationReading {
  /// Made, or changed if there is one of this kind and name.
  func setConfigurationItem(_ item: StoredItem) throws
  func deleteConfigurationItem(kind: String, name: String) throws
  func setScheduleMark(_ mark: StoredScheduleMark) throws
  func deleteScheduleMark(connector: String, profile: String) throws
  /// The map is offered no more; its versions stay.
  func retireTransformMap(_ name: String, at: Timestamp) throws
  /// The inventory's connector takes another name; nothing if it never ran.
  func renameConnector(_ name: String, to other: String) throws
}
