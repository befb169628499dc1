package import IsthmusCore

/// Part of what a source said to a run, kept so that the run can be played again without the source.
///
/// Records and counts only: never a request, a header or a secret.
package struct KeptPart: Sendable {
  package enum Kind: String, Sendable {
    /// The scopes that could be read.
    case scopes
    case page
    /// How many records each scope held, by the source's own count: a listing ends with it.
    case totals
    /// Which records the source knew, of those that it was asked for by id.
    case existing
  }

  package var kind: Kind
  /// Empty for scopes.
  package var stream: String
  /// Which listing of the stream it belongs to, from 1; 0 for what belongs to none.
  package var listing: Int
  /// A digest of the source's own place after the page; the place itself is part of a request.
  package var cursor: Int64?
  package var facts: JSONValue
  /// Compressed.
  package var body: [UInt8]
  /// Bytes of the body before it was compressed.
  package var size: Int

  package init(
    _ kind: Kind, stream: String = "", listing: Int = 0, cursor: Int64? = nil, facts: JSONValue, body: [UInt8] = [],
    size: Int = 0
  ) {
    self.kind = kind
    self.stream = stream
    self.listing = listing
    self.cursor = cursor
    self.facts = facts
    self.body = body
    self.size = size
  }
}

/// A part without its body.
package struct KeptHeader: Sendable {
  /// Grows in the order in which the parts were kept.
  package var number: Int64
  package var kind: KeptPart.Kind
  package var stream: String
  package var listing: Int
  package var cursor: Int64?
  package var facts: JSONValue
}

/// A run of which parts are kept.
package struct KeptRun: Sendable, Hashable {
  package var run: RunID
  package var connector: ConnectorNumber
  /// As they are stored.
  package var bytes: Int
  package var result: String?

  package init(run: RunID, connector: ConnectorNumber, bytes: Int, result: String?) {
    self.run = run
    self.connector = connector
    self.bytes = bytes
    self.result = result
  }
}

package protocol KeptReading {
  /// The newest first.
  func keptRuns() throws -> [KeptRun]
  /// In the order in which they were kept.
  func keptParts(of run: RunID) throws -> [KeptHeader]
  /// The body as it is stored, with its size before it was compressed; nil if the part is not kept any more.
  func keptBody(_ number: Int64) throws -> (bytes: [UInt8], size: Int)?
}

package protocol KeptWriting: KeptReading {
  func keep(_ part: KeptPart, of run: RunID) throws
  /// Forgets parts of the run, of one stream if it is named, that were kept after the part `number`.
  ///
  /// - Returns: How many, at most `limit`.
  func forgetKept(_ run: RunID, stream: String?, after number: Int64, limit: Int) throws -> Int
  /// What one run kept is another's from now on.
  func handOverKept(from run: RunID, to other: RunID) throws
}
