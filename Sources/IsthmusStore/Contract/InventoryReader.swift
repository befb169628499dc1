package import IsthmusCore

/// What a list shows.
package struct Listing: Sendable {
  package struct Order: Sendable, Hashable {
    /// A member of the row, or a token.
    package var field: String
    package var descending: Bool

    package init(_ field: String, descending: Bool) {
      self.field = field
      self.descending = descending
    }
  }

  /// nil: everything that is present.
  package var query: Query?
  /// nil: all rows.
  package var limit: Int?
  /// Empty: the list's own order.
  package var order: [Order]
  /// Also hosts that are gone, and findings that the source does not list any more or that do not apply. A query
  /// that asks about such things includes them by itself.
  package var includesAbsent: Bool
  /// Only what comes after it, in a cursor of the same order; counts and facets are of the whole list.
  package var after: ListCursor?

  package init(
    _ query: Query? = nil, limit: Int?, order: [Order] = [], includesAbsent: Bool = false, after: ListCursor? = nil
  ) {
    self.query = query
    self.limit = limit
    self.order = order
    self.includesAbsent = includesAbsent
    self.after = after
  }
}

/// How many records of a list have each value of a field.
package struct Facet: Sendable, Hashable {
  package struct Value: Sendable, Hashable {
    /// As lists show it; nil for records without one.
    package var value: String?
    package var count: Int
    /// Of findings, how many are open; of assets, their open findings.
    package var open: Int

    package init(value: String?, count: Int, open: Int) {
      self.value = value
      self.count = count
      self.open = open
    }
  }

  package var field: QueryField
  /// The most frequent first. A record with several values counts for each.
  package var values: [Value]

  package init(field: QueryField, values: [Value]) {
    self.field = field
    self.values = values
  }
}

/// Reads of one moment. Rows are objects whose members are named as the target model names its attributes.
package protocol InventoryReader: MapReading, ConfigurationReading, RunRequestReading {
  /// Present hosts, riskiest first unless the listing says otherwise.
  ///
  /// - Throws: ``CursorError`` if the listing's cursor is of another list; ``QueryError`` for a field that is none.
  func forEachAsset(_ listing: Listing, _ body: (JSONValue) throws -> Void) throws
  func countAssets(_ listing: Listing) throws -> Int
  /// PASS and FAIL findings of present hosts, open ones of the highest QDS first.
  func forEachFinding(_ listing: Listing, _ body: (JSONValue) throws -> Void) throws
  func countFindings(_ listing: Listing) throws -> Int
  /// Of what a list of the query holds.
  func totals(ofFindings query: Query) throws -> FindingTotals
  /// The place of this record in the listing's order, whether its query finds it or not. Pages that are read from the
  /// last record of the one before hold each record once, as long as it stays where it is in the order.
  ///
  /// - Throws: ``CursorError`` if there is no such record.
  func cursor(after id: String, of entity: QueryEntity, _ listing: Listing) throws -> ListCursor
  /// Values of each field among the records that the listing would show without its limit.
  func facets(_ fields: [QueryField], of entity: QueryEntity, _ listing: Listing) throws -> [Facet]
  /// Fields that can be shown and sorted by.
  var assetFields: [String] { get }
  var findingFields: [String] { get }

  /// One asset with its sources, identification log and daily scores; nil if there is none of this number.
  func asset(_ id: AssetID) throws -> JSONValue?
  /// One finding with a person's decision on it and its history.
  func finding(_ id: FindingID) throws -> JSONValue?
  func control(_ id: ControlID) throws -> JSONValue?
  /// Recommendations by what fixing them everywhere takes off the scores, the greatest first; then by severity. The
  /// numbers are those of the last run or change (``ScoreWriting/recordDay(at:)``), null before it.
  ///
  /// - Parameter limit: nil: all of them.
  func controlRows(limit: Int?) throws -> [JSONValue]
  /// The stored factors of the score with what they are from, and the open findings of each band.
  ///
  /// - Parameter at: A decision that has run out by then does not keep its finding from counting.
  func explanation(of asset: AssetID, at: Timestamp) throws -> JSONValue?
  /// Assets with this name, host name, external or cloud resource id, without case.
  func assets(named text: String) throws -> [AssetID]
  /// The control with this recommendation key.
  func control(key: String) throws -> ControlID?

  /// Tags with how many present assets bear them, by name.
  func tagRows() throws -> [JSONValue]
  /// Business entities with their assets' number and scores, by name.
  func entityRows() throws -> [JSONValue]
  /// One entity with its worst assets and daily scores; nil if there is none of this name.
  func entity(named name: String) throws -> JSONValue?
  /// The day's last numbers of the whole inventory, for each day with a run or a change; earliest first.
  func inventoryHistory() throws -> [JSONValue]

  /// What identification and merging rest on.
  var identities: any IdentityReading { get }
  /// What scores rest on.
  var scores: any ScoreReading { get }
  var labels: any TagReading { get }
  var secrets: any SecretReading { get }
  var people: any AccountReading { get }
  var audit: any AuditReading { get }
  var searches: any SavedSearchReading { get }
  /// What sources said to runs.
  var kept: any KeptReading { get }
  /// What is left of runs.
  var retained: any RetentionReading { get }

  func runs(_ filter: RunFilter, limit: Int?) throws -> [StoredRun]
  /// By connector and result, the most frequent first.
  func runCounts(_ filter: RunFilter) throws -> [RunCount]
  func run(_ id: RunID) throws -> StoredRun?
  /// By number.
  func openRuns() throws -> [OpenRun]
  /// The latest moment at which a run wrote, or something was recorded in the audit log.
  func lastMoment() throws -> Timestamp?
  /// What a staged run would do; nil for other runs.
  func preview(of run: RunID) throws -> JSONValue?
  func isCancelRequested(_ run: RunID) throws -> Bool
  func coverage(of run: RunID) throws -> [JSONValue]
  func log(of run: RunID) throws -> [JSONValue]
  func forEachReject(_ run: RunID, _ body: (JSONValue) throws -> Void) throws
  /// Assets by score band, open findings by severity.
  func summary() throws -> JSONValue
}
