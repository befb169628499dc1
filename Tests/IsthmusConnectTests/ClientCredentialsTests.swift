import IsthmusConnect
import IsthmusCore
import TestSupport
import Testing

@Suite("Client credentials")
struct ClientCredentialsTests {
  private struct Bench {
    let time = ManualTime()
    let transport: ScriptedTransport
    let credentials: ClientCredentials

    init(_ script: [ScriptedTransport.Entry]) {
      transport = ScriptedTransport(script)
      let settings = ClientCredentials.Settings(
        tokenURL: "https://login.example/t/oauth2/v2.0/token", clientID: "client&id",
        credential: .secret(Secret("a+b=c &é~")),
        scope: "https://api.example/.default")
      let client = RetryingClient(transport: transport, time: time.client, pacer: nil, meter: TrafficMeter())
      credentials = ClientCredentials(settings, client: client, time: time.client) { status, body in
        let code = body?.withRoot { $0["error"]?.string } ?? "none"
        return ConnectorError(.unauthorised, "status \(status), error \(code)", remedy: "r")
      }
    }
  }

  private static func granted(_ token: String, _ seconds: String? = "3600") -> ScriptedTransport.Entry {
    let expiry = seconds.map { ",\"expires_in\":\($0)" } ?? ""
    return .answer(200, body: "{\"token_type\":\"Bearer\",\"access_token\":\"\(token)\"\(expiry)}")
  }

  @Test("The request is a form with every value encoded")
  func sendsForm() async throws {
    let bench = Bench([Self.granted("one")])
    #expect(try await bench.credentials.token().reveal() == "one")
    let request = try #require(bench.transport.requests.first)
    #expect(request.method == "POST")
    #expect(request.url == "https://login.example/t/oauth2/v2.0/token")
    #expect(request.headers.first { $0.name == "content-type" }?.value == "application/x-www-form-urlencoded")
    let body = """
      grant_type=client_credentials&client_id=client%26id&client_secret=a%2Bb%3Dc%20%26%C3%A9~\
      &scope=https%3A%2F%2Fapi.example%2F.default
      """
    #expect(String(decoding: request.body, as: UTF8.self) == body)
  }

  @Test(
    "A token is kept until shortly before it expires",
    arguments: [
      ("3600", 3300), ("\"3600\"", 3300), ("600", 540), ("10", 9), (nil, 3299), ("86400", 86_100),
    ] as [(String?, Int)])
  func keepsToken(seconds: String?, kept: Int) async throws {
    let bench = Bench([Self.granted("one", seconds), Self.granted("two")])
    #expect(try await bench.credentials.token().reveal() == "one")
    bench.time.advance(by: .seconds(kept) - .milliseconds(1))
    #expect(try await bench.credentials.token().reveal() == "one")
    bench.time.advance(by: .milliseconds(1))
    #expect(try await bench.credentials.token().reveal() == "two")
  }

  @Test("A token without a lifetime is used once", arguments: ["0", "-1"])
  func usesOnce(seconds: String) async throws {
    let bench = Bench([Self.granted("one", seconds), Self.granted("two")])
    #expect(try await bench.credentials.token().reveal() == "one")
    #expect(try await bench.credentials.token().reveal() == "two")
  }

  @Test("A token that was refused is renewed; one that was replaced meanwhile is left")
  func discards() async throws {
    let bench = Bench([Self.granted("one"), Self.granted("two")])
    let first = try await bench.credentials.token()
    await bench.credentials.discard(first)
    #expect(try await bench.credentials.token().reveal() == "two")
    await bench.credentials.discard(first)
    #expect(try await bench.credentials.token().reveal() == "two")
  }

  @Test(
    "A refusal is explained by status and body, and not kept",
    arguments: [
      (ScriptedTransport.Entry.answer(401, body: #"{"error":"invalid_client"}"#), "status 401, error invalid_client"),
      (.answer(400, body: #"{"error":"unauthorized_client"}"#), "status 400, error unauthorized_client"),
      (.answer(403, body: "<html>proxy</html>"), "status 403, error none"),
      (.answer(200, body: "{}"), "status 200, error none"),
      (.answer(200, body: #"{"access_token":""}"#), "status 200, error none"),
      (.answer(200, body: "not JSON"), "status 200, error none"), (.answer(302), "status 302, error none"),
    ])
  func explains(entry: ScriptedTransport.Entry, summary: String) async throws {
    let bench = Bench([entry, Self.granted("one")])
    let error = await #expect(throws: ConnectorError.self) { try await bench.credentials.token() }
    #expect(error?.kind == .unauthorised)
    #expect(error?.summary == summary)
    #expect(try await bench.credentials.token().reveal() == "one")
  }

  @Test("A failure that passes is tried again")
  func retries() async throws {
    let bench = Bench([.answer(503), .failure(TransportError(.timeout, "late")), Self.granted("one")])
    #expect(try await bench.credentials.token().reveal() == "one")
    #expect(bench.transport.isFinished)
  }

  @Test(
    "Form values are encoded byte by byte",
    arguments: [
      ("", ""), ("aZ09-._~", "aZ09-._~"), (" ", "%20"), ("+&=%", "%2B%26%3D%25"), ("é😀", "%C3%A9%F0%9F%98%80"),
      ("\n\0", "%0A%00"), ("'()*!", "%27%28%29%2A%21"),
    ])
  func encodes(text: String, encoded: String) { #expect(FormEncoding.encode(text) == encoded) }
}
