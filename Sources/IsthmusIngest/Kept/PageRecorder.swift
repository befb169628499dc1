import IsthmusConnect
import IsthmusCore
import IsthmusStore

/// Keeps what a source says to one run, as far as there is room. Keeping never fails a run: what can't be kept whole
/// is not kept at all, and the run's log says so.
actor PageRecorder {
  private let store: any InventoryStore
  private let run: RunID
  /// Bytes that the kept pages of all runs may take.
  private let capacity: Int
  private let note: @Sendable (String) async -> Void
  private var isOn = true
  private var listings: [SourceStream: Int] = [:]
  private var dropped: Set<RunID> = []

  /// - Parameter note: Tells a person what was dropped.
  init(
    store: any InventoryStore, run: RunID, capacity: Int, note: @escaping @Sendable (String) async -> Void
  ) {
    self.store = store
    self.run = run
    self.capacity = capacity
    self.note = note
  }

  func keep(_ scopes: ReadableScopes) async { await keep(KeptPart(.scopes, facts: scopes.json)) }

  /// The listing of `stream` begins, or goes on after the page that `cursor` names.
  func begin(_ stream: SourceStream, after cursor: String?) async {
    await guarding {
      let parts = try await self.store.read { try $0.kept.keptParts(of: self.run) }
      let own = parts.filter { $0.stream == stream.rawValue }
      let known = own.map(\.listing).max() ?? 0
      if let cursor {
        let digest = self.digest(cursor)
        guard let place = own.last(where: { $0.cursor == digest }) else { throw Incomplete() }
        // Pages that were fetched ahead come once more.
        try await self.forget(stream, after: place.number)
        self.listings[stream] = place.listing
      } else if own.contains(where: { $0.listing == known && $0.kind == .totals }) || known == 0 {
        self.listings[stream] = known + 1
      } else {
        // No page of it was brought in before the run was interrupted.
        let before = own.last { $0.listing < known }?.number ?? 0
        try await self.forget(stream, after: before)
        self.listings[stream] = known
      }
      // What is asked for after the hosts can't be played without them.
      let hasHosts = parts.contains { $0.stream == SourceStream.hosts.rawValue && $0.kind == .totals }
      guard stream == .hosts || hasHosts else { throw Incomplete() }
    }
  }

  func keep(_ page: SourcePage, of stream: SourceStream) async {
    guard isOn else { return }
    let packed = PageCodec.pack(page)
    let facts = JSONValue.object([
      "startsOver": .bool(page.startsOver), "isShifted": .bool(page.isShifted),
      "total": page.total.map { .integer(Int64($0)) } ?? .null,
      "warnings": .array(page.warnings.map(JSONValue.string)), "records": .integer(Int64(page.count)),
    ])
    await keep(
      KeptPart(
        .page, stream: stream.rawValue, listing: listings[stream] ?? 1, cursor: digest(page.cursor), facts: facts,
        body: packed.body, size: packed.size))
  }

  func keep(_ totals: [SourceScope: Int], of stream: SourceStream) async {
    let members = totals.sorted { $0.key.id < $1.key.id }.map { scope, total in
      JSONValue.Member(scope.id, .integer(Int64(total)))
    }
    await keep(
      KeptPart(.totals, stream: stream.rawValue, listing: listings[stream] ?? 1, facts: .object(members)))
  }

  /// - Parameter found: Of the ids that were asked for, those that the source knows.
  func keep(existing found: Set<String>, among ids: [String], of stream: SourceStream) async {
    let missing = ids.filter { !found.contains($0) }
    let lists = JSONValue.array([found.sorted(), missing.sorted()].map { .array($0.map(JSONValue.string)) })
    let packed = PageCodec.pack(lists)
    await keep(
      KeptPart(.existing, stream: stream.rawValue, facts: .object([]), body: packed.body, size: packed.size))
  }

  // MARK: - Room

  /// The record lacks something: it began after the run, or parts of it were dropped.
  private struct Incomplete: Error {}

  private enum Outcome: Sendable {
    case kept
    /// Some parts of an earlier run made room.
    case dropped(RunID)
    case full
  }

  private func keep(_ part: KeptPart) async {
    await guarding {
      while true {
        let (run, capacity) = (self.run, self.capacity)
        let outcome = try await self.store.write { transaction -> Outcome in
          let kept = try transaction.keptRuns()
          if kept.map(\.bytes).reduce(part.body.count, +) <= capacity {
            try transaction.keep(part, of: run)
            return .kept
          }
          guard let oldest = kept.last(where: { $0.run != run })?.run else { return .full }
          _ = try transaction.forgetKept(oldest, stream: nil, after: 0, limit: KeptLimits.partsPerStep)
          return .dropped(oldest)
        }
        switch outcome {
        case .kept: return
        case .dropped(let other):
          if self.dropped.insert(other).inserted {
            await self.note("The kept pages of \(other) were dropped: there is room for \(self.room) in all.")
          }
        case .full:
          try await self.stop()
          await self.note("The pages of this run are not kept: they would take more than \(self.room).")
          return
        }
      }
    }
  }

  private var room: String { "\(capacity >> 20) MiB" }

  private func forget(_ stream: SourceStream?, after number: Int64) async throws {
    let run = run
    while try await store.write({
      try $0.forgetKept(run, stream: stream?.rawValue, after: number, limit: KeptLimits.partsPerStep)
    }) == KeptLimits.partsPerStep {}
  }

  private func stop() async throws {
    isOn = false
    try await forget(nil, after: 0)
  }

  private func guarding(_ body: () async throws -> Void) async {
    guard isOn else { return }
    do {
      try await body()
    } catch {
      let reason = error is Incomplete ? "keeping began after the run" : "\(error)"
      await note("The pages of this run are not kept: \(reason).")
      isOn = false
      // What is left over is not whole, and no replay takes it; the run's end tries again.
      try? await forget(nil, after: 0)
    }
  }

  private func digest(_ cursor: String) -> Int64 {
    var digest = Digest(seed: store.seed)
    digest.add(cursor)
    return digest.signed
  }
}

enum KeptLimits {
  /// Parts that one transaction deletes: some 25 MB.
  static let partsPerStep = 100
}

extension ReadableScopes {
  var json: JSONValue {
    .object([
      "readable": .array(readable.map { .object(["id": .string($0.id), "name": .string($0.name)]) }),
      "unreadable": .array(unreadable.map(JSONValue.string)),
      "configured": configured.map { .array($0.sorted().map(JSONValue.string)) } ?? .null,
    ])
  }

  /// What ``json`` gave.
  init(_ json: JSONValue) {
    self.init(
      readable: (json["readable"]?.array ?? []).map {
        SourceScope(id: $0["id"]?.string ?? "", name: $0["name"]?.string ?? "")
      },
      unreadable: json["unreadable"]?.array?.compactMap(\.string) ?? [],
      configured: json["configured"]?.array.map { Set($0.compactMap(\.string)) })
  }
}
