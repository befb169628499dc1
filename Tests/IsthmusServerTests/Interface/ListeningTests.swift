import AsyncHTTPClient
import Dispatch
import Foundation
import IsthmusCore
import IsthmusStore
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import ServiceLifecycle
import TestSupport
import Testing

@testable import AzureSimulator
@testable import IsthmusServer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("The server on a socket")
struct ListeningTests {
  @Test("Answers come whole, streams piece by piece, and a server that is asked to end ends with a stream open")
  func streams() async throws {
    let harness = try await InterfaceHarness.filled(hosts: 3, findingsPerHost: 2)
    let token = harness.token(.viewer)
    try await Self.serve(harness) { port, group in
      let client = HTTPClient(eventLoopGroupProvider: .singleton)
      func request(_ method: String, _ path: String, body: Int? = nil) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .init(rawValue: method)
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if let body { request.body = .bytes(ByteBuffer(repeating: 0x20, count: body)) }
        return try await client.execute(request, timeout: .seconds(60))
      }
      let got = try await request("GET", "/api/v1/summary")
      let bytes = try await got.body.collect(upTo: 1 << 20)
      #expect(got.status == .ok && got.headers.first(name: "X-Content-Type-Options") == "nosniff")
      #expect(got.headers.first(name: "Cache-Control") == "no-store" && got.headers["Server"].isEmpty)
      let head = try await request("HEAD", "/api/v1/summary")
      #expect(head.status == .ok && head.headers.first(name: "Content-Length") == "\(bytes.readableBytes)")
      #expect(try await head.body.collect(upTo: 1).readableBytes == 0)
      let other = try await request("OPTIONS", "/api/v1/tags")
      #expect(other.status == .methodNotAllowed && other.headers.first(name: "Allow") == "GET, POST, HEAD")
      let limit = harness.application.settings.maximumBody
      #expect(try await request("POST", "/api/v1/tags", body: limit + 1).status == .payloadTooLarge)
      #expect(try await request("POST", "/api/v1/transform-maps-preview", body: limit).status == .badRequest)
      let longest = ServerResponder.longestTarget
      for (length, status) in [(longest, 400), (longest + 1, 414), (80_000, 414)] as [(Int, UInt)] {
        let path = "/api/v1/assets?query="
        let long = try await request("GET", path + String(repeating: "a", count: length - path.utf8.count))
        #expect(long.status.code == status, "\(length)")
        let text = String(buffer: try await long.body.collect(upTo: 1 << 20))
        #expect(status == 400 || text.contains("urn:isthmus:problem:address-too-long"), "\(text)")
      }

      let events = try await request("GET", "/api/v1/connectors/one/events")
      #expect(events.headers.first(name: "Content-Type") == "text/event-stream")
      var pieces = events.body.makeAsyncIterator()
      let first = try #require(try await pieces.next())
      #expect(String(buffer: first).hasPrefix("event: change\ndata: {"))
      await group.triggerGracefulShutdown()
      while try await pieces.next() != nil {}
      try await client.shutdown()
    }
    await harness.stop()
  }

  @Test("Clients that break off, in a request or in a stream, leave the server as it was")
  func breaksOff() async throws {
    let harness = try await InterfaceHarness.filled(hosts: 1, findingsPerHost: 1)
    let authorization = "Host: x\r\nAuthorization: Bearer \(harness.token(.admin))\r\n"
    try await Self.serve(harness) { port, _ in
      for text in [
        "GET /api/v1/connectors/one/events HTTP/1.1\r\n\(authorization)\r\n",
        "POST /api/v1/tags HTTP/1.1\r\n\(authorization)Content-Length: 100\r\n\r\n{\"name\":", "GET /api/v1/as", "\r\n",
        "POST /api/v1/tags HTTP/1.1\r\n\(authorization)Transfer-Encoding: chunked\r\n\r\nzz\r\n", "\u{0}\u{1}\u{2}",
      ] {
        let socket = try Socket(port: port)
        try socket.write(text)
        if text.contains("/events") { #expect(await socket.read().hasPrefix("HTTP/1.1 200")) }
        socket.close()
        let next = try Socket(port: port)
        try next.write("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(await next.read().hasPrefix("HTTP/1.1 200"))
        next.close()
      }
    }
    #expect(try await harness.send("GET", "/tags").items.isEmpty)
    await harness.stop()
  }

  @Test("With a certificate it speaks TLS, and nothing else")
  func speaksTLS() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let authority = try PrivateAuthority()
    let settings = try authority.serving(.patient, in: harness.folder)
    try await Self.serve(harness, settings) { port, _ in
      var configuration = HTTPClient.Configuration()
      configuration.tlsConfiguration = .makeClientConfiguration()
      configuration.tlsConfiguration?.trustRoots = .certificates(
        try NIOSSLCertificate.fromPEMBytes(Array(authority.caPEM.utf8)))
      let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
      let secure = HTTPClientRequest(url: "https://127.0.0.1:\(port)/health")
      #expect(try await client.execute(secure, timeout: .seconds(60)).status == .ok)
      try await client.shutdown()
      let socket = try Socket(port: port)
      try socket.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(await !socket.read().hasPrefix("HTTP/1.1"))
      socket.close()
    }
    await harness.stop()
  }

  @Test("It does not listen without TLS where others can reach it, nor with half a certificate")
  func refusals() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    var settings = ServerSettings()
    settings.host = "0.0.0.0"
    #expect(throws: ServerError.self) { try Self.application(harness, settings).service { _ in } }
    settings.host = "127.0.0.1"
    settings.certificateFile = "/nonexistent/server.pem"
    #expect(throws: ServerError.self) { try Self.application(harness, settings).service { _ in } }
    settings.keyFile = "/nonexistent/server.key"
    #expect(throws: ServerError.self) { try Self.application(harness, settings).service { _ in } }
    await harness.stop()
  }

  // MARK: - Serving

  static func application(_ harness: InterfaceHarness, _ settings: ServerSettings) -> ServerApplication {
    ServerApplication(
      settings: settings, services: harness.services, version: "0",
      logger: Logger(label: "test") { _ in harness.log })
  }

  /// Serves on a port of the system's until `body` is done.
  static func serve(
    _ harness: InterfaceHarness, _ settings: ServerSettings = .patient,
    _ body: @escaping @Sendable (Int, ServiceGroup) async throws -> Void
  ) async throws {
    var settings = settings
    settings.port = 0
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let service = try application(harness, settings).service { port in
      continuation.yield(port)
      continuation.finish()
    }
    let group = ServiceGroup(services: [service], logger: Logger(label: "test") { _ in harness.log })
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { continuation.finish() }
        try await group.run()
      }
      for await port in ports {
        try await body(port, group)
        await group.triggerGracefulShutdown()
      }
      try await tasks.waitForAll()
    }
  }
}

extension ServerSettings {
  /// Cuts nobody off: the machine that tests run on may be slow.
  static var patient: ServerSettings {
    var settings = ServerSettings()
    settings.idleTimeout = .seconds(3600)
    settings.requestTimeout = .seconds(3600)
    return settings
  }
}

extension PrivateAuthority {
  /// Settings with its server certificate, written into the folder.
  func serving(_ settings: ServerSettings, in folder: TemporaryFolder) throws -> ServerSettings {
    var settings = settings
    let (certificate, key) = (folder.file("server.pem"), folder.file("server.key"))
    try Data(serverPEM.utf8).write(to: certificate)
    try Data(serverKeyPEM.utf8).write(to: key)
    settings.certificateFile = certificate.path(percentEncoded: false)
    settings.keyFile = key.path(percentEncoded: false)
    return settings
  }
}

/// A connection that writes what no client library would.
struct Socket {
  private let descriptor: Int32

  init(port: Int) throws {
    #if os(Linux)
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
    }
    try #require(descriptor >= 0 && status == 0, "errno \(errno)")
  }

  func write(_ text: String) throws {
    let bytes = Array(text.utf8)
    try #require(send(descriptor, bytes, bytes.count, 0) == bytes.count)
  }

  /// Whether the other side still takes it; what does not fit now is left away.
  func sends(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    #if os(Linux)
      let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    #else
      signal(SIGPIPE, SIG_IGN)
      let flags = Int32(MSG_DONTWAIT)
    #endif
    let sent = send(descriptor, bytes, bytes.count, flags)
    return sent >= 0 || errno == EAGAIN
  }

  /// What has come once something came; empty if the other side closed. Waits apart from the threads that the server
  /// answers on.
  func read() async -> String {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [descriptor] in
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        continuation.resume(returning: String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self))
      }
    }
  }

  func close() {
    #if canImport(Glibc)
      _ = Glibc.close(descriptor)
    #elseif canImport(Musl)
      _ = Musl.close(descriptor)
    #else
      _ = Darwin.close(descriptor)
    #endif
  }
}
