package import IsthmusCore

/// Access tokens of the OAuth 2.0 client credentials grant (RFC 6749 §4.4), cached and renewed.
package actor ClientCredentials {
  package struct Settings: Sendable {
    package var tokenURL: String
    package var clientID: String
    package var credential: ClientCredential
    package var scope: String

    package init(tokenURL: String, clientID: String, credential: ClientCredential, scope: String) {
      self.tokenURL = tokenURL
      self.clientID = clientID
      self.credential = credential
      self.scope = scope
    }
  }

  private struct Cached {
    var token: Secret
    var renewAt: Duration
  }

  private let settings: Settings
  private let client: RetryingClient
  private let time: ClientTime
  /// Turns an answer that is not 200 into what happened and what to do.
  private let explain: @Sendable (_ status: Int, _ body: JSONDocument?) -> ConnectorError
  private var cached: Cached?

  package init(
    _ settings: Settings, client: RetryingClient, time: ClientTime,
    explain: @escaping @Sendable (_ status: Int, _ body: JSONDocument?) -> ConnectorError
  ) {
    self.settings = settings
    self.client = client
    self.time = time
    self.explain = explain
  }

  /// A token that is valid for some minutes yet.
  package func token() async throws(ConnectorError) -> Secret {
    if let cached, time.now() < cached.renewAt { return cached.token }
    return try await request()
  }

  /// Forgets `token`, which the resource refused, unless it was replaced meanwhile.
  package func discard(_ token: Secret) {
    if cached?.token.reveal() == token.reveal() { cached = nil }
  }

  private func request() async throws(ConnectorError) -> Secret {
    var form = [("grant_type", "client_credentials"), ("client_id", settings.clientID)]
    form += try settings.credential.fields(
      clientID: settings.clientID, audience: settings.tokenURL, at: time.date())
    form.append(("scope", settings.scope))
    let body = form.map { "\($0.0)=\(FormEncoding.encode($0.1))" }.joined(separator: "&")
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")]
    let asked = HTTPRequest(
      "POST", settings.tokenURL, headers: headers, body: Array(body.utf8), timeout: .seconds(60))
    let answer = try await client.send(asked)
    // A body that is no JSON, such as a proxy's error page, is explained by its status alone.
    let document = try? JSONDocument(parsing: answer.body)
    guard answer.status == 200, let document else { throw explain(answer.status, document) }
    let granted = document.withRoot { root in
      (
        token: root["access_token"]?.string,
        seconds: root["expires_in"].flatMap { $0.integer ?? Int64($0.string ?? "") }
      )
    }
    guard let token = granted.token, !token.isEmpty else { throw explain(answer.status, document) }
    let lifetime = max(granted.seconds ?? 3599, 0)
    let margin = min(300, lifetime / 10)
    cached = Cached(token: Secret(token), renewAt: time.now() + .seconds(lifetime - margin))
    return Secret(token)
  }
}

/// Percent-encoding for form fields and query values.
package enum FormEncoding {
  /// All but letters, digits and `-._~` becomes `%XX`.
  package static func encode(_ text: String) -> String {
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        encoded.append(byte)
      default:
        let digits = Array("0123456789ABCDEF".utf8)
        encoded.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}
