import IsthmusConnect
import IsthmusCore

/// The five steps of the connection check. Reads counts only.
struct DefenderCheck: Sendable {
  let connection: DefenderConnection

  private static let titles = [
    "Reach the authority", "Get a token", "Reach Resource Graph", "Read subscriptions", "See hosts and assessments",
  ]

  /// So many days before its end a certificate is warned of.
  private static let daysAhead = 30

  func run() async -> ConnectionCheck {
    var check = ConnectionCheck(steps: [])
    do throws(ConnectorError) {
      try await reachAuthority(&check)
      try await getToken(&check)
      let scopes = try await reachResourceGraph(&check)
      try await seeRecords(in: scopes, &check)
    } catch {
      // Resource Graph that answers 403 was reached: it is the subscriptions that can't be read.
      if check.steps.count == 2, error.kind == .unauthorised {
        check.steps.append(.init(Self.titles[2], .passed, "\(connection.settings.resourceManager) answers."))
      }
      check.steps.append(.init(Self.titles[check.steps.count], .failed, error.summary, remedy: error.remedy))
    }
    while check.steps.count < Self.titles.count {
      check.steps.append(.init(Self.titles[check.steps.count], .skipped, "Not tried."))
    }
    return check
  }

  private func reachAuthority(_ check: inout ConnectionCheck) async throws(ConnectorError) {
    let url = "\(connection.settings.authority)/\(connection.settings.tenantID)/v2.0/.well-known/openid-configuration"
    let answer = try await connection.entra.send(HTTPRequest("GET", url, timeout: .seconds(30)))
    guard answer.status == 200 || answer.status == 400 else {
      throw ConnectorError(
        .configuration, "\(connection.settings.authority) does not answer as Entra ID does (status \(answer.status)).",
        remedy: "Check the authentication URL and the cloud.")
    }
    check.steps.append(.init(Self.titles[0], .passed, "\(connection.settings.authority) answers."))
  }

  private func getToken(_ check: inout ConnectionCheck) async throws(ConnectorError) {
    _ = try await connection.credentials.token()
    let detail = "Entra ID gave a token to \(connection.settings.clientID)."
    guard case .certificate(let certificate) = connection.settings.credential,
      certificate.expiresAt < connection.now().advanced(by: .seconds(Self.daysAhead * 86_400))
    else { return check.steps.append(.init(Self.titles[1], .passed, detail)) }
    check.steps.append(
      .init(
        Self.titles[1], .warning, "\(detail) Its certificate ends \(certificate.expiresAt).",
        remedy:
          "Make a new one before, add it to the app registration (Certificates & secrets › Certificates), and give it here."
      ))
  }

  private func reachResourceGraph(_ check: inout ConnectionCheck) async throws(ConnectorError) -> [SourceScope] {
    let scopes = try await connection.scopes()
    check.steps.append(.init(Self.titles[2], .passed, "\(connection.settings.resourceManager) answers."))
    let names = scopes.readable.map(\.name).sorted()
    let shown = names.count > 5 ? names.prefix(5) + ["\(names.count - 5) more"] : names[...]
    let detail = "\(names.count) readable: \(shown.joined(separator: ", "))."
    if scopes.unreadable.isEmpty {
      check.steps.append(.init(Self.titles[3], .passed, detail))
    } else {
      let unreadable = scopes.unreadable.joined(separator: ", ")
      check.steps.append(
        .init(
          Self.titles[3], .warning, "\(detail) Not readable: \(unreadable).",
          remedy: "Give the app registration the Reader role on those, or take them off the list."))
    }
    return scopes.readable
  }

  private func seeRecords(in scopes: [SourceScope], _ check: inout ConnectionCheck) async throws(ConnectorError) {
    let hosts = try await connection.totals(of: .hosts, in: scopes).values.reduce(0, +)
    let findings = try await connection.totals(of: .findings, in: scopes).values.reduce(0, +)
    let interfaces = try await countInterfaces(in: scopes)
    let detail = "\(hosts) hosts, \(interfaces) network interfaces, \(findings) assessments."
    if findings > 0, hosts == 0 {
      throw ConnectorError(
        .unauthorised, "\(detail) The assessments are there, but no host can be seen.",
        remedy: "Security Reader alone does not show hosts: give the app registration the Reader role as well.")
    }
    // Packed, where most resources are hosts. Besides what follows: subscriptions, scale sets, recommendations, parts, odd
    // rows, and three counts.
    let requests = 8 + (hosts + 999) / 1000 + hosts / PackedParts.resources + 1
    check.hosts = hosts
    check.findings = findings
    check.requests = requests
    // 15 requests in 5 seconds.
    check.seconds = max(0, requests - 15) / 3
    guard hosts > 0, findings > 0 else {
      let missing = hosts == 0 ? "There are no hosts." : "There are no assessments."
      check.steps.append(
        .init(
          Self.titles[4], .warning, "\(detail) \(missing)",
          remedy: "Check that Defender for Cloud is on for these subscriptions, and that they hold machines."))
      return
    }
    check.steps.append(.init(Self.titles[4], .passed, detail))
  }

  private func countInterfaces(in scopes: [SourceScope]) async throws(ConnectorError) -> Int {
    var count = 0
    let query = "resources | where type =~ 'microsoft.network/networkinterfaces' | order by id asc"
    for step in PagedListing.steps(queries: [Queries.counts(of: query)], scopes: scopes) {
      do throws(ResourceGraphError) {
        let page = try await connection.graph.page(of: step.query, scope: step.scope)
        page.forEachRow { count += ResourceGraphPage.count($0["rows"]) }
      } catch {
        throw error.asConnectorError
      }
    }
    return count
  }
}
