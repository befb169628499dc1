import IsthmusConnect
import IsthmusCore

/// Azure Resource Graph, `POST /providers/Microsoft.ResourceGraph/resources`, api-version 2021-03-01.
/// <https://learn.microsoft.com/rest/api/azureresourcegraph>
struct ResourceGraphClient: Sendable {
  /// More rows a page are not given.
  static let maximumPageRows = 1000

  let url: String
  let credentials: ClientCredentials
  let client: RetryingClient

  /// One page of a query's rows. `subscriptions` nil: all that the principal can read.
  ///
  /// - Throws: ``ResourceGraphError``, which tells the caller whether to ask in another way.
  func page(
    of query: String, scope: ResourceGraphScope, top: Int = maximumPageRows, skipToken: String? = nil
  ) async throws(ResourceGraphError) -> ResourceGraphPage {
    let body = Self.body(query: query, scope: scope, top: top, skipToken: skipToken)
    let answer = try await send(body)
    guard answer.status == 200 else { throw ResourceGraphError(answer, hasSkipToken: skipToken != nil) }
    do throws(JSONError) {
      return try ResourceGraphPage(JSONDocument(parsing: answer.body), took: answer.took)
    } catch {
      let problem = "Resource Graph's answer is \(error)."
      throw .failed(ConnectorError(.unexpected, problem, remedy: "Run again; report it if it stays so."))
    }
  }

  /// Sends with a token; a 401 renews the token once.
  private func send(_ body: [UInt8]) async throws(ResourceGraphError) -> HTTPAnswer {
    do throws(ConnectorError) {
      for attempt in 1...2 {
        let token = try await credentials.token()
        let headers = [
          ("authorization", "Bearer \(token.reveal())"), ("content-type", "application/json"),
          ("accept", "application/json"), ("accept-encoding", "gzip"),
        ]
        let answer = try await client.send(HTTPRequest("POST", url, headers: headers, body: body))
        guard answer.status == 401, attempt == 1 else { return answer }
        await credentials.discard(token)
      }
    } catch {
      throw .failed(error)
    }
    preconditionFailure("the second attempt always returns")
  }

  private static func body(
    query: String, scope: ResourceGraphScope, top: Int, skipToken: String?
  ) -> [UInt8] {
    var options: [JSONValue.Member] = [
      .init("$top", .integer(Int64(top))), .init("resultFormat", .string("objectArray")),
    ]
    if let skipToken { options.append(.init("$skipToken", .string(skipToken))) }
    var members: [JSONValue.Member] = [.init("query", .string(query))]
    switch scope {
    case .everything: break
    case .subscriptions(let ids): members.append(.init("subscriptions", .array(ids.map(JSONValue.string))))
    case .managementGroups(let ids): members.append(.init("managementGroups", .array(ids.map(JSONValue.string))))
    }
    members.append(.init("options", .object(options)))
    return Array(JSONValue.object(members).text().utf8)
  }
}

enum ResourceGraphScope: Sendable {
  case everything
  case subscriptions([String])
  case managementGroups([String])
}

/// One answer, its rows still in place.
struct ResourceGraphPage: Sendable {
  let document: JSONDocument
  /// Where the rows stand in `document`.
  let places: [Int]
  /// Rows of the whole result, by the source's count.
  let totalRecords: Int
  let skipToken: String?
  /// Rows were left out and there is no way to get them.
  let isCutOff: Bool
  /// How long the source took to give it.
  let took: Duration

  init(_ document: JSONDocument, took: Duration = .zero) throws(JSONError) {
    self.document = document
    self.took = took
    let read = document.withRoot { root in
      let rows = root["data"].flatMap { $0.kind == .array ? $0.elements.map(\.index) : nil }
      return (
        rows: rows, total: root["totalRecords"]?.integer, token: root["$skipToken"]?.string,
        truncated: root["resultTruncated"]?.string
      )
    }
    guard let rows = read.rows, let total = read.total, (0...Self.largestCount).contains(total) else {
      throw JSONError(offset: 0, problem: "without the members data and totalRecords")
    }
    places = rows
    totalRecords = Int(total)
    // `resultTruncated` is the text "false" on ordinary pages that have a token: only the token tells.
    skipToken = read.token.flatMap { $0.isEmpty ? nil : $0 }
    isCutOff = skipToken == nil && read.truncated == "true"
  }

  /// Counts beyond this are no counts.
  private static let largestCount: Int64 = 1 << 40

  /// A count that a row holds; 0 for what is none.
  static func count(_ value: JSONSlice?) -> Int {
    guard let number = value?.integer, (0...largestCount).contains(number) else { return 0 }
    return Int(number)
  }

  /// Calls `body` with each row.
  func forEachRow(_ body: (JSONSlice) throws -> Void) rethrows {
    try document.withRoot { root in
      for place in places { try body(root.at(place)) }
    }
  }
}

/// Why a query gave no page.
enum ResourceGraphError: Error {
  /// Over 16 MiB: ask for fewer rows.
  case payloadTooLarge
  /// The source does not know the place any more: begin anew.
  case skipTokenRefused
  /// The query is not one that the source takes.
  case queryRefused(ConnectorError)
  /// What was asked for before does not fit what comes: begin anew.
  case outdated
  case failed(ConnectorError)

  init(_ answer: HTTPAnswer, hasSkipToken: Bool) {
    let details = ErrorDetails(answer.body)
    if details.codes.contains("ResponsePayloadTooLarge") {
      self = .payloadTooLarge
    } else if answer.status == 400, hasSkipToken {
      self = .skipTokenRefused
    } else if answer.status == 400, !details.isOfScope {
      self = .queryRefused(details.explain(status: 400))
    } else {
      self = .failed(details.explain(status: answer.status))
    }
  }
}

/// `{error: {code, message, details: [{code, message, …}]}}`; anything else has no codes.
private struct ErrorDetails {
  var codes: [String] = []
  var position: String = ""

  init(_ body: ByteStore) {
    // Some bodies are no JSON at all; the status then says what there is to say.
    guard let document = try? JSONDocument(parsing: body) else { return }
    document.withRoot { root in
      guard let error = root["error"] else { return }
      if let code = error["code"]?.string { codes.append(code) }
      for detail in error["details"].map({ Array($0.elements) }) ?? [] {
        if let code = detail["code"]?.string { codes.append(code) }
        if let line = detail["line"]?.integer, let character = detail["characterPositionInLine"]?.integer {
          position = " at line \(line), character \(character)"
        }
      }
    }
  }

  /// Whether it is the subscriptions that are wrong.
  var isOfScope: Bool { codes.contains { $0.hasPrefix("NoValidSubscriptions") } }

  func explain(status: Int) -> ConnectorError {
    let codes = codes.isEmpty ? "no reason given" : self.codes.joined(separator: ", ")
    switch status {
    case 401:
      return ConnectorError(
        .unauthorised, "Azure Resource Manager refuses the token (401, \(codes)).",
        remedy: "Check that tenant, cloud and resource manager URL belong together.")
    case 403:
      return ConnectorError(
        .unauthorised, "Resource Graph refuses access to the subscriptions (403, \(codes)).",
        remedy:
          "Give the app registration the Reader role on them: Subscription › Access control (IAM) › Add role assignment. A new role can take some minutes to act."
      )
    case 400 where isOfScope:
      return ConnectorError(
        .configuration, "Resource Graph knows none of the configured subscriptions (400, \(codes)).",
        remedy: "Check the ids in connection.subscriptions, and that they belong to this tenant.")
    case 400:
      return ConnectorError(
        .unexpected, "Resource Graph refuses the query (400, \(codes)\(position)).",
        remedy: "Report this with the connector's version; it is no fault of the settings.")
    default:
      return ConnectorError(
        .unexpected, "Resource Graph answered with status \(status) (\(codes)).",
        remedy: "Check the resource manager URL; run again later.")
    }
  }
}

/// `x-ms-user-quota-remaining` and `x-ms-user-quota-resets-after` (hh:mm:ss).
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests>
enum ResourceGraphQuota {
  /// What Microsoft documents for each principal.
  static let standard = QuotaLimit(requests: 15, window: .seconds(5))

  @Sendable static func read(_ answer: HTTPAnswer) -> (remaining: Int, resetsAfter: Duration)? {
    guard let remaining = answer.headers["x-ms-user-quota-remaining"].flatMap({ Int($0) }) else { return nil }
    let text = answer.headers["x-ms-user-quota-resets-after"] ?? ""
    let parts = text.split(separator: ":").map { Double($0) ?? -1 }
    guard parts.count == 3, parts.allSatisfy({ (0..<100).contains($0) }) else { return (remaining, .seconds(5)) }
    return (remaining, .milliseconds(Int64((parts[0] * 3600 + parts[1] * 60 + parts[2]) * 1000)))
  }
}
