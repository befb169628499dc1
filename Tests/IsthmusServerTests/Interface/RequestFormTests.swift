import IsthmusConnect
import IsthmusCore
import IsthmusStore
import Testing

@testable import IsthmusServer

@Suite("Forms of requests")
struct RequestFormTests {
  @Test("HEAD is answered as GET is; methods that a path lacks are refused with those that it has")
  func methods() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    #expect(try await harness.send("HEAD", "/summary").status == 200)
    #expect(try await harness.send("HEAD", "/summary", as: .nobody).status == 401)
    for method in ["OPTIONS", "TRACE", "PATCH", "get", "", "QUERY", "PURGE ALL"] where method != "get" {
      let answer = try await harness.send(method, "/tags")
      #expect(answer.problem == "method-not-allowed", "\(method)")
      #expect(Set((answer.headers["allow"] ?? "").split(separator: ", ")) == ["GET", "HEAD", "POST"])
    }
    for path in ["/nothing", "", "/", "/assets/A1/nothing", "/../metrics", "/assets/%2e%2e"] {
      #expect(try await harness.send("GET", path).problem == "not-found", "\(path)")
    }
    for path in ["/", "/api/v2", "/api/v1x/assets", "/health/", "//health"] {
      let answer = await harness.application.answer(RawRequest(method: "GET", target: path))
      #expect(answer.status == 404, "\(path)")
    }
    let posted = await harness.application.answer(RawRequest(method: "POST", target: "/health"))
    #expect(posted.status == 405)
    await harness.stop()
  }

  @Test("Parameters that are unknown, stand twice or can't be decoded are refused by name")
  func parameters() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    for (query, name) in [
      ("limit=1&limit=2", "limit"), ("limit=1&limit=1", "limit"), ("limits=1", "limits"), ("limit=", "limit"),
      ("limit=0", "limit"), ("limit=501", "limit"), ("limit=1e1", "limit"), ("limit=%2B1", "limit"),
      ("limit=01", "limit"), ("limit=99999999999999999999", "limit"), ("absent=yes", "absent"), ("absent", "absent"),
      ("Limit=1", "Limit"), ("=1", ""), ("sort=", "sort"),
    ] {
      let answer = try await harness.send("GET", "/assets?\(query)")
      #expect(answer.problem == "bad-request", "\(query): \(answer.text)")
      #expect(answer.json["errors"]?.array?.first?["parameter"] == .string(name), "\(query)")
    }
    for query in ["query=%", "query=%4", "query=%zz", "query=%FF", "query=%C3", "%FF=1"] {
      #expect(try await harness.send("GET", "/assets?\(query)").problem == "bad-request", "\(query)")
    }
    #expect(try await harness.send("GET", "/assets?").status == 200)
    #expect(try await harness.send("GET", "/assets?&&limit=1&").status == 200)
    #expect(
      try await harness.send("GET", "/assets?query=asset.name:+web*&sort=asset.name&sort=-asset.id").status != 400)
    #expect(try await harness.send("GET", "/tags/%FF").problem == "not-found")
    await harness.stop()
  }

  @Test("A body that is no JSON, no UTF-8, of another type or where none is taken is refused; its places are told")
  func bodies() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let json = ["content-type": "application/json"]
    for (text, problem) in [
      ("", "bad-request"), ("{", "bad-request"), ("{}x", "bad-request"), ("nul", "bad-request"),
      (#"{"name":"a","name":"b","query":"id: A1"}"#, "bad-request"), ("[]", "invalid"), ("null", "invalid"),
      ("1", "invalid"), ("{}", "invalid"), (#"{"name": 1, "query": "id: A1"}"#, "invalid"),
      (#"{"name": "", "query": "id: A1"}"#, "invalid"), (#"{"name": "a", "query": "id: A1", "more": 1}"#, "invalid"),
      (#"{"name": "a", "query": "id: A1", "criticality": 6}"#, "invalid"),
      (#"{"name": "a", "query": "id: A1", "criticality": 1.5}"#, "invalid"),
      (#"{"name": "a", "query": "nonsense: 1"}"#, "invalid"),
      (String(repeating: "[", count: 100_000), "bad-request"),
    ] {
      let answer = try await harness.send("POST", "/tags", bytes: Array(text.utf8), json)
      #expect(answer.problem == problem, "\(text.prefix(80)): \(answer.text)")
    }
    let whole = #"{"name": "a", "query": "asset.name: x", "criticality": 3.0}"#
    let made = try await harness.send("POST", "/tags", bytes: Array(whole.utf8))
    #expect(made.json["criticality"] == .integer(3), "no type is JSON, 3.0 is whole: \(made.text)")
    #expect(try await harness.send("POST", "/tags", bytes: [0x22, 0xFF, 0x22], json).problem == "bad-request")
    for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/jsonx"] {
      let answer = try await harness.send("POST", "/tags", bytes: Array(whole.utf8), ["content-type": type])
      #expect(answer.problem == "unsupported-media-type", "\(type)")
    }
    for type in ["application/json; charset=utf-8", "Application/JSON"] {
      let answer = try await harness.send("POST", "/tags", bytes: Array(whole.utf8), ["content-type": type])
      #expect(answer.problem == "conflict", "\(type)")
    }
    #expect(try await harness.send("GET", "/tags", .object([])).problem == "bad-request")
    #expect(try await harness.send("DELETE", "/tags/a", .object([])).problem == "bad-request")
    let places = try await harness.send("POST", "/tags", .object(["a/b~": .null, "criticality": .string("x")]))
    let pointers = places.json["errors"]?.array?.compactMap { $0["pointer"]?.string }
    #expect(Set(pointers ?? []) == ["", "/a~1b~0", "/criticality"])
    await harness.stop()
  }

  @Test("Who is signed in signs in anew without the old session's token; who signs out is signed out")
  func sessions() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let old = try await harness.headers(.session(.viewer, hasCSRFToken: false))
    let body: JSONValue = .object([
      "name": .string("operator"), "password": .string(InterfaceHarness.password.reveal()),
    ])
    let signedIn = try await harness.send("POST", "/session", body, as: .nobody, old)
    #expect(signedIn.status == 200 && signedIn.json["role"] == .string("operator"))
    let cookie = try #require(signedIn.headers["set-cookie"]?.split(separator: ";").first)
    let headers = ["cookie": "other=1; \(cookie)", "x-csrf-token": signedIn.json["csrfToken"]?.string ?? ""]
    #expect(try await harness.send("GET", "/session", as: .nobody, headers).json["name"] == .string("operator"))
    #expect(try await harness.send("DELETE", "/session", as: .nobody, headers).status == 204)
    #expect(try await harness.send("GET", "/session", as: .nobody, headers).status == 401)
    for wrong in [body.with("password", .string("x")), body.with("name", .string("nobody"))] {
      #expect(try await harness.send("POST", "/session", wrong, as: .nobody).problem == "not-signed-in")
    }
    for _ in 0..<6 { _ = try await harness.send("POST", "/session", body.with("password", .string("x")), as: .nobody) }
    let slowed = try await harness.send("POST", "/session", body, as: .nobody)
    #expect(slowed.problem == "too-many-requests" && Int(slowed.headers["retry-after"] ?? "") ?? 0 > 0)
    await harness.stop()
  }

  @Test("An account is made, changed, disabled and deleted; a token of it is shown once and ends with it")
  func accounts() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let admin = InterfaceHarness.Caller.session(.admin, hasCSRFToken: true)
    let body: JSONValue = .object([
      "name": .string("o'neil+x@example.com"), "role": .string("viewer"), "password": .string("twelve letters"),
    ])
    #expect(try await harness.send("POST", "/accounts", body, as: admin).json["status"] == .string("active"))
    #expect(try await harness.send("POST", "/accounts", body, as: admin).problem == "invalid")
    let path = "/accounts/\(PercentText.encoded("o'neil+x@example.com"))"
    #expect(try await harness.send("PATCH", path, .object(["role": .string("operator")]), as: admin).status == 204)
    #expect(try await harness.send("PATCH", path, .object(["disabled": .bool(true)]), as: admin).status == 204)
    #expect(
      try await harness.send("PUT", "\(path)/password", .object(["password": .string("short")]), as: admin).problem
        == "invalid")
    #expect(try await harness.send("DELETE", path, as: admin).status == 204)
    #expect(try await harness.send("DELETE", "/accounts/admin", as: admin).problem == "invalid", "the last one")
    let token: JSONValue = .object(["name": .string("ci"), "role": .string("viewer"), "days": .integer(1)])
    let made = try await harness.send("POST", "/tokens", token, as: .session(.operator, hasCSRFToken: true))
    let text = try #require(made.json["token"]?.string)
    let headers = ["authorization": "Bearer \(text)"]
    #expect(try await harness.send("GET", "/session", as: .nobody, headers).json["role"] == .string("viewer"))
    #expect(try await harness.send("GET", "/tokens").items.allSatisfy { $0["token"] == nil })
    let above = token.with("role", .string("admin"))
    #expect(try await harness.send("POST", "/tokens", above, as: .session(.operator, hasCSRFToken: true)).status == 403)
    #expect(try await harness.send("DELETE", "/accounts/operator", as: admin).status == 204)
    #expect(try await harness.send("GET", "/session", as: .nobody, headers).status == 401)
    let entries = try await harness.send("GET", "/audit?limit=500").items.compactMap { $0["action"]?.string }
    for action in ["account.create", "account.role", "account.disable", "account.delete", "token.create"] {
      #expect(entries.contains(action), "\(action)")
    }
    #expect(try await harness.send("GET", "/audit?action=account.role&limit=1").items.count == 1)
    await harness.stop()
  }

  @Test("A change of an account that changes nothing is refused, and so is one of an account that is not there")
  func emptyChange() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let admin = InterfaceHarness.Caller.session(.admin, hasCSRFToken: true)
    #expect(try await harness.send("PATCH", "/accounts/viewer", .object([]), as: admin).problem == "invalid")
    let change = JSONValue.object(["disabled": .bool(true)])
    #expect(try await harness.send("PATCH", "/accounts/viewer", change, as: admin).status == 204)
    #expect(try await harness.send("PATCH", "/accounts/nobody", change, as: admin).problem == "not-found")
    await harness.stop()
  }
}
