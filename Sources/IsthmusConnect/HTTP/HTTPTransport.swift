package import IsthmusCore

/// Sends one request and gives the whole answer. Two implementations: ``AsyncHTTPTransport`` and the
/// recorded exchanges of the tests.
package protocol HTTPTransport: Sendable {
  /// - Throws: ``TransportError`` where no whole answer came. An answer of any status is not an error.
  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPAnswer
}

package struct HTTPRequest: Sendable {
  package var method: String
  package var url: String
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]
  /// For the whole exchange, from connecting to the last byte.
  package var timeout: Duration

  package init(
    _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
    timeout: Duration = .seconds(120)
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
  }
}

package struct HTTPAnswer: Sendable {
  package var status: Int
  /// Names in lower case; of a repeated header the last one.
  package var headers: [String: String]
  package var body: ByteStore
  /// From the call to the answer's last byte, by the client's clock; with the time for a connection.
  package var took: Duration = .zero

  package init(status: Int, headers: [String: String], body: ByteStore) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Why no whole answer came.
package struct TransportError: Error, Sendable {
  package enum Kind: Sendable {
    /// The name can't be resolved, or nothing listens: retried, and then reported as unreachable.
    case unreachable
    /// The certificate or the TLS exchange was refused: never retried.
    case untrusted
    case timeout
    /// The connection ended before the answer did.
    case interrupted
    case tooLarge
    /// The proxy wants a password, or gave an answer that is none.
    case proxyRefused
    case cancelled
    case badURL
  }

  package var kind: Kind
  /// For a person; names the host, never a header or a body.
  package var summary: String

  package init(_ kind: Kind, _ summary: String) {
    self.kind = kind
    self.summary = summary
  }

  /// Whether the same request may work if it is sent again.
  package var isPassing: Bool {
    switch kind {
    case .unreachable, .timeout, .interrupted: true
    case .untrusted, .tooLarge, .proxyRefused, .cancelled, .badURL: false
    }
  }
}
