import Foundation
import IsthmusCore
import Testing

@Suite("isthmus map")
struct MapCommandTests {
  private static let own = """
    # Who owns a machine.
    name: mine
    sourceModel: defender-for-cloud
    targetModel: inventory
    rows:
      - {source: vmId, target: externalAssetId, identifier: true}
      - {source: name, target: assetName, required: true}
      - {source: tags.owner || 'nobody', target: custom.owner, level: asset}
      - {source: length(tags), type: integer, target: custom.tags, level: asset}
      - source: assessments_status_code
        target: findingStatus
        values: {Healthy: PASS, Unhealthy: FAIL}
    examples:
      - name: A machine with an owner
        record: {id: /vm/a, name: a, properties: {vmId: one}, tags: {owner: Blue}}
        expected: {custom.owner: Blue, custom.tags: 1, assetName: a}
      - name: A finding
        record: {properties: {status: {code: Unhealthy}}}
        expected: {findingStatus: FAIL}

    """

  private static let vm = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/a"

  /// A program whose map `mine` is stored.
  private static func program() throws -> Program {
    var program = try Program()
    noFile(&program)
    try program.write("mine.yaml", own)
    let stored = try program.run("map", "import", program.path("mine.yaml"))
    #expect(stored.status == 0 && stored.output == "mine: version 1\n", "\(stored.errors)")
    return program
  }

  private static func rows(_ ended: Program.Ended) throws -> [JSONValue] {
    #expect(ended.status == 0, "\(ended.errors)")
    return try #require(JSONValue(parsing: ended.output).array)
  }

  private static func noFile(_ program: inout Program) {
    program.environment["ISTHMUS_CONFIG"] = ""
  }

  @Test("A clone of the built-in map is listed, shown, exported, changed by a file, and keeps its versions")
  func life() throws {
    var program = try Program()
    defer { program.remove() }
    Self.noFile(&program)
    #expect(try Self.rows(program.run("map", "list", "--output", "json")).map { $0["origin"] } == [.string("built in")])
    #expect(try program.run("map", "clone", "defender-for-cloud/default", "mine").output == "mine: version 1\n")
    let exported = try program.run("map", "export", "mine")
    let builtIn = try program.run("map", "export", "defender-for-cloud/default")
    #expect(exported.output == builtIn.output.replacing("name: defender-for-cloud/default", with: "name: mine"))

    let changed = "\(exported.output)  # Mine alone.\n  - {source: tags.owner, target: custom.owner, level: asset}\n"
    try program.write("mine.yaml", changed)
    #expect(try program.run("map", "edit", "mine", "--file", program.path("mine.yaml")).output == "mine: version 2\n")
    let same = try program.run("map", "import", program.path("mine.yaml"))
    #expect(same.output == "mine: nothing changed, version 2 stays.\n")
    #expect(try program.run("map", "export", "mine").output == changed, "comments stay")
    #expect(try program.run("map", "export", "mine", "--version", "1").output == exported.output)
    #expect(try program.run("map", "export", "mine", "--output", program.path("out.yaml")).output == "")
    #expect(try String(contentsOfFile: program.path("out.yaml"), encoding: .utf8) == changed)
    #expect(try program.run("map", "export", "mine", "--version", "3").status == 2)

    let listed = try Self.rows(program.run("map", "list", "--output", "json"))
    #expect(listed.map { $0["name"] } == [.string("defender-for-cloud/default"), .string("mine")])
    #expect(listed[1]["version"] == .integer(2) && listed[1]["rows"] == .integer(49))
    let shown = try JSONValue(parsing: program.run("map", "show", "mine", "--output", "json").output)
    let last = shown["rows"]?.array?.last
    #expect(last?["target"] == .string("custom.owner") && last?["level"] == .string("asset"))
    let table = try program.run("map", "show", "mine", "--version", "1")
    #expect(table.output.contains("mine, version 1 (stored") && table.output.contains("unhealthy → FAIL"))

    #expect(try program.run("map", "clone", "mine", "a second").output == "a second: version 1\n")
    #expect(try program.run("map", "export", "a second").output.contains("# Mine alone."))
  }

  @Test("A map is deleted once nothing uses it; until then the command says what does")
  func deleted() throws {
    let program = try Self.program()
    defer { program.remove() }
    let guid = "00000000-0000-0000-0000-000000000001"
    func file(_ maps: (connector: String, profile: String)) throws -> String {
      try program.write(
        "isthmus.yaml",
        """
        connectors:
          - name: Contoso
            kind: defender-for-cloud
            connection: {tenantId: \(guid), clientId: \(guid), clientSecret: {env: X}, subscriptions: all}
            transformMap: \(maps.connector)
            profiles: [{name: nightly, transformMap: \(maps.profile)}]

        """)
      return program.path("isthmus.yaml")
    }
    let builtIn = "defender-for-cloud/default"
    for maps in [("mine", builtIn), (builtIn, "mine")] {
      let applied = try program.run("apply", "--config", file(maps))
      #expect(applied.status == 0, "\(applied.errors)")
      let refused = try program.run("map", "delete", "mine")
      #expect(refused.status == 2 && refused.errors.contains("is used by"), "\(refused.errors)")
      #expect(refused.errors.contains(maps.0 == "mine" ? "by connector \"Contoso\"." : "profile \"nightly\""))
    }
    #expect(try program.run("apply", "--config", file((builtIn, builtIn))).status == 0)
    let named = try program.run("map", "delete", "mine", "--config", file(("mine", builtIn)))
    #expect(named.status == 2 && named.errors.contains("connector \"Contoso\""), "the file's use counts too")
    let deleted = try program.run("map", "delete", "mine")
    #expect(deleted.status == 0 && deleted.output == "mine is deleted.\n", "\(deleted.errors)")
    #expect(try Self.rows(program.run("map", "list", "--output", "json")).count == 1)
    #expect(try program.run("map", "delete", "mine").status == 1)
    #expect(try program.run("map", "delete", builtIn).status == 2)
  }

  @Test("Built-in maps can't be changed, and each wrong command says so with exit code 2 and stores nothing")
  func refused() throws {
    var program = try Program()
    defer { program.remove() }
    Self.noFile(&program)
    let builtIn = try program.run("map", "export", "defender-for-cloud/default")
    try program.write("built-in.yaml", builtIn.output)
    try program.write("upper.yaml", builtIn.output.replacing("name: d", with: "name: D"))
    try program.write("wrong.yaml", "\(Self.own)more: x\n")
    try program.write(
      "two.yaml", Self.own.replacing("length(tags)", with: "length(tags").replacing("tags.owner ||", with: "tags. ||"))
    try program.write("broken.yaml", "name: [")
    try program.write("empty.yaml", "")
    let path = program.path
    let cases: [(arguments: [String], says: [String])] = [
      (["map", "import", path("built-in.yaml")], ["built in", "isthmus map clone"]),
      (["map", "import", path("upper.yaml")], ["built in"]),
      (["map", "edit", "defender-for-cloud/default", "--file", path("mine.yaml")], ["built in"]),
      (["map", "clone", "defender-for-cloud/default", "Defender-for-cloud/DEFAULT"], ["built in"]),
      (["map", "clone", "defender-for-cloud/default", "a\\b"], ["a map's name is of letters"]),
      (["map", "clone", "defender-for-cloud/defautl", "b"], ["did you mean \"defender-for-cloud/default\"?"]),
      (["map", "show", "defender-for-cloud/default", "--version", "2"], ["has no version 2; its latest is 1"]),
      (["map", "import", path("wrong.yaml")], ["wrong.yaml:20:1: unknown key \"more\""]),
      (["map", "import", path("two.yaml")], ["two.yaml:8:20: rows[2].source", "two.yaml:9:25: rows[3].source"]),
      (["map", "import", path("broken.yaml")], ["broken.yaml:2:1", "not valid YAML"]),
      (["map", "import", path("empty.yaml")], ["the file is empty"]),
      (["map", "import", path("missing.yaml")], ["can't be read"]),
      (["map", "edit", "mine"], ["There is no transform map \"mine\""]),
      (["map", "preview", "--sample", path("x")], ["Give the map's name, or a file"]),
      (
        ["map", "preview", "--file", path("two.yaml"), "--sample", path("empty.yaml")],
        ["two.yaml:8:20", "two.yaml:9:25"]
      ),
      (["map", "test", "--file", path("two.yaml")], ["two.yaml:8:20", "two.yaml:9:25"]),
    ]
    for (arguments, says) in cases {
      let ended = try program.start(arguments).wait()
      #expect(ended.status == 2, "\(arguments): \(ended.output)\(ended.errors)")
      for text in says { #expect(ended.errors.contains(text), "\(arguments): \(ended.errors)") }
      #expect(ended.output == "")
    }
    #expect(try program.shell("ls \"$ISTHMUS_DATA\"").status != 0, "nothing was made")
  }

  @Test("Without a terminal edit asks for a file; one of another name, or with a mistake, is refused")
  func editFile() throws {
    let program = try Self.program()
    defer { program.remove() }
    let noTerminal = try program.run("map", "edit", "mine")
    #expect(noTerminal.status == 2 && noTerminal.errors.contains("--file"))
    try program.write("other.yaml", Self.own.replacing("name: mine", with: "name: other"))
    let other = try program.run("map", "edit", "mine", "--file", program.path("other.yaml"))
    #expect(other.status == 2 && other.errors.contains("named \"other\""))
    try program.write("wrong.yaml", Self.own.replacing("custom.owner, level", with: "custom.owner, levl"))
    #expect(try program.run("map", "edit", "mine", "--file", program.path("wrong.yaml")).status == 2)
    #expect(try Self.rows(program.run("map", "list", "--output", "json"))[1]["version"] == .integer(1))
  }

  /// Runs the program on a terminal of its own; `answers` are typed when it asks.
  private func onTerminal(_ program: Program, _ arguments: [String], answers: String) throws -> Program.Ended {
    let script = """
      import os, pty, sys
      answers = sys.argv[1].encode()
      def read(fd):
          global answers
          data = os.read(fd, 4096)
          if b"[Y/n]" in data and answers:
              os.write(fd, answers[:1] + b"\\n"); answers = answers[1:]
          return data
      sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[2:], read)))
      """
    try program.write("terminal.py", script)
    let words =
      (["python3", program.path("terminal.py"), answers, Program.binary.path(percentEncoded: false)] + arguments)
      .map { "'\($0)'" }
    return try program.shell(words.joined(separator: " "))
  }

  @Test("What is typed in the editor is checked; wrong, it can be mended, or stays in a file that can be used later")
  func editor() throws {
    var program = try Self.program()
    defer { program.remove() }
    program.environment["TMPDIR"] = program.path("")
    program.environment["VISUAL"] = "sh \(program.path("editor.sh"))"
    program.environment["EDITOR"] = "false"
    // First it leaves a mistake behind, then it mends it.
    try program.write(
      "editor.sh",
      """
      if grep -q 'tags\\. ||' "$1"; then sed -i 's/tags\\. ||/tags.team ||/' "$1"
      else sed -i 's/tags\\.owner ||/tags. ||/' "$1"; fi
      """)
    let mended = try onTerminal(program, ["map", "edit", "mine"], answers: "y")
    #expect(mended.status == 0, "\(mended.output)")
    #expect(mended.output.contains("mine.yaml:8:20: rows[2].source"), "\(mended.output)")
    #expect(mended.output.contains("mine: version 2"))
    #expect(try program.run("map", "export", "mine").output.contains("tags.team || 'nobody'"))
    #expect(try program.shell("ls -d \(program.path(""))isthmus-map-*").status != 0, "nothing is left behind")

    // A mistake that is not mended: nothing is stored, and the text is where the message says.
    try program.write("editor.sh", "sed -i 's/tags\\.team ||/tags. ||/' \"$1\"\n")
    let stopped = try onTerminal(program, ["map", "edit", "mine"], answers: "n")
    #expect(stopped.status == 2, "\(stopped.output)")
    let kept = try program.shell("cat \(program.path(""))isthmus-map-*/mine.yaml").output
    #expect(kept.contains("tags. || 'nobody'"))
    #expect(stopped.output.contains("/mine.yaml;"), "\(stopped.output)")

    try program.write("editor.sh", "true\n")
    #expect(try onTerminal(program, ["map", "edit", "mine"], answers: "").output.contains("nothing was changed"))
    try program.write("editor.sh", "exit 3\n")
    #expect(try onTerminal(program, ["map", "edit", "mine"], answers: "").status == 2)
    #expect(try Self.rows(program.run("map", "list", "--output", "json"))[1]["version"] == .integer(2))
  }

  @Test("A preview shows source value, typed value and target of each row, and what would be rejected and why")
  func preview() throws {
    let program = try Self.program()
    defer { program.remove() }
    func vm(_ more: String) -> String {
      #"{"id":"\#(Self.vm)","type":"microsoft.compute/virtualmachines","subscriptionId":"s",\#(more)}"#
    }
    let good = vm(#""name":"a","properties":{"vmId":"one"},"tags":{"owner":"Blue"}"#)
    let dropped = vm(#""name":"a","properties":{"vmId":"one"}"#)
    let rejected = vm(#""name":"a","properties":{"vmId":7}"#)
    let finding = """
      {"id":"\(Self.vm)/providers/Microsoft.Security/assessments/k","name":"k","subscriptionId":"s",\
      "properties":{"resourceDetails":{"Id":"\(Self.vm)"},"status":{"code":"Odd"}}}
      """
    let records = [good, dropped, rejected, finding]
    let reject = JSONValue.object([
      "kind": .string("record"), "stream": .string("hosts"), "recordId": .null, "reason": .string("x"),
      "raw": .string(good),
    ])
    try program.write("array.json", "[\(records.joined(separator: ",\n"))]")
    try program.write("lines.jsonl", "\(records.joined(separator: "\n"))\n\(reject.text())\n")
    func preview(_ file: String, _ more: String...) throws -> Program.Ended {
      try program.start(["map", "preview", "mine", "--sample", program.path(file)] + more).wait()
    }
    let table = try preview("array.json")
    #expect(table.status == 0, "\(table.errors)")
    #expect(table.output.contains("record 1, of hosts: \(Self.vm)"))
    #expect(table.output.contains("→ the record is rejected: properties.vmId has the wrong type"))
    #expect(table.output.contains("→ the record is rejected: findingStatus: \"Odd\" is none of PASS, FAIL"))
    #expect(table.output.contains("dropped: the expression has no value here: argument 1 of length() is null"))
    #expect(table.output.hasSuffix("4 records: 2 brought in, 2 rejected, 1 values dropped\n"), "\(table.output)")

    let rows = try Self.rows(preview("lines.jsonl", "--output", "json"))
    let owner = try #require(rows.first { $0["target"] == .string("custom.owner") })
    #expect(owner["record"] == .integer(1) && owner["sourceValue"] == .string("Blue"))
    #expect(owner["value"] == .string("Blue") && owner["outcome"] == .string("value"))
    #expect(Set(rows.compactMap { $0["record"]?.integer }) == [1, 2, 3, 4, 5], "a kept reject is a sample")
    let same = rows.filter { $0["record"] == .integer(5) }.map { $0["value"] }
    #expect(same == rows.filter { $0["record"] == .integer(1) }.map { $0["value"] })
    #expect(
      try Self.rows(preview("lines.jsonl", "--stream", "findings", "--output", "json")).first?["stream"]
        == .string("findings"))

    for (text, says) in [
      ("{\"a\":\n 1,}", "sample:2:4: not valid JSON"), ("[1]", "record 1 is no object"), ("[]", "no record"),
      ("", "holds no record"),
    ] {
      try program.write("sample", text)
      let ended = try preview("sample")
      #expect(ended.status == 2 && ended.errors.contains(says), "\(ended.errors)")
    }
  }

  @Test("Examples are tried; one that gives something else is told, with exit code 1")
  func examples() throws {
    let program = try Self.program()
    defer { program.remove() }
    let passed = try program.run("map", "test", "mine")
    #expect(passed.status == 0, "\(passed.errors)")
    #expect(passed.output == "passed  A machine with an owner\npassed  A finding\n")
    try program.write("changed.yaml", Self.own.replacing("tags.owner ||", with: "tags.team ||"))
    let failed = try program.run("map", "test", "--file", program.path("changed.yaml"), "--output", "json")
    #expect(failed.status == 1 && failed.errors.contains("1 of 2 examples"))
    let rows = try #require(JSONValue(parsing: failed.output).array)
    #expect(rows.map { $0["result"] } == [.string("failed"), .string("passed")])
    #expect(rows[0]["target"] == .string("custom.owner") && rows[0]["expected"] == .string("Blue"))
    #expect(rows[0]["found"] == .string("nobody"))
    let none = try program.run("map", "test", "defender-for-cloud/default")
    #expect(none.status == 0 && none.errors.contains("has no examples"))
  }

  @Test("eval prints the result as JSON; errors have kind and position, and exit code 2")
  func evaluates() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("in.json", #"{"a":[{"b":1,"c":"x"},{"b":2}],"é":null}"#)
    let good: [(expression: String, result: JSONValue)] = [
      ("a[?b > `1`].b", .array([.integer(2)])), ("missing", .null), ("a[0].c", .string("x")),
      ("length(a)", .integer(2)), ("@.\"é\"", .null),
    ]
    for (expression, result) in good {
      let ended = try program.run("map", "eval", expression, "--input", program.path("in.json"))
      #expect(ended.status == 0 && ended.errors == "", "\(ended.errors)")
      #expect(try JSONValue(parsing: ended.output) == result)
    }
    let piped = try program.shell("echo '{\"a\": 1}' | \"$ISTHMUS\" map eval a")
    #expect(piped.status == 0 && piped.output == "1\n")
    let wrong: [(expression: String, says: String)] = [
      ("a[", "syntax at position 2"), ("a |", "syntax at position 3"), ("", "syntax at position 0"),
      ("nope(a)", "unknown-function at position 0"), ("length()", "invalid-arity at position 0"),
      ("a.sum(@)", "invalid-type at position 2"), ("a[::0]", "invalid-value at position 4"),
      ("a ||\n  b[", "syntax at position 9"),
    ]
    for (expression, says) in wrong {
      let ended = try program.run("map", "eval", expression, "--input", program.path("in.json"))
      #expect(ended.status == 2 && ended.output == "", "\(expression)")
      #expect(ended.errors.hasPrefix("isthmus: \(says): "), "\(ended.errors)")
      #expect(ended.errors.hasSuffix("^\n"))
    }
    for text in ["", "{", "nul", "[1,]", "\u{FEFF}1x"] {
      try program.write("bad.json", text)
      let ended = try program.run("map", "eval", "a", "--input", program.path("bad.json"))
      #expect(ended.status == 2 && ended.errors.contains("bad.json:1:"), "\(ended.errors)")
      #expect(ended.errors.contains("not valid JSON"))
    }
    #expect(try program.run("map", "eval", "a", "--input", program.path("missing")).status == 2)
    #expect(try program.shell("printf '\\377' | \"$ISTHMUS\" map eval a").status == 2)
  }
}
