import Foundation
import IsthmusCore
import Testing

@Suite("Several processes on one inventory")
struct RolesTests {
  /// Asks the web process for a run, waits for its end, and prints what both processes answer.
  private static let visit = """
    import http.cookiejar, json, sys, time, urllib.error, urllib.request
    web, worker = sys.argv[1:]
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    def ask(path, body=None, **headers):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(web + path, data, {"Content-Type": "application/json", **headers})
        return json.loads(opener.open(request).read())
    token = ask("/api/v1/session", {"name": "alice", "password": "correct horse battery"})["csrfToken"]
    ask("/api/v1/connectors/Contoso/runs", {}, **{"X-CSRF-Token": token})
    for _ in range(600):
        runs = ask("/api/v1/runs")["items"]
        if runs and runs[0]["result"] not in ("running", "interrupted"): break
        time.sleep(0.2)
    def status(path):
        try: return opener.open(worker + path).status
        except urllib.error.HTTPError as error: return error.code
    print(json.dumps({"runs": [run["result"] for run in runs], "ready": status("/ready"), "page": status("/"),
        "interface": status("/api/v1/runs")}))
    """

  @Test("A worker does what a web process is asked for; the one answers people, the other who watches it")
  func roles() throws {
    var program = try Program()
    defer { program.remove() }
    let tenant = try SimulatedTenant(program, "--hosts", "20", "--findings-per-host", "8", "--quota", "off")
    try program.write("isthmus.yaml", tenant.configuration())
    try program.write("password", "correct horse battery")
    try program.write("visit.py", Self.visit)
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    let made = try program.shell(
      "\"$ISTHMUS\" apply && \"$ISTHMUS\" user add alice --role admin < '\(program.path("password"))'")
    #expect(made.status == 0, "\(made.errors)")
    let web = try program.start(["serve", "--port", "0", "--role", "web"])
    let worker = try program.start(["serve", "--port", "0", "--role", "worker"])
    defer {
      for process in [web, worker] {
        process.kill(SIGTERM)
        _ = process.wait()
      }
    }
    func base(_ running: Running) throws -> String {
      let url = try #require(running.firstLine().split(separator: " ").last.flatMap { URL(string: String($0)) })
      return "http://127.0.0.1:\(try #require(url.port))"
    }
    let seen = try program.shell("python3 '\(program.path("visit.py"))' \(try base(web)) \(try base(worker))")
    #expect(seen.status == 0, "\(seen.errors)")
    let told = try JSONValue(parsing: seen.output)
    #expect(told["runs"] == .array([.string("succeeded")]))
    #expect(told["ready"] == .integer(200))
    #expect(told["page"] == .integer(404) && told["interface"] == .integer(404))
  }
}
