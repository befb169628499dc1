import IsthmusConnect
import IsthmusCore

/// Hosts, each with its network interfaces and public addresses beside its own members.
actor HostListing: SourceListing {
  private let graph: ResourceGraphClient
  private let scopes: [SourceScope]
  private var projection: HostProjection?
  private var pages: PagedListing
  private var warnings: [String] = []
  private var startsOver: Bool
  private var hasGiven: Bool

  /// - Parameter projection: nil where whole rows are needed.
  init(
    graph: ResourceGraphClient, scopes: [SourceScope], projection: HostProjection?, after cursor: String?
  ) {
    self.graph = graph
    self.scopes = scopes
    hasGiven = cursor != nil
    let place = cursor.flatMap(FormCursor.init)
    // A run that left the projection for whole rows goes on with these.
    let isUsable = place.map { $0.form == .whole || projection != nil } ?? false
    startsOver = cursor != nil && !isUsable
    self.projection = isUsable && place?.form == .whole ? nil : projection
    pages = PagedListing(
      graph: graph, queries: Self.queries(self.projection), scopes: scopes, after: isUsable ? place?.rest : nil)
  }

  private static func queries(_ projection: HostProjection?) -> [String] {
    guard let projection else { return [Queries.hosts, Queries.scaleSetInstances] }
    return [projection.hosts(Queries.hosts), projection.scaleSetInstances(Queries.scaleSetInstances)]
  }

  func next() async throws(ConnectorError) -> SourcePage? {
    while true {
      do throws(ResourceGraphError) {
        guard let page = try await pages.next() else { return nil }
        let form: FetchForm = projection == nil ? .whole : .projected
        let lookUp = InterfaceLookUp(graph: graph, scopes: scopes, projection: projection)
        let known = try await lookUp.find(for: page.rows)
        let joined = HostRecords(page.rows, interfaces: known)
        let (document, restarted, told) = (try joined.document(), startsOver || page.startsOver, warnings)
        (startsOver, warnings, hasGiven) = (false, [], true)
        return SourcePage(
          document: document, places: joined.places, cursor: FormCursor(form: form, rest: page.cursor).text,
          startsOver: restarted, isShifted: page.isShifted, total: page.rows.totalRecords,
          warnings: told + joined.warnings, form: form)
      } catch {
        guard projection != nil, let reason = error.isOfQuery else { throw error.asConnectorError }
        warnings.append("Resource Graph does not give hosts projected: \(reason) They are asked for whole.")
        projection = nil
        startsOver = hasGiven
        pages = PagedListing(graph: graph, queries: Self.queries(nil), scopes: scopes, after: nil)
      }
    }
  }
}
