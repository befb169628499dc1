import Foundation
import IsthmusCore
import Testing

@Suite("Settings of the program")
struct SettingsTests {
  /// What can't be run as it stands: serve takes `server` alone.
  private static let file = """
    server:
      port: 0
      logFormat: json
      trustProxy: true
    connectors:
      - name: Contoso
        kind: defender-for-cloud
        connection:
          tenantId: 00000000-0000-0000-0000-000000000001
          clientId: 00000000-0000-0000-0000-000000000002
          clientSecret: {env: ISTHMUS_TEST_NO_SUCH_VARIABLE}

    """

  private static let client = """
    import sys, urllib.request
    request = urllib.request.Request(sys.argv[1] + "health?needle", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    answer = urllib.request.urlopen(request)
    print(answer.status, answer.headers["X-Request-Id"])
    """

  @Test("serve takes the file's server mapping alone, and logs requests as it says")
  func serve() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("isthmus.yaml", Self.file)
    try program.write("client.py", Self.client)
    let running = try program.start(["serve", "--log-level", "debug"])
    let address = try #require(running.firstLine().split(separator: " ").last.map(String.init))
    let asked = try program.shell("python3 '\(program.path("client.py"))' \(address)")
    let parts = asked.output.split(whereSeparator: \.isWhitespace).map(String.init)
    #expect(parts.first == "200", "\(asked.errors)")
    running.kill(SIGTERM)
    let ended = running.wait()
    #expect(ended.status == 0, "\(ended.errors)")
    let lines = try ended.errors.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    let line = try #require(lines.first { $0["metadata"]?["request"]?.string == parts.last }?["metadata"])
    #expect(line["route"]?.string == "/health" && line["address"]?.string == "198.51.100.7")
    #expect(line["status"] == .integer(200) && !ended.errors.contains("needle"))
    let connectors = try program.run("plan", "--output", "json")
    #expect(connectors.output.contains("Contoso") && connectors.errors.contains("isthmus serve --config"))
  }

  @Test("isthmus settings tells each value and where it comes from, and no secret")
  func settings() throws {
    var program = try Program()
    defer { program.remove() }
    try program.write("isthmus.yaml", Self.file)
    program.environment["ISTHMUS_SECRET_KEY"] = "not-a-real-key"
    program.environment["ISTHMUS_OUTPUT"] = "jsonl"
    program.environment["ISTHMUS_LOG_FORMAT"] = "text"
    let ended = try program.run("settings", "--host", "localhost")
    #expect(ended.status == 0 && !ended.output.contains("not-a-real-key"), "\(ended.errors)")
    let rows = try ended.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    func told(_ name: String) -> [String?] {
      let row = rows.first { $0["setting"]?.string == name }
      return [row?["value"]?.string, row?["from"]?.string]
    }
    #expect(told("host") == ["localhost", "--host"] && told("log-format") == ["text", "ISTHMUS_LOG_FORMAT"])
    #expect(told("port") == ["0", "\(program.path("isthmus.yaml")):2"] && told("log-level") == ["info", "default"])
    #expect(told("secret-key") == ["(set, not shown)", "ISTHMUS_SECRET_KEY"] && told("tls-key") == [nil, "not set"])
    #expect(told("data") == [program.path("data"), "ISTHMUS_DATA"])
  }

  @Test("What is wrong is refused before anything is done")
  func refusals() throws {
    var program = try Program()
    defer { program.remove() }
    try program.write("isthmus.yaml", "server:\n  prt: 1\n")
    let file = try program.run("serve")
    #expect(file.status == 2 && file.errors.contains("isthmus.yaml:2:3") && file.errors.contains("did you mean port?"))
    #expect(!FileManager.default.fileExists(atPath: program.path("data")))
    let flag = try program.run("serve", "--config", program.path("none.yaml"), "--port", "x")
    #expect(flag.status == 2 && flag.errors.contains("none.yaml"), "\(flag.errors)")
    program.environment["ISTHMUS_OUTPUT"] = "jsn"
    let output = try program.run("model")
    #expect(output.status == 2 && output.errors.contains("ISTHMUS_OUTPUT"), "\(output.errors)")
  }

  @Test("A reader that goes away ends a list quietly")
  func brokenPipe() throws {
    let program = try Program()
    defer { program.remove() }
    let ended = try program.shell(
      "set -o pipefail; \"$ISTHMUS\" settings --output json | true; echo \"${PIPESTATUS[0]}\"")
    #expect(ended.output == "0\n" && !ended.errors.contains("isthmus:"), "\(ended.errors)")
  }
}
