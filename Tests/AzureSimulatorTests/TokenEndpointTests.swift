import Foundation
import Testing

@testable import AzureSimulator

@Suite("The token endpoint")
struct TokenEndpointTests {
  @Test("The v2.0 form gives numbers and a token that Resource Graph takes")
  func v2() throws {
    var client = try SimulatorClient()
    let reply = try client.requestToken()
    #expect(reply.status == 200)
    #expect(reply.json["token_type"] as? String == "Bearer")
    #expect(reply.json["expires_in"] as? Int == 3599)
    #expect(reply.json["ext_expires_in"] as? Int == 3599)
    client.token = try #require(reply.json["access_token"] as? String)
    #expect(try client.query("resources | count").status == 200)
  }

  @Test("The v1 form gives text for numbers")
  func v1() throws {
    let client = try SimulatorClient()
    let reply = try client.requestToken(
      path: "oauth2/token", changing: ["scope": nil, "resource": "https://management.azure.com/"])
    #expect(reply.json["expires_in"] as? String == "3599")
    #expect(reply.json["resource"] as? String == "https://management.azure.com/")
    #expect(Int(reply.json["expires_on"] as? String ?? "") != nil)
    #expect(reply.json["access_token"] is String)
  }

  @Test("Client id and secret may come in a Basic header")
  func basic() throws {
    let client = try SimulatorClient()
    let secret = client.state.registration.clientSecret
      .addingPercentEncoding(withAllowedCharacters: .alphanumerics)
    let pair = Data("\(client.state.registration.clientID):\(secret ?? "")".utf8).base64EncodedString()
    let reply = try client.requestToken(
      changing: ["client_id": nil, "client_secret": nil], headers: ["authorization": "Basic \(pair)"])
    #expect(reply.status == 200)
  }

  @Test("The tenant's domain stands for its id")
  func domain() throws {
    #expect(try SimulatorClient().requestToken(tenant: "Contoso.onmicrosoft.com").status == 200)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var tenant: String?
    var path = "oauth2/v2.0/token"
    var fields: [String: String?] = [:]
    var contentType = "application/x-www-form-urlencoded"
    var status: Int
    var error: String
    var code: Int

    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "wrong secret", fields: ["client_secret": "x"], status: 401, error: "invalid_client", code: 7_000_215),
    Case(
      name: "expired secret", fields: ["client_secret": "expired-secret"], status: 401, error: "invalid_client",
      code: 7_000_222),
    Case(
      name: "unknown client", fields: ["client_id": "00000000-0000-0000-0000-000000000009"], status: 400,
      error: "unauthorized_client", code: 700_016),
    Case(
      name: "unknown tenant", tenant: "00000000-0000-0000-0000-000000000009", status: 400, error: "invalid_request",
      code: 90_002),
    Case(name: "neither GUID nor domain", tenant: "contoso", status: 400, error: "invalid_request", code: 900_023),
    Case(name: "no secret", fields: ["client_secret": nil], status: 401, error: "invalid_client", code: 7_000_218),
    Case(
      name: "an assertion that is none",
      fields: ["client_secret": nil, "client_assertion": "x", "client_assertion_type": ClientAssertion.type],
      status: 401,
      error: "invalid_client", code: 50_027),
    Case(
      name: "an assertion without its type", fields: ["client_secret": nil, "client_assertion": "x"], status: 400,
      error: "invalid_request", code: 900_144),
    Case(name: "no grant type", fields: ["grant_type": nil], status: 400, error: "invalid_request", code: 900_144),
    Case(name: "no client id", fields: ["client_id": nil], status: 400, error: "invalid_request", code: 900_144),
    Case(name: "no scope", fields: ["scope": nil], status: 400, error: "invalid_request", code: 900_144),
    Case(
      name: "no resource", path: "oauth2/token", fields: ["scope": nil], status: 400, error: "invalid_request",
      code: 900_144),
    Case(name: "bad scope", fields: ["scope": "foo"], status: 400, error: "invalid_scope", code: 70_011),
    Case(
      name: "two resources", fields: ["scope": "https://a.example/.default https://b.example/.default"], status: 400,
      error: "invalid_scope", code: 70_011),
    Case(
      name: "no .default", fields: ["scope": "https://management.azure.com/user_impersonation"], status: 400,
      error: "invalid_scope", code: 1_002_012),
    Case(
      name: "foreign resource", fields: ["scope": "https://api.contoso.example/.default"], status: 400,
      error: "invalid_resource", code: 500_011),
    Case(
      name: "another grant", fields: ["grant_type": "password"], status: 400, error: "unsupported_grant_type",
      code: 70_003),
    Case(
      name: "not a form", contentType: "application/json", status: 400, error: "invalid_request", code: 9_002_313),
  ]

  @Test("Each fault has its status, word and number", arguments: cases)
  func refusals(_ expected: Case) throws {
    let reply = try SimulatorClient().requestToken(
      tenant: expected.tenant, path: expected.path, changing: expected.fields, contentType: expected.contentType)
    #expect(reply.status == expected.status)
    #expect(reply.json["error"] as? String == expected.error)
    #expect(reply.json["error_codes"] as? [Int] == [expected.code])
    let description = try #require(reply.json["error_description"] as? String)
    #expect(description.hasPrefix("AADSTS\(expected.code): "))
    #expect(description.contains("\r\nCorrelation ID: "))
    #expect((reply.json["error_uri"] as? String)?.hasSuffix("/error?code=\(expected.code)") == true)
    for name in ["timestamp", "trace_id", "correlation_id"] { #expect(reply.json[name] is String) }
  }

  @Test("The secret's id is refused with the hint that it is not the value")
  func secretID() throws {
    let client = try SimulatorClient()
    let reply = try client.requestToken(changing: ["client_secret": client.state.registration.secretID])
    #expect(reply.json["error_codes"] as? [Int] == [7_000_215])
    #expect((reply.json["error_description"] as? String)?.contains("not the client secret ID") == true)
  }

  @Test("A token lives as long as the fault says and is then called expired")
  func expiry() throws {
    var client = try SimulatorClient { $0.faults.expireToken = 0 }
    let reply = try client.requestToken()
    #expect(reply.json["expires_in"] as? Int == 3599)
    client.token = try #require(reply.json["access_token"] as? String)
    let refused = try client.query("resources | count")
    #expect(refused.status == 401)
    #expect(refused.errorCode == "ExpiredAuthenticationToken")
  }

  @Test("The discovery document names the token endpoint of the same host")
  func discovery() throws {
    let client = try SimulatorClient()
    let target = "/\(client.state.tenant.id)/v2.0/.well-known/openid-configuration"
    let reply = try Reply(client.send("GET", target).answer)
    #expect(
      reply.json["token_endpoint"] as? String == "http://127.0.0.1:9100/\(client.state.tenant.id)/oauth2/v2.0/token")
    let unknown = try Reply(
      client.send("GET", "/00000000-0000-0000-0000-000000000009/v2.0/.well-known/openid-configuration").answer)
    #expect(unknown.json["error"] as? String == "invalid_tenant")
  }
}
