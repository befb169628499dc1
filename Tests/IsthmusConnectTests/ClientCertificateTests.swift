import Foundation
import IsthmusConnect
import IsthmusCore
import TestSupport
import Testing

@Suite("Client certificates and other assertions")
struct ClientCertificateTests {
  private static let tokenURL = "https://login.example/t/oauth2/v2.0/token"
  private static let now = Timestamp(microseconds: 1_780_315_200_000_000)

  private static func form(
    _ credential: ClientCredential, answers: Int = 1
  ) async throws -> [[String: String]] {
    let script = (0..<answers).map {
      ScriptedTransport.Entry.answer(200, body: #"{"access_token":"t\#($0)","expires_in":0}"#)
    }
    let transport = ScriptedTransport(script)
    var time = ManualTime().client
    time.date = { now }
    let client = RetryingClient(transport: transport, time: time, pacer: nil, meter: TrafficMeter())
    let credentials = ClientCredentials(
      .init(tokenURL: tokenURL, clientID: "client", credential: credential, scope: "s"), client: client, time: time
    ) { status, _ in ConnectorError(.unauthorised, "\(status)", remedy: "") }
    for _ in 0..<answers { _ = try await credentials.token() }
    return transport.requests.map { request in
      let fields = String(decoding: request.body, as: UTF8.self).split(separator: "&").map { field in
        let parts = field.split(separator: "=", maxSplits: 1)
        return (String(parts[0]), parts.count > 1 ? parts[1].removingPercentEncoding ?? "" : "")
      }
      return Dictionary(fields, uniquingKeysWith: { $1 })
    }
  }

  @Test("An assertion names certificate, client and token endpoint, holds ten minutes, and differs each time")
  func asserts() async throws {
    let made = try TestCertificate()
    let certificate = try ClientCertificate(pem: Secret(made.pem))
    let forms = try await Self.form(.certificate(certificate), answers: 2)
    for form in forms {
      #expect(form["client_secret"] == nil && form["client_id"] == "client")
      #expect(form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
      let token = try #require(form["client_assertion"])
      #expect(made.hasSigned(token))
      let (header, claims) = (try TestCertificate.parts(of: token)[0], try TestCertificate.parts(of: token)[1])
      #expect(header["alg"] == .string("PS256") && header["typ"] == .string("JWT"))
      #expect(header["x5t#S256"]?.string?.utf8.count == 43)
      #expect(claims["iss"] == .string("client") && claims["sub"] == .string("client"))
      #expect(claims["aud"] == .string(Self.tokenURL))
      #expect(claims["nbf"] == .integer(1_780_315_200) && claims["exp"] == .integer(1_780_315_800))
      #expect(!String(decoding: token.utf8, as: UTF8.self).contains("PRIVATE"))
    }
    let ids = try forms.map { try TestCertificate.parts(of: $0["client_assertion"] ?? "")[1]["jti"] }
    #expect(ids[0] != ids[1])
  }

  @Test("A federated token is read from its file for each request")
  func readsAnew() async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/token"
    try "first.token.x\n".write(toFile: path, atomically: true, encoding: .utf8)
    let credential = ClientCredential.federatedToken(SecretFile(path))
    #expect(try await Self.form(credential).map { $0["client_assertion"] } == ["first.token.x"])
    try "second.token.x".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try await Self.form(credential).map { $0["client_assertion"] } == ["second.token.x"])
    try "".write(toFile: path, atomically: true, encoding: .utf8)
    let empty = await #expect(throws: ConnectorError.self) { try await Self.form(credential) }
    #expect(empty?.kind == .configuration && empty?.summary.contains(path) == true)
    try FileManager.default.removeItem(atPath: path)
    let missing = await #expect(throws: ConnectorError.self) { try await Self.form(credential) }
    #expect(missing?.summary.contains("can't be read") == true)
  }

  @Test("What is no certificate with its key is refused, saying why and nothing of it")
  func refuses() throws {
    let (made, other) = (try TestCertificate(), try TestCertificate())
    let damaged = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
    let cases = [
      ("", "PEM"), ("hunter2-hunter2", "PEM"), (made.certificate, "no private key"), (made.key, "no certificate"),
      (other.certificate + "\n" + made.key, "does not belong"), ("\(made.pem)\n\(other.key)", "more than one"),
      (made.pem.replacing("PRIVATE KEY", with: "ENCRYPTED PRIVATE KEY"), "passphrase"),
      ("\(made.certificate)\n\(damaged)", "no RSA key"),
    ]
    for (text, reason) in cases {
      let error = #expect(throws: ConnectorError.self) { try ClientCertificate(pem: Secret(text)) }
      #expect(error?.kind == .configuration && error?.summary.contains(reason) == true, "\(reason): \(error as Any)")
      for line in text.split(separator: "\n") where !line.hasPrefix("-") {
        #expect(error?.description.contains(line) == false)
      }
    }
  }

  @Test("Chain and key are taken in any order; it tells its end, and prints nothing of its key")
  func reads() throws {
    let (made, other) = (try TestCertificate(endsAfter: .seconds(86_400)), try TestCertificate())
    let certificate = try ClientCertificate(
      pem: Secret("Bag Attributes\n\(made.key)\n\(other.certificate)\n\(made.certificate)\n"))
    let left = certificate.expiresAt.microseconds / 1_000_000 - Int64(Date().timeIntervalSince1970)
    #expect((80_000...86_500).contains(left))
    var dumped = ""
    dump(ClientCredential.certificate(certificate), to: &dumped)
    for text in [dumped, "\(certificate)", String(reflecting: ClientCredential.certificate(certificate))] {
      #expect(!text.contains("PrivateKey") && !text.contains("thumbprint"), "\(text)")
    }
  }
}
