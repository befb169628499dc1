import IsthmusConnect
import IsthmusCore

/// A connection whose answers are kept as they come. Pages are compressed while the page before is brought in.
struct RecordingConnection: SourceConnection {
  let source: any SourceConnection
  let recorder: PageRecorder

  func check() async -> ConnectionCheck { await source.check() }

  func scopes() async throws(ConnectorError) -> ReadableScopes {
    let scopes = try await source.scopes()
    await recorder.keep(scopes)
    return scopes
  }

  func totals(of stream: SourceStream, in scopes: [SourceScope]) async throws(ConnectorError) -> [SourceScope: Int] {
    let totals = try await source.totals(of: stream, in: scopes)
    await recorder.keep(totals, of: stream)
    return totals
  }

  func existing(
    _ stream: SourceStream, ids: [String], in scopes: [SourceScope]
  ) async throws(ConnectorError) -> Set<String> {
    let found = try await source.existing(stream, ids: ids, in: scopes)
    await recorder.keep(existing: found, among: ids, of: stream)
    return found
  }

  /// Only whole listings are kept: a part of one can't be played.
  func changed(since: Timestamp) -> (any SourceConnection)? { source.changed(since: since) }

  func list(_ stream: SourceStream, in scopes: [SourceScope], after cursor: String?) -> any SourceListing {
    RecordingListing(
      source.list(stream, in: scopes, after: cursor), of: stream, after: cursor, recorder: recorder)
  }
}

private actor RecordingListing: SourceListing {
  private let listing: any SourceListing
  private let stream: SourceStream
  private let cursor: String?
  private let recorder: PageRecorder
  private var hasBegun = false

  init(_ listing: any SourceListing, of stream: SourceStream, after cursor: String?, recorder: PageRecorder) {
    self.listing = listing
    self.stream = stream
    self.cursor = cursor
    self.recorder = recorder
  }

  func next() async throws(ConnectorError) -> SourcePage? {
    if !hasBegun {
      hasBegun = true
      await recorder.begin(stream, after: cursor)
    }
    guard let page = try await listing.next() else { return nil }
    await recorder.keep(page, of: stream)
    return page
  }
}
