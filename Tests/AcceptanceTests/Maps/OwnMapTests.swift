import Foundation
import IsthmusCore
import Testing

@Suite("Syncs with a map of one's own")
struct OwnMapTests {
  private static let rows = """
      - {source: 'tags."Cost Center"', target: custom.costCenter, level: asset, default: none}
      - {source: 'length(tags."Cost Center")', type: integer, target: custom.digits, level: asset}
      - source: (tags && keys(tags) || `[]`)[?@ != 'role']
        type: list of string
        target: custom.tagNames
        level: asset
      - source: join('/', [properties.metadata.severity, properties.resourceDetails.Id])
        target: custom.place
        level: finding
      - source: properties.metadata.categories | [0]
        target: custom.area
        level: control

    """

  private struct Synced {
    var program: Program
    let tenant: SimulatedTenant

    init() throws {
      program = try Program()
      tenant = try SimulatedTenant(program, "--hosts", "30", "--findings-per-host", "15", "--quota", "off")
      program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    }

    /// With `lines` of the connector and of the file.
    func configure(connector: String = "", file: String = "") throws {
      try program.write("isthmus.yaml", "\(tenant.configuration())\n\(connector)\(file)")
    }

    func run(_ arguments: String...) throws -> JSONValue {
      let ended = try program.start(arguments + ["--output", "json"]).wait()
      #expect(ended.status == 0, "\(arguments): \(ended.errors)")
      return try JSONValue(parsing: ended.output)
    }

    func count(_ list: String, _ query: String) throws -> Int {
      let ended = try program.run(list, query, "--count")
      #expect(ended.status == 0, "\(query): \(ended.errors)")
      return try #require(Int(ended.output.dropLast()))
    }

    /// The clone `mine` with `rows` more.
    func importMap(_ rows: String) throws -> Program.Ended {
      try program.write("mine.yaml", try document() + rows)
      return try program.run("map", "import", program.path("mine.yaml"))
    }

    func document() throws -> String {
      let builtIn = try program.shell("ISTHMUS_CONFIG= \"$ISTHMUS\" map export defender-for-cloud/default").output
      return builtIn.replacing("name: defender-for-cloud/default", with: "name: mine")
    }
  }

  @Test("Custom attributes come in, are shown and found; what has no value is a listed rejection; the counters add up")
  func customAttributes() throws {
    let synced = try Synced()
    defer { synced.program.remove() }
    try synced.configure()
    #expect(try synced.importMap(Self.rows).output == "mine: version 1\n")
    try synced.configure(connector: "    transformMap: mine\n")
    let report = try synced.run("sync")
    #expect(report["result"] == .string("succeeded"))
    let findings = report["counters"]?["findings"]
    var sum: Int64 = 0
    for name in ["created", "updated", "unchanged", "rejected"] { sum += findings?[name]?.integer ?? 0 }
    if case .object(let members)? = report["counters"]?["leftOut"] {
      for member in members { sum += member.value.integer ?? 0 }
    }
    #expect(findings?["fetched"]?.integer == sum)
    let truth = try synced.tenant.truth(synced.program)

    let assets = try #require(synced.run("assets", "--limit", "all").array)
    #expect(assets.count == truth["assets"].flatMap(\.integer).map { Int($0) }, "no row is lost")
    var tagged = 0
    for asset in assets {
      let tags = asset["cloudTags"]?.array?.compactMap(\.string) ?? []
      let center = tags.first { $0.hasPrefix("Cost Center=") }?.dropFirst(12)
      tagged += center == nil ? 0 : 1
      #expect(asset["custom.costCenter"]?.string == center.map(String.init) ?? "none")
      #expect(asset["custom.digits"]?.integer == center.map { Int64($0.count) })
      let names = tags.compactMap { $0.split(separator: "=").first.map(String.init) }.filter { $0 != "role" }
      #expect(asset["custom.tagNames"]?.array?.compactMap(\.string) ?? [] == names)
    }
    #expect(tagged > 0 && tagged < assets.count)
    #expect(report["counters"]?["assets"]?["droppedValues"] == .integer(Int64(assets.count - tagged)))
    let rejects = try #require(synced.run("rejects", "R1").array)
    let dropped = rejects.filter { $0["target"] == .string("custom.digits") }
    #expect(dropped.count == assets.count - tagged)
    #expect(dropped.allSatisfy { $0["kind"] == .string("value") && $0["raw"]?.string?.isEmpty == false })

    #expect(try synced.count("assets", "customAttributes: (key: costCenter and value: none)") == assets.count - tagged)
    #expect(try synced.count("assets", "asset.customAttributes.key: digits") == tagged)
    let tagName = try synced.count("assets", "asset.customAttributes: (key: tagNames and value: environment)")
    #expect(tagName == assets.count { $0["cloudTags"]?.text().contains("environment=") == true })

    let rows = try #require(synced.run("findings", "--limit", "all").array)
    // Without a severity, or where the resource's id is written otherwise, there is nothing to join.
    let placed = rows.filter { $0["custom.place"] != nil }
    #expect(!placed.isEmpty && placed.allSatisfy { $0["custom.place"]?.string?.contains("/subscriptions/") == true })
    #expect(rejects.count { $0["target"] == .string("custom.place") } == rows.count - placed.count)
    let first = try #require(placed.first)
    let place = try #require(first["custom.place"]?.string)
    let same = rows.count { $0["custom.place"]?.string == place }
    // The real text is compared, with the resource's id in it.
    #expect(try synced.count("findings", "finding.customAttributes: (key: place and value: `\(place)`)") == same)
    let areas = rows.compactMap { $0["custom.area"]?.string }
    let area = try #require(areas.first)
    let inArea = rows.count { $0["custom.area"]?.string == area }
    #expect(try synced.count("findings", "finding.customAttributes: (key: area and value: `\(area)`)") == inArea)
    let id = try #require(first["id"]?.string)
    #expect(try synced.run("show", "finding", id)["custom.place"]?.string == place)
    let columns = try synced.program.run("findings", "--columns", "id,custom.place", "--limit", "all")
    #expect(columns.output.contains(place.prefix(20)))
  }

  @Test("A required expression rejects the record, no row is lost; a map that changes brings all rows anew")
  func required() throws {
    let synced = try Synced()
    defer { synced.program.remove() }
    try synced.configure()
    _ = try synced.importMap("")
    try synced.configure(connector: "    transformMap: mine\n")
    let first = try synced.run("sync")["counters"]
    let hosts = try #require(first?["assets"]?["created"]?.integer)
    let listed = try #require(first?["findings"]?["created"]?.integer)
    #expect(try synced.importMap(Self.rows).output == "mine: version 2\n")
    let second = try synced.run("sync")["counters"]
    #expect(second?["assets"]?["updated"] == .integer(hosts))
    let rows = try #require(synced.run("findings", "--limit", "all").array)
    let placed = Int64(rows.count { $0["custom.place"] != nil })
    #expect(placed > 0 && second?["findings"]?["updated"] == .integer(placed))
    #expect(second?["findings"]?["unchanged"] == .integer(listed - placed), "what has the same values is unchanged")
    let third = try synced.run("sync")["counters"]
    #expect(third?["assets"]?["unchanged"] == .integer(hosts) && third?["findings"]?["unchanged"] == .integer(listed))
    let runs = try #require(synced.run("runs").array)
    #expect(runs.map { $0["transformMapVersion"] } == [.integer(2), .integer(2), .integer(1)])
    #expect(runs.allSatisfy { $0["transformMap"] == .string("mine") })

    let strict = Self.rows.replacing("target: custom.digits,", with: "target: custom.digits, required: true,")
    #expect(try synced.importMap(strict).output == "mine: version 3\n")
    let fourth = try synced.run("sync")["counters"]?["assets"]
    let rejected = try #require(fourth?["rejected"]?.integer)
    #expect(rejected > 0 && rejected + (fourth?["unchanged"]?.integer ?? 0) == hosts)
    #expect(fourth?["gone"] == .integer(0), "a row that can't be used is a row that is there")
    let rejects = try #require(synced.run("rejects", "R4").array)
    #expect(rejects.count { $0["kind"] == .string("record") } == Int(rejected))
    let sample = rejects.map { $0.text() }.joined(separator: "\n")
    try synced.program.write("rejects.jsonl", sample)
    let preview = try synced.program.run("map", "preview", "mine", "--sample", synced.program.path("rejects.jsonl"))
    #expect(preview.output.contains("rejects the record: custom.digits: the expression has no value here"))
    #expect(preview.output.contains("0 brought in"))
  }

  @Test("Maps of the configuration file are used, kept by version, and may be chosen by profiles")
  func fileMaps() throws {
    let synced = try Synced()
    defer { synced.program.remove() }
    let lines = try synced.document().split(separator: "\n").filter { !$0.hasPrefix("#") }
    let written = lines.enumerated().map { "\($0 == 0 ? "  - " : "    ")\($1)" }.joined(separator: "\n")
    let profiles = "    profiles:\n      - {name: nightly, transformMap: mine}\n"
    let row = "      - {source: location, target: custom.place, level: asset}\n"
    try synced.configure(connector: profiles, file: "transformMaps:\n\(written)\n\(row)")
    let listed = try #require(synced.run("map", "list").array)
    #expect(listed[1]["origin"] == .string("file") && listed[1]["version"] == .integer(1))
    #expect(try synced.run("sync")["result"] == .string("succeeded"))
    let asset = try synced.run("assets", "--limit", "1").array?.first
    #expect(asset?["custom.place"]?.string == asset?["cloudRegion"]?.string)
    #expect(try synced.run("sync")["counters"]?["assets"]?["updated"] == .integer(0))

    try synced.configure(
      connector: profiles, file: "transformMaps:\n\(written)\n\(row.replacing("place", with: "land"))")
    #expect(try synced.run("sync")["result"] == .string("succeeded"))
    let runs = try #require(synced.run("runs").array)
    #expect(runs.map { $0["transformMapVersion"] } == [.integer(2), .integer(1), .integer(1)])
    #expect(try synced.program.run("map", "export", "mine", "--version", "1").output.contains("custom.place"))
    let edit = try synced.program.run("map", "edit", "mine", "--file", synced.program.path("isthmus.yaml"))
    #expect(edit.status == 2 && edit.errors.contains("stands in the configuration file"))
    // Without the file's map the stored one is there.
    try synced.configure(connector: profiles)
    #expect(try synced.run("map", "list").array?.last?["origin"] == .string("stored"))
    #expect(try synced.run("sync")["counters"]?["assets"]?["updated"] == .integer(0))
  }

  @Test("Wrong maps and names in the file are told with their line, exit code 2, and nothing is written")
  func wrongFile() throws {
    let synced = try Synced()
    defer { synced.program.remove() }
    let map = "  - {name: mine, sourceModel: defender-for-cloud, targetModel: inventory, rows: [%]}\n"
    let needed =
      "{source: vmId, target: externalAssetId}, {source: assessments_status_code, target: findingStatus}"
    let good = map.replacing("%", with: needed)
    let cases: [(connector: String, maps: String, says: [String])] = [
      ("    transformMap: nime\n", good, [":12:19: connectors[0].transformMap", "did you mean \"mine\"?"]),
      (
        "    profiles:\n      - name: nightly\n        transformMap: nobody\n", good,
        [":14:23: connectors[0].profiles[0].transformMap: there is no transform map \"nobody\"", "mine"]
      ),
      (
        "", map.replacing("%", with: "{source: 'a[', target: fqdn}, \(needed)"),
        [":13:", "transformMaps[0].rows[0].source"]
      ),
      ("", map.replacing("%", with: ""), ["transformMaps[0].rows: the list is empty"]),
      ("", good.replacing("mine", with: "defender-for-cloud/default"), ["transformMaps[0].name", "built in"]),
      ("", good + good, ["transformMaps[1].name", "stands above already"]),
      ("", "  - mine\n", ["transformMaps[0]: a single value stands where a mapping was expected"]),
      ("", "  mine: {}\n", ["transformMaps", "where a list was expected"]),
    ]
    for (connector, maps, says) in cases {
      try synced.configure(connector: connector, file: "transformMaps:\n\(maps)")
      let ended = try synced.program.run("sync")
      #expect(ended.status == 2, "\(ended.output)\(ended.errors)")
      for text in says { #expect(ended.errors.contains(text), "\(ended.errors)") }
    }
    #expect(try synced.program.shell("ls \"$ISTHMUS_DATA\"").status != 0, "no inventory was made")
  }
}
