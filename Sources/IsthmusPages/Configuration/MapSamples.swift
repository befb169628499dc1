import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// Records to try a map on, from what runs have kept.
struct MapSamples: Sendable {
  private static let runsLookedAt = 50

  private let services: APIServices
  /// Of the map's source model.
  private let kind: KindDescriptor

  init(_ kind: KindDescriptor, _ services: APIServices) {
    self.kind = kind
    self.services = services
  }

  /// The first record of the last run that kept what the source said, else of a row that a run could not use.
  ///
  /// - Returns: nil if no run has kept one.
  func record(of stream: SourceStream) async throws -> JSONValue? {
    let snapshot = try await services.configuration.snapshot()
    let names = Set(
      snapshot.items(of: .connector).filter { $0.document["kind"]?.string == kind.name }.map(\.key.name))
    if let record = try await keptRecord(stream, of: names) { return record }
    return try await services.store.read { inventory in
      for run in try inventory.runs(connector: nil, limit: Self.runsLookedAt) where names.contains(run.connectorName) {
        if let record = try Self.reject(of: run.id, stream, inventory) { return record }
      }
      return nil
    }
  }

  private func keptRecord(_ stream: SourceStream, of connectors: Set<String>) async throws -> JSONValue? {
    let runs = try await services.store.read { inventory in
      try inventory.kept.keptRuns().map(\.run).filter { run in
        try inventory.run(run).map { connectors.contains($0.connectorName) } ?? false
      }
    }
    for run in runs {
      do throws(ConnectorError) {
        let connection: KeptConnection
        do {
          connection = try await KeptConnection(run, in: services.store)
        } catch let error as ConnectorError {
          throw error
        } catch {
          continue
        }
        guard let page = try await connection.list(stream, in: [], after: nil).next() else { continue }
        var record: JSONValue?
        page.forEachRecord { if record == nil { record = JSONValue($0) } }
        if let record { return record }
      } catch {
        // Pages that are not whole, or gone meanwhile: an older run may do.
        continue
      }
    }
    return nil
  }

  /// Long rows are kept cut, and can't be read.
  private static func reject(of run: RunID, _ stream: SourceStream, _ inventory: any InventoryReader) throws
    -> JSONValue?
  {
    var found: JSONValue?
    try inventory.forEachReject(run) { row in
      guard found == nil, row["stream"]?.string == stream.rawValue, let raw = row["raw"]?.string else { return }
      if let record = try? JSONValue(parsing: raw), case .object = record { found = record }
    }
    return found
  }
}
