import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOSSL
import Testing

@testable import AzureSimulator

/// Over a real connection: what an in-process call cannot show.
@Suite("The simulator's server")
struct SimulatorServerTests {
  /// Starts a small simulator, runs the body and takes everything down.
  private static func withSimulator(
    changing change: (inout SimulatorConfiguration) -> Void = { _ in },
    do body: (Simulator, HTTPClient) async throws -> Void
  ) async throws {
    var configuration = SimulatorConfiguration()
    configuration.tenant.hosts = 10
    configuration.tenant.findingsPerHost = 10
    configuration.quota = nil
    change(&configuration)
    let simulator = try await Simulator.start(configuration)
    var settings = HTTPClient.Configuration(decompression: .enabled(limit: .ratio(100)))
    settings.httpVersion = .http1Only
    if let pem = simulator.caPEM {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)))
      settings.tlsConfiguration = tls
    }
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    do {
      try await body(simulator, client)
    } catch {
      try await client.shutdown()
      await simulator.stop()
      throw error
    }
    try await client.shutdown()
    await simulator.stop()
  }

  private static func token(_ simulator: Simulator, _ client: HTTPClient) async throws -> String {
    var request = HTTPClientRequest(url: "\(simulator.authority)\(simulator.tenantID)/oauth2/v2.0/token")
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
    let secret = simulator.clientSecret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let scope = "scope=https%3A%2F%2Fmanagement.azure.com%2F.default"
    let form = "grant_type=client_credentials&client_id=\(simulator.clientID)&client_secret=\(secret)&\(scope)"
    request.body = .bytes(ByteBuffer(string: form))
    let body = try await client.execute(request, timeout: .seconds(30)).body.collect(upTo: 1 << 20)
    let json = try JSONSerialization.jsonObject(with: Data(body.readableBytesView)) as? [String: Any]
    return try #require(json?["access_token"] as? String)
  }

  private static func page(
    _ simulator: Simulator, _ client: HTTPClient, token: String, gzip: Bool = false
  ) async throws -> HTTPClientResponse {
    let path = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
    var request = HTTPClientRequest(url: simulator.resourceManager + path)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    request.headers.add(name: "authorization", value: "Bearer \(token)")
    if gzip { request.headers.add(name: "accept-encoding", value: "gzip") }
    request.body = .bytes(ByteBuffer(string: #"{"query": "securityresources | order by id asc"}"#))
    return try await client.execute(request, timeout: .seconds(30))
  }

  @Test("HTTPS with a certificate of its own authority, on 127.0.0.1", arguments: [false, true])
  func serves(usesTLS: Bool) async throws {
    try await Self.withSimulator(
      changing: { $0.usesTLS = usesTLS },
      do: { simulator, client in
        #expect((simulator.caPEM != nil) == usesTLS)
        let token = try await Self.token(simulator, client)
        let response = try await Self.page(simulator, client, token: token)
        #expect(response.status == .ok)
        let body = try await response.body.collect(upTo: 16 << 20)
        #expect(response.headers.first(name: "content-length") == "\(body.readableBytes)")
        #expect(body.readableBytes > 100_000)
      })
  }

  @Test("A cut-off answer breaks the connection before its length is reached")
  func reset() async throws {
    try await Self.withSimulator { simulator, client in
      let token = try await Self.token(simulator, client)
      var faults = FaultSettings()
      faults.reset = 1
      try simulator.setFaults(faults)
      await #expect(throws: (any Error).self) {
        let response = try await Self.page(simulator, client, token: token)
        #expect(response.status == .ok)
        _ = try await response.body.collect(upTo: 16 << 20)
      }
      try simulator.setFaults(FaultSettings())
      #expect(try await Self.page(simulator, client, token: token).status == .ok)
    }
  }

  @Test("A slow answer comes whole")
  func slow() async throws {
    try await Self.withSimulator { simulator, client in
      let token = try await Self.token(simulator, client)
      let whole = try await Self.page(simulator, client, token: token).body.collect(upTo: 16 << 20)
      var faults = FaultSettings()
      faults.slow = 1
      faults.slowSeconds = 0.01
      try simulator.setFaults(faults)
      let slow = try await Self.page(simulator, client, token: token).body.collect(upTo: 16 << 20)
      #expect(slow.readableBytes >= whole.readableBytes - 100)
      #expect(simulator.counts.slow == 1)
    }
  }

  @Test("Compressed answers are smaller and read the same")
  func gzip() async throws {
    try await Self.withSimulator(
      changing: { $0.usesGzip = true },
      do: { simulator, client in
        let token = try await Self.token(simulator, client)
        let plain = try await Self.page(simulator, client, token: token).body.collect(upTo: 16 << 20)
        let response = try await Self.page(simulator, client, token: token, gzip: true)
        #expect(response.headers.first(name: "content-encoding") == "gzip")
        let length = response.headers.first(name: "content-length").flatMap(Int.init) ?? .max
        #expect(length < plain.readableBytes / 3)
        #expect(try await response.body.collect(upTo: 16 << 20) == plain)
      })
  }

  @Test("A day and the truth can be read and moved in the process")
  func control() async throws {
    try await Self.withSimulator { simulator, _ in
      #expect(simulator.truth.day == 0)
      try simulator.setDay(3)
      #expect(simulator.truth.day == 3)
      #expect(throws: SimulatorError.self) { try simulator.setDay(-1) }
    }
  }

  @Test("A configuration that cannot be is refused with a sentence")
  func refused() async throws {
    var configuration = SimulatorConfiguration()
    configuration.tenant.hosts = 0
    await #expect(throws: SimulatorError(summary: "The number of hosts must be 1 to 200000, not 0.")) {
      try await Simulator.start(configuration)
    }
  }
}
