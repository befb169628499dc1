import Foundation
import IsthmusCore
import Testing

@Suite("The demo")
struct DemoTests {
  /// Signs in and prints what the pages and the interface say, as one JSON object.
  private static let visit = """
    import http.cookiejar, json, sys, urllib.parse, urllib.request
    address, password = sys.argv[1:]
    cookies = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(cookies))
    body = json.dumps({"name": "demo", "password": password}).encode()
    request = urllib.request.Request(address + "/api/v1/session", body, {"Content-Type": "application/json"})
    opener.open(request).read()
    def get(path): return json.loads(opener.open(address + path).read())
    def facet(path):
        found = get(path)["facets"][0]["values"]
        return {one["value"]: one["count"] for one in found}
    runs = get("/api/v1/runs?limit=50")["items"]
    print(json.dumps({
        "bands": facet("/api/v1/assets/facets?field=scoreBand"),
        "statuses": facet("/api/v1/findings/facets?field=status"),
        "runs": [run["startedAt"][:10] for run in runs], "results": sorted({run["result"] for run in runs}),
        "days": [day["day"] for day in get("/api/v1/history")["items"]],
        "home": opener.open(address + "/").read().decode().count("<svg"),
    }))
    """

  @Test("It fills an inventory day by day, serves it, and leaves nothing behind")
  func demo() throws {
    var program = try Program()
    defer { program.remove() }
    program.environment["TMPDIR"] = program.path("")
    // A caller's own, which the demo must not touch.
    program.environment["ISTHMUS_DATABASE"] = "postgres://127.0.0.1:1/none"
    try program.write("visit.py", Self.visit)
    let demo = try program.start(["demo", "--hosts", "150", "--findings-per-host", "25", "--days", "4"])
    defer { demo.kill(SIGKILL) }
    let address = try #require(demo.line(beginning: "Isthmus answers at ")?.split(separator: " ").last?.dropLast())
    let password = try #require(demo.line(beginning: "Sign in as demo")?.split(separator: " ").last?.dropLast())
    let seen = try program.shell("python3 '\(program.path("visit.py"))' \(address) \(password)")
    #expect(seen.status == 0, "\(seen.errors)")
    let told = try JSONValue(parsing: seen.output)
    for band in ["Severe", "High", "Medium", "Low"] { #expect(told["bands"]?[band] != nil, "\(band)") }
    for status in ["NEW", "ACTIVE", "FIXED", "REOPENED"] { #expect(told["statuses"]?[status] != nil, "\(status)") }
    let dates = told["runs"]?.array?.compactMap(\.string) ?? []
    #expect(Set(dates).count == 4 && dates == dates.sorted(by: >))
    #expect(told["results"] == .array([.string("succeeded")]))
    #expect(told["days"]?.array?.compactMap(\.string) == dates.reversed())
    #expect(told["home"] != .integer(0))

    demo.kill(SIGINT)
    let ended = demo.wait()
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.output.contains(" of the tenant."))
    #expect(try program.shell("cd '\(program.path(""))' && ls").output == "visit.py\n")
  }

  @Test(
    "Sizes that can't be are refused",
    arguments: [["--days", "0"], ["--hosts", "0"], ["--findings-per-host", "201"], ["--port", "70000"]])
  func refuses(_ arguments: [String]) throws {
    let program = try Program()
    defer { program.remove() }
    let ended = try program.start(["demo"] + arguments).wait()
    #expect(ended.status == 2)
    #expect(ended.errors.contains(arguments[1]), "\(ended.errors)")
  }
}
