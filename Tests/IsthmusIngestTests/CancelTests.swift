import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite("Cancelling a run")
struct CancelTests {
  /// A source that waits before its second page of findings until somebody has said so.
  private final class WaitingSource: SourceConnection {
    let contents: ScriptedSource.Contents
    private let source: ScriptedSource
    let arrived = AsyncStream<Void>.makeStream()
    let goOn = AsyncStream<Void>.makeStream()

    init(_ contents: ScriptedSource.Contents) {
      self.contents = contents
      source = ScriptedSource(contents)
    }

    func check() async -> ConnectionCheck { await source.check() }
    func scopes() async throws(ConnectorError) -> ReadableScopes { try await source.scopes() }
    func totals(
      of stream: SourceStream, in scopes: [SourceScope]
    ) async throws(ConnectorError) -> [SourceScope: Int] { try await source.totals(of: stream, in: scopes) }
    func existing(
      _ stream: SourceStream, ids: [String], in scopes: [SourceScope]
    ) async throws(ConnectorError) -> Set<String> { try await source.existing(stream, ids: ids, in: scopes) }
    func list(_ stream: SourceStream, in scopes: [SourceScope], after cursor: String?) -> any SourceListing {
      Listing(source.list(stream, in: scopes, after: cursor), stream: stream, source: self)
    }

    private actor Listing: SourceListing {
      private let listing: any SourceListing
      private let stream: SourceStream
      private let source: WaitingSource
      private var place = 0

      init(_ listing: any SourceListing, stream: SourceStream, source: WaitingSource) {
        self.listing = listing
        self.stream = stream
        self.source = source
      }

      func next() async throws(ConnectorError) -> SourcePage? {
        place += 1
        if stream == .findings, place == 2 {
          source.arrived.continuation.yield()
          for await _ in source.goOn.stream { break }
        }
        return try await listing.next()
      }
    }
  }

  @Test("A run that is on stops at the next page, keeps what came and closes nothing", arguments: [false, true])
  func running(isStaged: Bool) async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents.sample()
    try await harness.sync(contents)
    let before = try await harness.snapshot()
    contents.pageSize = 5
    contents.hosts.removeLast()
    contents.findings.removeLast()
    let source = WaitingSource(contents)
    async let ended =
      isStaged
      ? harness.service(day: 1).stage(harness.plan(), over: source, keepsPages: true)
      : harness.service(day: 1).run(harness.plan(), over: source)
    for await _ in source.arrived.stream { break }
    // As another process does.
    let run = try #require(try await harness.store.read { try $0.runs(connector: "test", limit: 1) }.first)
    #expect(run.result == nil)
    let cancellation = try await harness.service(day: 1).cancel(run.id)
    guard case .asked = cancellation else {
      Issue.record("nobody was on the run")
      return
    }
    source.goOn.continuation.yield()
    let report = await ended
    #expect(report.result == "cancelled" && report.error?.kind == "cancelled")
    #expect(report.counters.assets.gone == 0 && report.counters.findings.gone == 0)
    #expect(try await harness.snapshot().map(withoutStatus) == before.map(withoutStatus))
    #expect(try await harness.store.read { try $0.run(run.id)?.result } == "cancelled")
    #expect(try await harness.store.read { try $0.kept.keptRuns() }.isEmpty)
    // The next one begins anew.
    let next = try await harness.sync(contents, day: 1)
    #expect(next.result == "succeeded" && next.run != run.id && next.counters.assets.gone == 1)
    await #expect(throws: ConnectorError.self) { try await harness.service(day: 1).cancel(run.id) }
  }

  @Test("A run that was interrupted ends at once when it is cancelled, and is not gone on with")
  func interrupted() async throws {
    let harness = try ScriptedHarness()
    var contents = ScriptedSource.Contents.sample()
    contents.pageSize = 5
    try await harness.interrupt(contents, day: 0, atPage: 3) { $0.keepsPages = true }
    let cancellation = try await harness.service().cancel(RunID(1))
    guard case .ended = cancellation else {
      Issue.record("somebody was on the run")
      return
    }
    #expect(try await harness.store.read { try $0.kept.keptRuns() }.isEmpty)
    let next = try await harness.sync(contents)
    #expect(next.run == RunID(2) && next.result == "succeeded")
    await #expect(throws: ConnectorError.self) { try await harness.service().cancel(RunID(4711)) }
  }
}
