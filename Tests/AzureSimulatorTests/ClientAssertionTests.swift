import Foundation
import IsthmusCore
import TestSupport
import Testing

@testable import AzureSimulator

@Suite("Assertions at the token endpoint")
struct ClientAssertionTests {
  private let made: TestCertificate
  private let client: SimulatorClient

  init() throws {
    let made = try TestCertificate()
    self.made = made
    client = try SimulatorClient { $0.clientCertificates = [made.pem] }
  }

  private func claims(_ change: [String: JSONValue] = [:]) -> JSONValue {
    let now = Int64(Date().timeIntervalSince1970)
    let id = JSONValue.string(client.state.registration.clientID)
    var claims: [String: JSONValue] = [
      "iss": id, "sub": id, "aud": .string("http://127.0.0.1:9100/\(client.state.tenant.id)/oauth2/v2.0/token"),
      "nbf": .integer(now), "exp": .integer(now + 600),
    ]
    claims.merge(change) { $1 }
    return .object(claims.map { JSONValue.Member($0.key, $0.value) })
  }

  private func send(_ assertion: String) throws -> Reply {
    try client.requestToken(changing: [
      "client_secret": nil, "client_assertion_type": ClientAssertion.type, "client_assertion": assertion,
    ])
  }

  @Test("One that older clients write, with RS256 and the SHA-1 thumbprint, is taken")
  func takesFormer() throws {
    #expect(try send(made.token(claims(), namesCertificate: true)).status == 200)
  }

  @Test("Each fault of an assertion has its number")
  func refuses() throws {
    let now = Int64(Date().timeIntervalSince1970)
    let other = try TestCertificate()
    let good = try made.token(claims(), namesCertificate: true)
    let cases: [(assertion: String, code: Int)] = [
      (try made.token(claims()), 700_027), (try other.token(claims(), namesCertificate: true), 700_027),
      ("\(good.dropLast(8))AAAAAAAA", 700_027),
      (try made.token(claims(["sub": .string("x")]), namesCertificate: true), 700_021),
      (try made.token(claims(["aud": .string("https://elsewhere.example")]), namesCertificate: true), 700_023),
      (
        try made.token(claims(["nbf": .integer(now - 7200), "exp": .integer(now - 3600)]), namesCertificate: true),
        700_024
      ),
      (try made.token(claims(["nbf": .integer(now + 3600)]), namesCertificate: true), 700_024),
      (try made.token(claims(["exp": .null]), namesCertificate: true), 700_024),
      (try made.token(claims(["exp": .integer(.max)]), namesCertificate: true), 700_024),
      (try made.token(claims(["iss": .string("https://issuer.example")])), 700_211), ("a.b", 50_027),
    ]
    for (assertion, code) in cases {
      let reply = try send(assertion)
      #expect(reply.status == 401 && reply.json["error"] as? String == "invalid_client")
      #expect(reply.json["error_codes"] as? [Int] == [code])
    }
  }

  @Test("A file without a certificate is no registration", arguments: ["", "x", "-----BEGIN CERTIFICATE-----"])
  func refusesFiles(text: String) {
    #expect(throws: SimulatorError.self) { try RegisteredCertificate(pem: text) }
  }
}
