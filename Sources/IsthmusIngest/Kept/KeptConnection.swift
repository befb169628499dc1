package import IsthmusConnect
package import IsthmusCore
package import IsthmusStore
import Synchronization

/// What a source said to a run, said again: the run can be played without the source.
///
/// Answers come in the order in which they were kept. What the source was not asked is not known, and counts as being
/// there: nothing is closed for it.
package final class KeptConnection: SourceConnection {
  private let run: RunID
  private let store: any InventoryStore
  private let parts: [KeptHeader]
  /// The listing of each stream that was asked for last.
  private let listings = Mutex<[SourceStream: Int]>([:])

  /// - Throws: ``ConnectorError`` of kind `configuration` if the run's pages are not kept, or not whole.
  package init(_ run: RunID, in store: any InventoryStore) async throws {
    self.run = run
    self.store = store
    parts = try await store.read { try $0.kept.keptParts(of: run) }
    for stream in SourceStream.allCases {
      let isWhole = parts.contains { $0.kind == .totals && $0.stream == stream.rawValue }
      guard isWhole, parts.contains(where: { $0.kind == .scopes }) else {
        throw ConnectorError(
          .configuration, parts.isEmpty ? "The pages of \(run) are not kept." : "The pages of \(run) are not whole.",
          remedy: "Set keepPages: true in the profile, and run it.")
      }
    }
  }

  package func check() async -> ConnectionCheck { ConnectionCheck(steps: []) }

  package func scopes() async throws(ConnectorError) -> ReadableScopes {
    ReadableScopes(parts.last { $0.kind == .scopes }?.facts ?? .null)
  }

  package func totals(
    of stream: SourceStream, in scopes: [SourceScope]
  ) async throws(ConnectorError) -> [SourceScope: Int] {
    let listing = listings.withLock { $0[stream] ?? 1 }
    let known = parts.filter { $0.kind == .totals && $0.stream == stream.rawValue }
    let facts = known.last { $0.listing == listing }?.facts ?? known.last?.facts
    return Dictionary(
      scopes.map { ($0, Int(facts?[$0.id]?.integer ?? 0)) }, uniquingKeysWith: { first, _ in first })
  }

  package func existing(
    _ stream: SourceStream, ids: [String], in scopes: [SourceScope]
  ) async throws(ConnectorError) -> Set<String> {
    var missing: Set<String> = []
    for part in parts where part.kind == .existing && part.stream == stream.rawValue {
      try await document(of: part).withRoot { root in
        let lists = root.elements.map { list in list.elements.compactMap(\.string) }
        missing.formUnion(lists.last ?? [])
        missing.subtract(lists.first ?? [])
      }
    }
    return Set(ids).subtracting(missing)
  }

  package func list(_ stream: SourceStream, in scopes: [SourceScope], after cursor: String?) -> any SourceListing {
    let place = cursor.flatMap(Place.init)
    let listing = listings.withLock { listings in
      let listing = place?.listing ?? (listings[stream] ?? 0) + 1
      listings[stream] = listing
      return listing
    }
    let pages = parts.filter {
      $0.kind == .page && $0.stream == stream.rawValue && $0.listing == listing && $0.number > place?.number ?? 0
    }
    return KeptListing(pages: pages, connection: self)
  }

  fileprivate func document(of part: KeptHeader) async throws(ConnectorError) -> JSONDocument {
    do {
      guard let kept = try await store.read({ try $0.kept.keptBody(part.number) }) else {
        throw ConnectorError(
          .unavailable, "The pages of \(run) are not kept any more.",
          remedy: "Give kept pages more room, and run again.")
      }
      return try PageCodec.unpack(kept.bytes, size: kept.size)
    } catch let error as ConnectorError {
      throw error
    } catch {
      throw ConnectorError(
        .unexpected, "A kept page of \(run) can't be read: \(error).", remedy: "Run again; report it if it stays so.")
    }
  }

  /// Where a listing goes on, also in another process.
  struct Place {
    var listing: Int
    var number: Int64

    init(listing: Int, number: Int64) {
      self.listing = listing
      self.number = number
    }

    init?(_ cursor: String) {
      let parts = cursor.split(separator: ":")
      guard parts.count == 2, let listing = Int(parts[0]), let number = Int64(parts[1]) else { return nil }
      self.init(listing: listing, number: number)
    }

    var cursor: String { "\(listing):\(number)" }
  }
}

private actor KeptListing: SourceListing {
  private var pages: ArraySlice<KeptHeader>
  private let connection: KeptConnection

  init(pages: [KeptHeader], connection: KeptConnection) {
    self.pages = pages[...]
    self.connection = connection
  }

  func next() async throws(ConnectorError) -> SourcePage? {
    guard let page = pages.popFirst() else { return nil }
    let document = try await connection.document(of: page)
    let places = document.withRoot { $0.elements.map(\.index) }
    return SourcePage(
      document: document, places: places,
      cursor: KeptConnection.Place(listing: page.listing, number: page.number).cursor,
      startsOver: page.facts["startsOver"] == .bool(true), isShifted: page.facts["isShifted"] == .bool(true),
      total: page.facts["total"]?.integer.map { Int($0) },
      warnings: page.facts["warnings"]?.array?.compactMap(\.string) ?? [])
  }
}
