package import IsthmusCore

/// What a list shows.
package struct Listing: Sendable {
  package struct Order: Sendable {
    /// A field of the row.
    package var field: String
    package var descending: Bool

    package init(_ field: String, descending: Bool) {
      self.field = field
      self.descending = descending
    }
  }

  /// nil: all rows.
  package var limit: Int?
  /// Empty: the list's own order.
  package var order: [Order]
  /// Also hosts that are gone, and findings that the source does not list any more or that do not apply.
  package var includesAbsent: Bool

  package init(limit: Int?, order: [Order] = [], includesAbsent: Bool = false) {
    self.limit = limit
    self.order = order
    self.includesAbsent = includesAbsent
  }
}

/// Reads of one moment. Rows are objects whose members are named as the target model names its attributes.
package protocol InventoryReader {
  /// Present hosts, riskiest first unless the listing says otherwise.
  func forEachAsset(_ listing: Listing, _ body: (JSONValue) throws -> Void) throws
  func countAssets() throws -> Int
  /// PASS and FAIL findings of present hosts, open ones of the highest QDS first.
  func forEachFinding(_ listing: Listing, _ body: (JSONValue) throws -> Void) throws
  func countFindings() throws -> Int
  /// Fields that can be shown and sorted by.
  var assetFields: [String] { get }
  var findingFields: [String] { get }

  /// One asset with its sources and identification log; nil if there is none of this number.
  func asset(_ id: AssetID) throws -> JSONValue?
  func finding(_ id: FindingID) throws -> JSONValue?
  func control(_ id: ControlID) throws -> JSONValue?
  /// The stored factors of the score, with the open findings of each band.
  func explanation(of asset: AssetID) throws -> JSONValue?
  /// Assets with this name, host name, external or cloud resource id, without case.
  func assets(named text: String) throws -> [AssetID]
  /// The control with this recommendation key.
  func control(key: String) throws -> ControlID?

  /// Newest first; of one connector if it is named.
  func runs(connector: String?, limit: Int?) throws -> [StoredRun]
  func run(_ id: RunID) throws -> StoredRun?
  func coverage(of run: RunID) throws -> [JSONValue]
  func log(of run: RunID) throws -> [JSONValue]
  func forEachReject(_ run: RunID, _ body: (JSONValue) throws -> Void) throws
  /// Assets by score band, open findings by severity.
  func summary() throws -> JSONValue
}
