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
  /// nil: whole rows are listed.
  var narrowing: (needs: RecordNeeds, form: FetchForm)?

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
    let queries = ids.sorted().batches(of: InterfaceLookUp.idsPerQuery).flatMap { group in
      Self.allQueries(for: stream).map { Queries.ids(of: $0, among: group) }
    }
    let listing = PagedListing(
      graph: graph, queries: queries, scopes: scopes, mostAhead: PagedListing.usualAhead, after: nil)
    do throws(ResourceGraphError) {
      while let page = try await listing.next() {
        page.rows.forEachRow { if let id = $0["id"]?.string { found.insert(id.lowercased()) } }
      }
    } catch {
      throw error.asConnectorError
    }
    return found
  }

  func list(_ stream: SourceStream, in scopes: [SourceScope], after cursor: String?) -> any SourceListing {
    let form = narrowing?.form ?? .whole
    switch stream {
    case .hosts:
      let projection = form == .whole ? nil : narrowing.flatMap { HostProjection($0.needs) }
      return HostListing(graph: graph, scopes: scopes, projection: projection, after: cursor)
    case .findings:
      let projection = form == .whole ? nil : narrowing.flatMap { FindingProjection($0.needs) }
      return AssessmentListing(
        graph: graph, scopes: scopes, rows: changedSince.map(Queries.assessments(changedSince:)) ?? Queries.assessments,
        form: form, projection: projection, after: cursor)
    }
  }

  func narrowed(to needs: RecordNeeds, as form: FetchForm) -> any SourceConnection {
    var narrowed = self
    narrowed.narrowing = (needs, form)
    return narrowed
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
  /// Where nothing else can be asked.
  var asConnectorError: ConnectorError {
    switch self {
    case .failed(let error), .queryRefused(let error): error
    case .payloadTooLarge, .skipTokenRefused:
      ConnectorError(.unavailable, "Resource Graph could not answer a short query.", remedy: "Run again later.")
    case .outdated:
      ConnectorError(.unavailable, "Recommendations keep changing.", remedy: "Run again later.")
    }
  }

  /// Why less may be asked of the source where it does not give this; nil where no other query would fare better.
  ///
  /// That it refuses for the rate, is down or does not answer is not the query's fault.
  var isOfQuery: String? {
    switch self {
    case .queryRefused(let error): error.summary
    case .failed(let error) where error.kind == .unexpected || [500, 504].contains(error.status): error.summary
    case .outdated, .payloadTooLarge: asConnectorError.summary
    case .failed, .skipTokenRefused: nil
    }
  }
}
