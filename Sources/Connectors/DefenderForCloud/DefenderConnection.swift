import IsthmusConnect
import IsthmusCore

/// One tenant, read by one app registration.
struct DefenderConnection: SourceConnection {
  let settings: DefenderSettings
  let graph: ResourceGraphClient
  let credentials: ClientCredentials
  let entra: RetryingClient
  let now: @Sendable () -> Timestamp
  /// nil: everything is listed.
  var changedSince: Timestamp?

  func check() async -> ConnectionCheck { await DefenderCheck(connection: self).run() }

  func scopes() async throws(ConnectorError) -> ReadableScopes {
    var readable: [SourceScope] = []
    var ids: Set<String> = []
    var token: String?
    repeat {
      let page: ResourceGraphPage
      do throws(ResourceGraphError) {
        page = try await graph.page(of: Queries.subscriptions, scope: configuredScope, skipToken: token)
      } catch {
        throw error.asConnectorError
      }
      page.forEachRow { row in
        guard let id = row["subscriptionId"]?.string, !id.isEmpty, ids.insert(id.lowercased()).inserted else { return }
        readable.append(SourceScope(id: id, name: row["name"]?.string ?? id))
      }
      guard !page.isCutOff, page.skipToken == nil || page.skipToken != token else {
        throw ConnectorError(
          .unexpected, "Resource Graph did not list all subscriptions.", remedy: "Run again; report it if it stays so.")
      }
      token = page.skipToken
    } while token != nil
    if case .only(let listed) = settings.subscriptions { readable.removeAll { !listed.contains($0.id) } }
    guard !readable.isEmpty else {
      throw ConnectorError(
        .unauthorised, "The app registration can read no subscription.",
        remedy:
          "Give it the Reader role: Subscription › Access control (IAM) › Add role assignment. Microsoft Graph permissions are not it. A new role can take some minutes to act."
      )
    }
    guard case .only(let listed) = settings.subscriptions else {
      return ReadableScopes(readable: readable, unreadable: [])
    }
    return ReadableScopes(
      readable: readable, unreadable: listed.filter { id in !readable.contains { $0.id == id } },
      configured: Set(listed))
  }

  func totals(of stream: SourceStream, in scopes: [SourceScope]) async throws(ConnectorError) -> [SourceScope: Int] {
    let byID = Dictionary(scopes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var totals: [SourceScope: Int] = [:]
    for scope in scopes { totals[scope] = 0 }
    for step in PagedListing.steps(queries: queries(for: stream), scopes: scopes) {
      let page: ResourceGraphPage
      do throws(ResourceGraphError) {
        page = try await graph.page(of: Queries.counts(of: step.query), scope: step.scope)
      } catch {
        throw error.asConnectorError
      }
      page.forEachRow { row in
        guard let id = row["subscriptionId"]?.string?.lowercased(), let scope = byID[id] else { return }
        totals[scope, default: 0] += ResourceGraphPage.count(row["rows"])
      }
    }
    return totals
  }

  func existing(
    _ stream: SourceStream, ids: [String], in scopes: [SourceScope]
  ) async throws(ConnectorError) -> Set<String> {
    var found: Set<String> = []
    let sorted = ids.sorted()
    for start in stride(from: 0, to: sorted.count, by: InterfaceLookUp.idsPerQuery) {
      let group = Array(sorted[start..<min(start + InterfaceLookUp.idsPerQuery, sorted.count)])
      let queries = Self.allQueries(for: stream).map { Queries.ids(of: $0, among: group) }
      let listing = PagedListing(graph: graph, queries: queries, scopes: scopes, after: nil)
      while let page = try await listing.next() {
        page.rows.forEachRow { if let id = $0["id"]?.string { found.insert(id.lowercased()) } }
      }
    }
    return found
  }

  func list(_ stream: SourceStream, in scopes: [SourceScope], after cursor: String?) -> any SourceListing {
    let pages = PagedListing(graph: graph, queries: queries(for: stream), scopes: scopes, after: cursor)
    switch stream {
    case .hosts: return HostListing(pages: pages, interfaces: InterfaceLookUp(graph: graph, scopes: scopes))
    case .findings: return AssessmentListing(pages: pages)
    }
  }

  /// Assessments say when their status changed. Machines say when they were made, at most, and never when they were
  /// changed: they are listed whole, being one row where assessments are dozens.
  func changed(since: Timestamp) -> (any SourceConnection)? {
    var changed = self
    changed.changedSince = since
    return changed
  }

  var configuredScope: ResourceGraphScope {
    switch settings.subscriptions {
    case .all: .everything
    case .only(let ids): .subscriptions(ids)
    case .managementGroups(let ids): .managementGroups(ids)
    }
  }

  private func queries(for stream: SourceStream) -> [String] {
    guard stream == .findings, let changedSince else { return Self.allQueries(for: stream) }
    return [Queries.assessments(changedSince: changedSince)]
  }

  private static func allQueries(for stream: SourceStream) -> [String] {
    switch stream {
    case .hosts: [Queries.hosts, Queries.scaleSetInstances]
    case .findings: [Queries.assessments]
    }
  }
}

extension ResourceGraphError {
  /// For queries whose answers are small and that have no second page.
  var asConnectorError: ConnectorError {
    switch self {
    case .failed(let error): error
    case .payloadTooLarge, .skipTokenRefused:
      ConnectorError(.unavailable, "Resource Graph could not answer a short query.", remedy: "Run again later.")
    }
  }
}

/// Assessments as they come.
struct AssessmentListing: SourceListing {
  let pages: PagedListing

  func next() async throws(ConnectorError) -> SourcePage? {
    guard let page = try await pages.next() else { return nil }
    return SourcePage(
      document: page.rows.document, places: page.rows.places, cursor: page.cursor, startsOver: page.startsOver,
      isShifted: page.isShifted, total: page.rows.totalRecords)
  }
}

/// Hosts, each with its network interfaces and public addresses beside its own members.
struct HostListing: SourceListing {
  let pages: PagedListing
  let interfaces: InterfaceLookUp

  func next() async throws(ConnectorError) -> SourcePage? {
    guard let page = try await pages.next() else { return nil }
    let known = try await interfaces.find(for: page.rows)
    let joined = HostRecords(page.rows, interfaces: known)
    return SourcePage(
      document: try joined.document(), places: joined.places, cursor: page.cursor, startsOver: page.startsOver,
      isShifted: page.isShifted, total: page.rows.totalRecords, warnings: joined.warnings)
  }
}
