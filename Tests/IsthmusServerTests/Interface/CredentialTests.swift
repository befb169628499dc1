import AzureSimulator
import Foundation
import IsthmusConnect
import IsthmusCore
import IsthmusStore
import TestSupport
import Testing

@testable import IsthmusServer

/// Connectors that sign in by a certificate, or by another identity provider's token.
@Suite("Credentials beside client secrets")
struct CredentialTests {
  private static func text(_ pem: String) -> [String: JSONValue] { ["clientCertificate": .string(pem)] }

  /// A connector with this credential and no client secret.
  private func connector(_ harness: InterfaceHarness, _ credential: [String: JSONValue]) -> JSONValue {
    harness.connector("one") { settings in
      settings["clientSecret"] = nil
      settings.merge(credential) { $1 }
    }
  }

  @Test("A certificate signs in; its end is known; its key is nowhere afterwards")
  func certificate() async throws {
    let made = try TestCertificate(endsAfter: .seconds(10 * 86_400))
    let harness = try await InterfaceHarness(hosts: 2, findingsPerHost: 2) {
      $0.clientCertificates = [made.certificate]
    }
    let document = connector(harness, Self.text(made.pem))
    let unsaved = try await harness.send("POST", "/connector-checks", document)
    #expect(unsaved.json["passed"] == .bool(true), "\(unsaved.text)")
    let saved = try await harness.send("POST", "/connectors", document)
    #expect(saved.json["connection"]?["clientCertificate"] == .object(["stored": .bool(true)]), "\(saved.text)")
    let check = try await harness.send("POST", "/connectors/one/check").json["steps"]?.array?[1]
    #expect(check?["result"] == .string("warning") && check?["detail"]?.string?.contains("ends") == true)
    try await harness.send("POST", "/connectors/one/runs")
    #expect(try await harness.send("GET", "/runs").items.first?["result"] == .string("succeeded"))
    let stored = try #require(try await harness.store.read { try $0.secrets.storedSecrets() }.first)
    #expect(stored.place.field == "clientCertificate")
    let metrics = await harness.application.answer(
      RawRequest(method: "GET", target: "/metrics", headers: try await harness.headers(.token(.viewer))))
    guard case .bytes(let figures) = metrics.body else { throw CancellationError() }
    let end = try #require(stored.expiresAt).microseconds / 1_000_000
    #expect(String(decoding: figures, as: UTF8.self).contains("field=\"clientCertificate\"} \(end)\n"))

    for misplaced in [
      self.connector(harness, ["clientSecret": .string("x"), "clientCertificate": .string(made.pem)]),
      self.connector(harness, ["clientcertificate": .string(made.pem)]),
      self.connector(harness, ["federatedToken": .string(made.pem)]),
      self.connector(harness, ["federatedToken": .object(["stored": .string(made.pem)])]),
      self.connector(harness, ["tenantId": .string(made.pem), "clientCertificate": .string(made.pem)]),
      self.connector(harness, Self.text(made.key)), self.connector(harness, Self.text(made.certificate)),
    ] {
      for path in ["/connector-checks", "/connectors"] {
        #expect(try await harness.send("POST", path, misplaced.with("name", .string("m"))).problem == "invalid")
      }
    }
    for path in ["/connectors", "/runs", "/audit?limit=500"] { try await harness.send("GET", path) }
    let kept = try SecretSweepTests.files(in: harness.folder.path)
    for line in made.key.split(separator: "\n") where !line.hasPrefix("-") {
      for text in harness.told { #expect(!text.contains(line), "\(text)") }
      for (name, data) in kept { #expect(data.range(of: Data(line.utf8)) == nil, "\(name)") }
    }
    await harness.stop()
  }

  @Test("A certificate that the tenant does not know, or that has expired, is refused with what to do")
  func refusedCertificates() async throws {
    let (expired, unknown) = (try TestCertificate(endsAfter: .seconds(-3600)), try TestCertificate())
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1) {
      $0.clientCertificates = [expired.certificate]
    }
    for (made, says) in [(unknown, "does not know the client certificate"), (expired, "has expired, on ")] {
      let check = try await harness.send("POST", "/connector-checks", connector(harness, Self.text(made.pem)))
      let step = check.json["steps"]?.array?[1]
      #expect(step?["result"] == .string("failed"), "\(check.text)")
      #expect(step?["detail"]?.string?.contains(says) == true, "\(check.text)")
      #expect(step?["detail"]?.string?.contains("AADSTS700027") == true)
      #expect(step?["remedy"]?.string?.contains("Certificates & secrets") == true)
    }
    await harness.stop()
  }

  @Test("A token of a trusted issuer signs in; another one is refused with what does not fit")
  func federated() async throws {
    let (issuer, stranger) = (try TestCertificate(), try TestCertificate())
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/token"
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1, allowed: folder.path) {
      $0.federatedIssuer = issuer.certificate
    }
    let document = connector(harness, ["federatedToken": .object(["file": .string(path)])])
    #expect(try await harness.send("POST", "/connectors", document).status == 201)
    let now = Int64(Date().timeIntervalSince1970)
    func claims(_ change: [String: JSONValue] = [:]) -> JSONValue {
      var claims: [String: JSONValue] = [
        "iss": .string("https://issuer.example"), "sub": .string("isthmus"),
        "aud": .string("api://AzureADTokenExchange"), "exp": .integer(now + 36_000),
      ]
      claims.merge(change) { $1 }
      return .object(claims.map { JSONValue.Member($0.key, $0.value) })
    }
    let cases: [(token: String, says: String?)] = [
      (try issuer.token(claims()), nil), (try stranger.token(claims()), "AADSTS50013"),
      (try issuer.token(claims(["exp": .integer(now - 3600)])), "AADSTS700024"),
      (try issuer.token(claims(["iss": .string("https://other.example")])), "AADSTS700211"),
      (try issuer.token(claims(["aud": .string("api://other")])), "AADSTS700212"),
      (try issuer.token(claims(["sub": .string("Isthmus")])), "AADSTS700213"), ("neither-of-them", "AADSTS50027"),
      ("", "is empty"),
    ]
    for (token, says) in cases {
      try token.write(toFile: path, atomically: true, encoding: .utf8)
      let check = try await harness.send("POST", "/connectors/one/check")
      #expect(check.json["passed"] == .bool(says == nil), "\(check.text)")
      if let says { #expect(check.text.contains(says), "\(says): \(check.text)") }
      if !token.isEmpty { #expect(!check.text.contains(token)) }
    }
    await harness.stop()
  }

  @Test("Exactly one credential is given; a draft may have none yet")
  func exactlyOne() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1, allowed: "/run/secrets")
    let none = connector(harness, [:])
    let answer = try await harness.send("POST", "/connectors", none)
    #expect(answer.problem == "invalid" && answer.text.contains("credential"), "\(answer.text)")
    #expect(try await harness.send("POST", "/connectors?draft=true", none).status == 201)
    let both = connector(
      harness, ["clientSecret": .string("x"), "federatedToken": .object(["file": .string("/run/secrets/a")])])
    #expect(try await harness.send("POST", "/connector-checks", both).problem == "invalid")
    let kinds = try await harness.send("GET", "/connector-kinds").items.first?["settings"]?.array ?? []
    let credentials = kinds.filter { $0["oneOf"] == .string("credential") }.compactMap { $0["key"]?.string }
    #expect(credentials == ["clientSecret", "clientCertificate", "federatedToken"])
    await harness.stop()
  }
}
