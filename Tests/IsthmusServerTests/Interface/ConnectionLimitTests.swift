import IsthmusCore
import Testing

@testable import AzureSimulator
@testable import IsthmusServer

@Suite("What a client may ask of a connection")
struct ConnectionLimitTests {
  private static var short: ServerSettings {
    var settings = ServerSettings()
    settings.idleTimeout = .milliseconds(300)
    settings.requestTimeout = .milliseconds(300)
    return settings
  }

  @Test(
    "A client that is idle, or sends its request slowly, is cut off",
    arguments: [
      "", "GET /health HTTP/1.1\r\nHost: x\r\n",
      "POST /api/v1/tags HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
      "POST /api/v1/tags HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    ])
  func slowRequests(_ text: String) async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    try await ListeningTests.serve(harness, Self.short) { port, _ in
      let socket = try Socket(port: port)
      if !text.isEmpty { try socket.write(text) }
      // The server's own limit ends this, whatever comes before.
      while await !socket.read().isEmpty {}
      socket.close()
    }
    await harness.stop()
  }

  @Test("A client that does not go on with TLS is cut off")
  func stalledHandshake() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let settings = try PrivateAuthority().serving(Self.short, in: harness.folder)
    try await ListeningTests.serve(harness, settings) { port, _ in
      // Nothing, and the beginning of a handshake's first record.
      for text in ["", "\u{16}\u{03}\u{01}"] {
        let socket = try Socket(port: port)
        if !text.isEmpty { try socket.write(text) }
        while await !socket.read().isEmpty {}
        socket.close()
      }
    }
    await harness.stop()
  }

  @Test("A body whose pieces keep coming is cut off too when it takes too long as a whole")
  func trickledBody() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    var settings = Self.short
    settings.idleTimeout = .seconds(600)
    try await ListeningTests.serve(harness, settings) { port, _ in
      let socket = try Socket(port: port)
      try socket.write("POST /api/v1/tags HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n")
      while socket.sends(" ") { await Task.yield() }
      socket.close()
    }
    await harness.stop()
  }

  @Test("A client that takes nothing of a long answer is cut off")
  func untakenAnswer() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    try await ListeningTests.serve(harness, Self.short) { port, _ in
      let socket = try Socket(port: port)
      // As many answers as no socket's buffers hold; none is read until the server gives up.
      let request = "GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
      while socket.sends(request) { await Task.yield() }
      socket.close()
    }
    await harness.stop()
  }

  @Test("Addresses and headers that are too long are refused with a problem, and those beyond that at all")
  func longHeads() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    try await ListeningTests.serve(harness) { port, _ in
      func answer(_ head: String) async throws -> String {
        let socket = try Socket(port: port)
        try socket.write("\(head)\r\nHost: x\r\nConnection: close\r\n\r\n")
        var text = ""
        while case let piece = await socket.read(), !piece.isEmpty { text += piece }
        socket.close()
        return text
      }
      let letters = String(repeating: "a", count: 17_000)
      let long = try await answer("GET /api/v1/assets?query=\(letters)\(letters)\(letters)\(letters) HTTP/1.1")
      #expect(long.hasPrefix("HTTP/1.1 414") && long.contains("urn:isthmus:problem:address-too-long"), "\(long)")
      let headers = try await answer("GET /health HTTP/1.1\r\nX-One: \(letters)\r\nX-Two: \(letters)")
      #expect(headers.hasPrefix("HTTP/1.1 431") && headers.contains("headers-too-large"), "\(headers)")
      let more = String(repeating: letters, count: 10)
      #expect(try await answer("GET /\(more) HTTP/1.1").hasPrefix("HTTP/1.1 400"))
      #expect(try await answer("GET /health HTTP/1.1\r\nX-One: \(more)").hasPrefix("HTTP/1.1 400"))
      #expect(try await answer("GET /health HTTP/1.1").hasPrefix("HTTP/1.1 200"))
    }
    await harness.stop()
  }
}
