import Foundation
import Testing

@testable import AzureSimulator

/// Speaks to the simulator's endpoints without a connection, as a client would over HTTP.
struct SimulatorClient {
  let state: SimulatorState
  let dispatcher: RequestDispatcher
  var token = ""

  init(_ change: (inout SimulatorConfiguration) -> Void = { _ in }) throws {
    var configuration = SimulatorConfiguration()
    configuration.quota = nil
    configuration.tenant.hosts = 30
    configuration.tenant.findingsPerHost = 20
    change(&configuration)
    let tenant = Tenant(configuration.tenant)
    state = try SimulatorState(
      tenant: tenant,
      registration: try AppRegistration(tenantID: tenant.id, configuration),
      quota: configuration.quota, faults: configuration.faults)
    state.baseURL = "http://127.0.0.1:9100"
    dispatcher = RequestDispatcher(state: state)
    token = state.issueToken(to: state.registration.clientID)
  }

  var subscriptions: [String] { state.tenant.subscriptions }

  /// The same simulator, spoken to by the second tenant's application.
  func inSecondTenant() throws -> SimulatorClient {
    var client = self
    client.token = state.issueToken(to: try #require(state.second).registration.clientID)
    return client
  }

  func send(
    _ method: String, _ target: String, headers: [String: String] = [:], body: String = ""
  ) -> RequestDispatcher.Delivery {
    dispatcher.deliver(
      SimulatorRequest(method: method, target: target, headers: headers, body: Array(body.utf8)))
  }

  /// Sends a query; `options` and `more` are merged into the body.
  func query(
    _ query: String, subscriptions: [String]? = nil, options: [String: Any] = [:], more: [String: Any] = [:],
    contentType: String = "application/json", version: String? = "2021-03-01"
  ) throws -> Reply {
    var body: [String: Any] = ["query": query]
    if let subscriptions { body["subscriptions"] = subscriptions }
    if !options.isEmpty { body["options"] = options }
    for (name, value) in more { body[name] = value }
    let target = "/providers/Microsoft.ResourceGraph/resources" + (version.map { "?api-version=\($0)" } ?? "")
    let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
    let headers = ["authorization": "Bearer \(token)", "content-type": contentType]
    return try Reply(send("POST", target, headers: headers, body: text).answer)
  }

  /// All rows of a query, page by page.
  func rows(_ text: String, subscriptions: [String]? = nil, pageSize: Int = 1000) throws -> [[String: Any]] {
    var rows: [[String: Any]] = []
    var options: [String: Any] = ["$top": pageSize]
    while true {
      let page = try query(text, subscriptions: subscriptions, options: options)
      rows += page.rows
      guard page.status == 200, let next = page.skipToken else { return rows }
      options["$skipToken"] = next
    }
  }

  func requestToken(
    tenant: String? = nil, path: String = "oauth2/v2.0/token", changing fields: [String: String?] = [:],
    headers: [String: String] = [:], contentType: String = "application/x-www-form-urlencoded"
  ) throws -> Reply {
    var form: [String: String] = [
      "grant_type": "client_credentials", "client_id": state.registration.clientID,
      "client_secret": state.registration.clientSecret, "scope": "https://management.azure.com/.default",
    ]
    for (name, value) in fields { form[name] = value }
    let allowed = CharacterSet.alphanumerics
    let body = form.map { name, value in
      "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")"
    }.joined(separator: "&")
    let target = "/\(tenant ?? state.tenant.id)/\(path)"
    let all = headers.merging(["content-type": contentType]) { first, _ in first }
    return try Reply(send("POST", target, headers: all, body: body).answer)
  }
}

/// An answer with its JSON taken apart by another parser than the simulator's.
struct Reply {
  let status: Int
  let answer: Answer
  let json: [String: Any]

  init(_ answer: Answer) throws {
    self.answer = answer
    status = answer.status
    json = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any] ?? [:]
  }

  var rows: [[String: Any]] { json["data"] as? [[String: Any]] ?? [] }
  var skipToken: String? { json["$skipToken"] as? String }
  var resultTruncated: String? { json["resultTruncated"] as? String }
  var totalRecords: Int? { json["totalRecords"] as? Int }
  var error: [String: Any] { json["error"] as? [String: Any] ?? [:] }
  var errorCode: String? { error["code"] as? String }
  var detailCodes: [String] { (error["details"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String } }
}

extension [String: Any] {
  /// The value at a path of keys.
  func at(_ path: String...) -> Any? {
    var value: Any? = self
    for key in path { value = (value as? [String: Any])?[key] }
    return value
  }

  func text(_ path: String...) -> String? {
    var value: Any? = self
    for key in path { value = (value as? [String: Any])?[key] }
    return value as? String
  }
}
