import AsyncHTTPClient
import IsthmusConnect
import IsthmusCore
import IsthmusStore
import NIOCore
import NIOHTTP1
import Testing

@testable import IsthmusServer

@Suite("Behind a proxy")
struct ProxyTests {
  private static let forwarded = "203.0.113.9, 198.51.100.7"

  /// Signs in over a socket.
  ///
  /// - Returns: The address that the audit log has of it.
  private static func signIn(_ harness: InterfaceHarness, trustsProxy: Bool) async throws -> String? {
    var settings = ServerSettings.patient
    settings.trustsProxy = trustsProxy
    try await ListeningTests.serve(harness, settings) { port, _ in
      let client = HTTPClient(eventLoopGroupProvider: .singleton)
      var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/v1/session")
      request.method = .POST
      request.headers.add(name: "Content-Type", value: "application/json")
      request.headers.add(name: "X-Forwarded-For", value: forwarded)
      request.headers.add(name: "X-Forwarded-Proto", value: "https")
      let body = JSONValue.object([
        "name": .string("viewer"), "password": .string(InterfaceHarness.password.reveal()),
      ])
      request.body = .bytes(ByteBuffer(string: body.text()))
      let answer = try await client.execute(request, timeout: .seconds(600))
      #expect(answer.status == .ok)
      try await client.shutdown()
    }
    let entries = try await harness.send("GET", "/audit?limit=1").items
    return entries.first?["address"]?.string
  }

  @Test("The last address that a trusted proxy tells is the client's, for the audit log too; others are not believed")
  func addresses() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    #expect(try await Self.signIn(harness, trustsProxy: false) == "127.0.0.1")
    #expect(try await Self.signIn(harness, trustsProxy: true) == "198.51.100.7")
    await harness.stop()
  }

  @Test("Without the header a trusted proxy's own address is taken")
  func noHeader() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    var settings = ServerSettings()
    settings.trustsProxy = true
    let remote = try SocketAddress(ipAddress: "192.0.2.5", port: 1)
    let application = ListeningTests.application(harness, settings)
    #expect(application.clientAddress(remote, nil) == "192.0.2.5")
    #expect(application.clientAddress(remote, "198.51.100.7") == "198.51.100.7")
    #expect(harness.application.clientAddress(remote, "198.51.100.7") == "192.0.2.5")
    await harness.stop()
  }

  @Test("Cookies are for TLS alone with a certificate and behind a proxy that is trusted, and else are not")
  func cookies() {
    var settings = ServerSettings()
    #expect(!SessionCookie(isSecure: settings.isSecure).setting(Secret("x")).contains("Secure"))
    settings.trustsProxy = true
    let behind = SessionCookie(isSecure: settings.isSecure).setting(Secret("x"))
    #expect(behind.hasPrefix("__Host-") && behind.contains("; Secure"))
    settings.trustsProxy = false
    settings.certificateFile = "server.pem"
    #expect(SessionCookie(isSecure: settings.isSecure).setting(Secret("x")).contains("; Secure"))
  }
}
