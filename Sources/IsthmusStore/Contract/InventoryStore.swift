package import IsthmusCore

/// The inventory, in SQLite or in PostgreSQL.
package protocol InventoryStore: Sendable {
  /// For ``Digest``; made once with the store.
  var seed: UInt64 { get }

  /// One transaction. `body` runs on the writer's own thread; it is undone whole if it throws.
  ///
  /// - Parameter extent: What `body` keeps to: a store may let transactions of less than all run beside one another.
  func write<T: Sendable>(
    _ extent: WriteExtent, _ body: @escaping @Sendable (any InventoryTransaction) throws -> T
  ) async throws -> T

  /// Reads of one moment.
  func read<T: Sendable>(_ body: @escaping @Sendable (any InventoryReader) throws -> T) async throws -> T

  /// A copy of the inventory as it is now, to try things on. What is done to it leaves this one as it is; the copy
  /// ends with its last reference, or with the process.
  func rehearsal() async throws -> any InventoryStore

  /// Takes the right to run the connector; nil if a run of it is on, in this or another process.
  /// The lock ends with its value, or with the process.
  func lock(_ connector: ConnectorNumber) throws -> (any RunLock)?

  /// Whether somebody has the right to run the connector.
  func isLocked(_ connector: ConnectorNumber) throws -> Bool
}

/// What a transaction may change.
package enum WriteExtent: Sendable {
  /// All of the inventory; no other transaction writes meanwhile.
  case inventory
  /// What a page of findings changes: findings of one connector and what hangs on them alone, its controls, its run, and
  /// assets. Those that other connectors have too, with their findings, only after
  /// ``AssetWriting/lock(_:)``. Makes and moves no host. Other connectors' pages may be written meanwhile.
  case findings
  /// When somebody was here last: nothing that lists show, and nothing that another transaction rests on.
  case notes
}

extension InventoryStore {
  /// One transaction of ``WriteExtent/inventory``.
  package func write<T: Sendable>(
    _ body: @escaping @Sendable (any InventoryTransaction) throws -> T
  ) async throws -> T {
    try await write(.inventory, body)
  }
}

package protocol RunLock: Sendable {
  func release()

  /// To be asked first in each transaction that rests on the right.
  ///
  /// - Throws: ``StoreError`` of kind `lost` if another process has it now: this one was stopped for too long.
  func verify(_ transaction: any InventoryTransaction) throws
}

extension RunLock {
  /// A lock that can't be lost while its process lives.
  package func verify(_ transaction: any InventoryTransaction) throws {}
}

/// What a run does to the inventory, inside one transaction.
package protocol InventoryTransaction: RunWriting, AssetWriting, IdentityWriting, FindingWriting, ReconcileWriting,
  ScoreWriting, TagWriting, MapWriting, ConfigurationWriting, SecretWriting, AccountWriting, AuditWriting, KeptWriting,
  RetentionWriting, SavedSearchWriting, RunRequestWriting
{}

package protocol RunWriting {
  /// The connector of this name; made if there is none.
  func connector(
    named name: String, kind: String, productName: String, vendorName: String
  ) throws -> ConnectorNumber
  func scope(_ connector: ConnectorNumber, stream: String, name: String, title: String) throws -> StoredScope
  func scopes(_ connector: ConnectorNumber, stream: String) throws -> [StoredScope]

  /// A staged run stands beside the others: it is neither their last one nor one that is interrupted.
  func insertRun(_ run: NewRun) throws -> RunID
  /// The connector's last run that has no result: it was interrupted. Staged ones don't count.
  func openRun(_ connector: ConnectorNumber) throws -> StoredRun?
  func run(_ id: RunID) throws -> StoredRun?
  /// The connector's last run that is not staged.
  func lastRun(_ connector: ConnectorNumber) throws -> RunID?
  /// Of the connector's runs that are not staged, newest first, at most `limit`.
  func lastRuns(_ connector: ConnectorNumber, limit: Int) throws -> [StoredRun]
  /// Staged runs of the connector without a result: somebody is on one, or was when its process ended.
  func openStagedRuns(_ connector: ConnectorNumber) throws -> [RunID]
  /// What the run is, once it is known: a run that was to bring changes alone may turn out to list all.
  func setMode(_ run: RunID, _ mode: RunMode) throws
  /// What a staged run would do.
  func setPreview(_ run: RunID, _ preview: JSONValue) throws
  func updateRun(_ id: RunID, _ progress: RunProgress) throws
  /// A person asks the run to stop; whoever is on it looks with each page.
  func requestCancel(_ run: RunID, at: Timestamp) throws
  func isCancelRequested(_ run: RunID) throws -> Bool
  func finishRun(_ id: RunID, result: String, error: JSONValue?, at: Timestamp) throws
  func setCoverage(_ run: RunID, scope: Int64, received: Int, total: Int?, coverage: String) throws
  func appendLog(_ run: RunID, at: Timestamp, level: String, message: String) throws

  func seen(_ run: RunID, stream: Int64) throws -> [(chunk: Int64, bits: [UInt8])]
  func setSeen(_ run: RunID, stream: Int64, chunk: Int64, bits: UnsafeRawBufferPointer) throws
  func clearSeen(_ run: RunID) throws

  func insertReject(_ run: RunID, _ reject: Reject) throws
  /// Rows that made no record; values that were dropped stay listed.
  ///
  /// - Parameter scope: nil for the rows whose scope is not known.
  func deleteRejects(_ run: RunID, stream: String, scope: String?) throws
  func isRejected(_ run: RunID, stream: String, recordID: String) throws -> Bool
}

package protocol AssetWriting {
  /// Keeps other transactions of ``WriteExtent/findings`` from the findings of these assets, until this one ends. To be
  /// asked once, with all that are needed, before any of their findings is read: what is taken one after the other may
  /// be waited for crosswise.
  func lock(_ assets: Set<AssetID>) throws
  func resource(_ connector: ConnectorNumber, foldedID: String) throws -> StoredResource?
  func insertResource(_ connector: ConnectorNumber, foldedID: String, writtenID: String) throws -> Int64
  /// Ties the resource to its present source row and asset.
  func attach(resource: Int64, source: Int64, asset: AssetID) throws
  /// - Parameter assessedID: As the findings write the resource's id.
  func setFindingScope(resource: Int64, scope: Int64, assessedID: String) throws

  func sources(_ connector: ConnectorNumber, externalAssetID: String) throws -> [StoredSource]
  func insertSource(_ source: NewSource) throws -> Int64
  func updateSource(_ id: Int64, attributes: String, digest: Int64, at: Timestamp) throws
  /// - Parameter at: Since when it is listed again.
  func setSourcePresent(_ id: Int64, at: Timestamp) throws

  func insertAsset(at: Timestamp) throws -> AssetID
  /// Gives a source row and its resource to another asset.
  func move(source: Int64, to asset: AssetID) throws
  /// The merged values, and whether the internet reaches the host.
  func setAttributes(_ asset: AssetID, _ values: AttributeValues, hasPublicAddress: Bool) throws
}

package protocol FindingWriting {
  func controls(_ connector: ConnectorNumber) throws -> [StoredControl]
  /// The control and its first variant.
  func insertControl(
    _ connector: ConnectorNumber, key: String, findingSuffix: String, variant: NewVariant
  ) throws -> StoredControl
  func insertVariant(_ control: ControlID, _ variant: NewVariant) throws -> StoredVariant
  func detail(_ connector: ConnectorNumber, digest: Int64) throws -> Int64?
  func insertDetail(_ connector: ConnectorNumber, digest: Int64, attributes: String) throws -> Int64
  /// The findings of one resource, ascending by control.
  func findings(resource: Int64) throws -> [StoredFinding]
  func insertFinding(
    _ finding: StoredFinding, resource: Int64, scope: Int64?, ingested: Timestamp
  ) throws -> FindingID
  func updateFinding(_ finding: StoredFinding) throws
  func deleteFinding(_ id: FindingID) throws
  /// - Parameters:
  ///   - run: nil where a person or the clock caused it.
  ///   - cause: Why a finding closed, or a person's reason.
  ///   - until: When a person's decision ends.
  ///   - by: Who decided, as the audit log names people; nil where nobody did.
  func insertEvent(
    _ finding: FindingID, run: RunID?, at: Timestamp, turn: String, cause: String?, until: Timestamp?, by: String?)
    throws
  /// Decides anew which findings of several connectors are one: the open one with the highest QDS is shown.
  func settleTwins(of asset: AssetID) throws
}

package protocol ReconcileWriting {
  /// Source rows that are present in the scope, by number.
  func presentSources(scope: Int64) throws -> [PresentSource]
  /// Findings whose posture is known, of resources in the scope, with their controls' categories.
  func forEachPresentFinding(scope: Int64, _ body: (PresentFinding) throws -> Void) throws
  /// The source's own ids, in lower case.
  func externalID(of finding: FindingID) throws -> String
  func externalID(ofResource resource: Int64) throws -> String
  func countPresent(_ connector: ConnectorNumber) throws -> (sources: Int, findings: Int)
  func finding(_ id: FindingID) throws -> (finding: StoredFinding, asset: AssetID?)?
  func setSourceGone(_ id: Int64, at: Timestamp, lastSeen: Timestamp?) throws
  /// Whether any source row of the asset is present; the asset is gone if not.
  func settlePresence(of asset: AssetID, at: Timestamp) throws -> Bool
  func setListed(scope: Int64, at: Timestamp) throws
  /// Gives each control the variant of its finding with the smallest external id, among those that are present.
  ///
  /// - Parameter scopes: Of findings, listed whole: what they say is current, and goes before the others'.
  func settleControls(_ connector: ConnectorNumber, listed scopes: Set<Int64>) throws
  /// Removes the connector's variants that no finding has, but for each control's own.
  func deleteUnusedVariants(_ connector: ConnectorNumber) throws
  /// Removes the connector's details that no finding has. Looks at every finding, unlike the one before.
  func deleteUnusedDetails(_ connector: ConnectorNumber) throws
}
