package import IsthmusCore

/// The store's number of a connector.
package struct ConnectorNumber: Sendable, Hashable {
  package let number: Int64
  package init(_ number: Int64) { self.number = number }
}

/// Subscription × stream.
package struct StoredScope: Sendable {
  package var id: Int64
  /// In lower case.
  package var name: String
  /// Whole listings so far.
  package var listings: Int64
  /// When the last whole one was.
  package var listedAt: Timestamp?
}

/// What a run does with the inventory.
package enum RunMode: String, Sendable {
  /// Lists everything, and closes what is proved to be absent.
  case full
  /// Brings what changed since an earlier run, and closes nothing.
  case delta
  /// Plays what an earlier run listed through the present map: no new listing of the source.
  case replay
  /// Tried on a copy of the inventory, which it does not change.
  case staged
}

package struct NewRun: Sendable {
  package var connector: ConnectorNumber
  package var profile: String
  package var startedAt: Timestamp
  package var map: String
  package var mapVersion: Int
  package var scoreMap: String
  package var mode: RunMode
  /// The run whose kept pages it plays; nil for one that asks the source.
  package var replayOf: RunID?

  package init(
    connector: ConnectorNumber, profile: String, startedAt: Timestamp, map: String, mapVersion: Int, scoreMap: String,
    mode: RunMode = .full, replayOf: RunID? = nil
  ) {
    self.connector = connector
    self.profile = profile
    self.startedAt = startedAt
    self.map = map
    self.mapVersion = mapVersion
    self.scoreMap = scoreMap
    self.mode = mode
    self.replayOf = replayOf
  }
}

package struct StoredRun: Sendable {
  package var id: RunID
  package var connector: ConnectorNumber
  package var connectorName: String
  package var profile: String
  /// The transform map that it brings records in with.
  package var map: String
  package var mapVersion: Int
  package var stage: String
  /// nil while it is on, or after it was interrupted.
  package var result: String?
  package var startedAt: Timestamp
  package var finishedAt: Timestamp?
  package var resumptions: Int
  package var counters: JSONValue
  package var checkpoint: JSONValue
  package var error: JSONValue?
  package var activeSeconds: Double
  package var mode: RunMode
  package var replayOf: RunID?
}

package struct RunProgress: Sendable {
  package var stage: String
  package var counters: JSONValue
  package var checkpoint: JSONValue
  package var at: Timestamp
  package var resumptions: Int
  /// Time that processes spent on it, without the gaps between them.
  package var activeSeconds: Double

  package init(
    stage: String, counters: JSONValue, checkpoint: JSONValue, at: Timestamp, resumptions: Int, activeSeconds: Double
  ) {
    self.stage = stage
    self.counters = counters
    self.checkpoint = checkpoint
    self.at = at
    self.resumptions = resumptions
    self.activeSeconds = activeSeconds
  }
}

/// A record, or a value of one, that could not be used.
package struct Reject: Sendable {
  package enum Kind: String, Sendable {
    case record, value
    /// A finding whose host is not known for sure: kept for the next run.
    case aside
  }

  package var kind: Kind
  package var stream: String
  package var scope: String?
  package var recordID: String?
  package var target: String?
  package var reason: String
  /// The record as it came, at most 64 KiB.
  package var raw: String

  package init(
    _ kind: Kind, stream: String, scope: String?, recordID: String?, target: String? = nil, reason: String, raw: String
  ) {
    self.kind = kind
    self.stream = stream
    self.scope = scope
    self.recordID = recordID
    self.target = target
    self.reason = reason
    self.raw = raw
  }
}

package struct StoredResource: Sendable {
  package var id: Int64
  /// As its findings write it; as its host's row does where there are none yet.
  package var assessedID: String
  package var asset: AssetID?
  /// The present source row, or the last one that was.
  package var source: Int64?
  package var isPresent: Bool
  package var findingScope: Int64?
  /// Whether its asset has resources of other connectors.
  package var isShared: Bool
}

package struct StoredSource: Sendable {
  package var id: Int64
  package var resource: Int64
  package var foldedResourceID: String
  package var asset: AssetID
  package var isPresent: Bool
  package var digest: Int64
  /// Whether the resource's findings hang on this row.
  package var isAttached: Bool
}

package struct NewSource: Sendable {
  package var connector: ConnectorNumber
  package var externalAssetID: String
  package var resource: Int64
  package var asset: AssetID
  package var scope: Int64
  /// Target attributes as JSON.
  package var attributes: String
  package var digest: Int64
  package var at: Timestamp

  package init(
    connector: ConnectorNumber, externalAssetID: String, resource: Int64, asset: AssetID, scope: Int64,
    attributes: String, digest: Int64, at: Timestamp
  ) {
    self.connector = connector
    self.externalAssetID = externalAssetID
    self.resource = resource
    self.asset = asset
    self.scope = scope
    self.attributes = attributes
    self.digest = digest
    self.at = at
  }
}

package struct PresentSource: Sendable {
  package var id: Int64
  package var asset: AssetID
  package var resource: Int64
  /// Whether the resource's findings hang on this row: a host made anew has another one.
  package var holdsFindings: Bool
}

package struct PresentFinding: Sendable {
  package var id: FindingID
  package var resource: Int64
  package var category: String
}

/// What an asset's score is made of.
package struct ScoreBasis: Sendable {
  /// Open findings by QDS.
  package var counts: [Int: Int]
  package var criticality: Int
  package var isExposed: Bool
}

package struct StoredControl: Sendable {
  package var id: ControlID
  package var key: String
  /// What follows the resource's id in a finding's id, as written.
  package var findingSuffix: String
  package var defaultVariant: Int64
  package var variants: [StoredVariant]
}

/// One form in which a control's texts came.
package struct StoredVariant: Sendable {
  package var id: Int64
  package var digest: Int64
  package var category: String
  package var severityText: String
  package var severity: Int
  package var qds: Int
}

package struct NewVariant: Sendable {
  package var digest: Int64
  /// Control-level target attributes as JSON.
  package var attributes: String
  package var category: String
  package var severityText: String
  package var severity: Int
  package var qds: Int

  package init(digest: Int64, attributes: String, category: String, severityText: String, severity: Int, qds: Int) {
    self.digest = digest
    self.attributes = attributes
    self.category = category
    self.severityText = severityText
    self.severity = severity
    self.qds = qds
  }
}

/// A finding's row.
package struct StoredFinding: Sendable, Hashable {
  package var id: FindingID
  package var control: ControlID
  /// Only where it does not follow from resource and control.
  package var externalID: String?
  /// Only where the control's own value is another.
  package var variant: Int64?
  package var detail: Int64?
  package var severity: Int
  package var qds: Int
  package var sourceFirst: Timestamp?
  package var sourceUpdated: Timestamp?
  package var life: FindingLife
  package var digest: Int64

  package init(
    id: FindingID, control: ControlID, externalID: String?, variant: Int64?, detail: Int64?, severity: Int, qds: Int,
    sourceFirst: Timestamp?, sourceUpdated: Timestamp?, life: FindingLife, digest: Int64
  ) {
    self.id = id
    self.control = control
    self.externalID = externalID
    self.variant = variant
    self.detail = detail
    self.severity = severity
    self.qds = qds
    self.sourceFirst = sourceFirst
    self.sourceUpdated = sourceUpdated
    self.life = life
    self.digest = digest
  }
}
