import Testing

@Suite("Rules, trust, tags and scores in the file")
struct FileErrorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    /// Lines of the connector, from line 9 on.
    var connector = ""
    /// The file's last lines.
    var extra = ""
    /// What the message must say; none: the file is right.
    var says: [String]
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(
      name: "everything right", connector: "    identificationRules: {disabled: [hostname, own]}",
      extra: """
        identificationRules:
          - {name: own, attributes: [resourceGroup, custom.assetTag]}
        identificationOrder: [native-key, own, cloud-resource-id, serial-number, hardware-uuid, hostname-mac, fqdn,
          mac-address, hostname, ip-address]
        sourceTrust: {order: [Contoso], attributes: {operatingSystemName: [Contoso], custom.x: []}}
        tags: [{name: T, query: "asset.name: web*", criticality: 5, colour: "#aabbcc", internetExposed: true}]
        entities: [{name: E, tags: [T]}]
        """, says: []),
    Case(name: "empty lists", extra: "identificationRules: []\ntags: []\nentities: []\nscoreMaps: []", says: []),
    Case(
      name: "a rule that is unknown", connector: "    identificationRules: {disabled: [host-name]}",
      says: ["isthmus.yaml:9:", "\"host-name\" is none of"]),
    Case(
      name: "a rule that can't be turned off", connector: "    identificationRules: {disabled: [native-key]}",
      says: ["isthmus.yaml:9:", "can't be turned off"]),
    Case(
      name: "all rules off",
      connector: """
            identificationRules:
              disabled: [cloud-resource-id, serial-number, hardware-uuid, hostname-mac, fqdn, mac-address, hostname,
                ip-address]
        """, says: ["isthmus.yaml:10:", "must stay on"]),
    Case(
      name: "an own rule with an unknown attribute",
      extra: "identificationRules:\n  - {name: own, attributes: [colour]}",
      says: ["isthmus.yaml:10:", "hosts have no attribute colour"]),
    Case(
      name: "an own rule with a standard one's name",
      extra: "identificationRules: [{name: fqdn, attributes: [fqdn]}]", says: ["isthmus.yaml:9:", "fqdn"]),
    Case(
      name: "an order that leaves a rule out", extra: "identificationOrder: [native-key, fqdn]",
      says: ["isthmus.yaml:9:", "leaves it out"]),
    Case(
      name: "trust in an unknown connector", extra: "sourceTrust:\n  order: [Contosso]",
      says: ["isthmus.yaml:10:", "no connector \"Contosso\"", "\"Contoso\"?"]),
    Case(
      name: "trust for an unknown attribute", extra: "sourceTrust:\n  attributes: {operatingSystem: [Contoso]}",
      says: ["isthmus.yaml:10:", "no attribute \"operatingSystem\"", "operatingSystemName?"]),
    Case(
      name: "a tag whose query can't be read", extra: "tags:\n  - name: T\n    query: operatingSistem- x and (",
      says: ["isthmus.yaml:11:", "can't be read", "^"]),
    Case(
      name: "a tag that tests what tags decide", extra: "tags: [{name: T, query: \"asset.riskScore > 500\"}]",
      says: ["isthmus.yaml:9:", "asset.riskScore", "tags themselves decide"]),
    Case(
      name: "a tag with a wrong criticality", extra: "tags: [{name: T, query: \"asset.name: x\", criticality: 6}]",
      says: ["isthmus.yaml:9:", "from 1 to 5"]),
    Case(
      name: "schedules of both kinds",
      connector: profile(
        "{every: 1d, at: \"02:00\", weekdays: [mon, fri], timeZone: Europe/Berlin, start: 2026-12-01, end: 2027-12-01}")
        + "\n      - {name: one, schedule: {once: 2026-12-01T02:00, timeZone: America/New_York}}",
      says: []),
    Case(
      name: "a schedule's weekday", connector: profile("{every: 1d, weekdays: [mon, freitag]}"),
      says: ["isthmus.yaml:11:47: connectors[0].profiles[0].schedule.weekdays[1]: \"freitag\" is none of mon,"]),
    Case(
      name: "a schedule's time", connector: profile("{every: 1d, at: \"25:00\"}"),
      says: ["isthmus.yaml:11:35: connectors[0].profiles[0].schedule.at: \"25:00\" is not a time of day"]),
    Case(
      name: "a schedule that never runs", connector: profile("{every: 1d, start: 2026-12-02, end: 2026-12-01}"),
      says: ["isthmus.yaml:11:55:", "2026-12-01 is before the start, 2026-12-02"]),
    Case(
      name: "a schedule with a zone that is none", connector: profile("{every: 1d, timeZone: CEST}"),
      says: ["isthmus.yaml:11:41:", "no time zone \"CEST\""]),
    Case(
      name: "a schedule that says nothing", connector: profile("{timeZone: UTC}"),
      says: ["isthmus.yaml:11:19:", "write either every (recurring) or once (a single time)"]),
    Case(
      name: "a schedule's unknown key", connector: profile("{evry: 1d}"),
      says: ["isthmus.yaml:11:20:", "unknown key \"evry\"; did you mean every?"]),
    Case(
      name: "an entity without tags", extra: "entities: [{name: E}]", says: ["isthmus.yaml:9:", "\"tags\" is missing"]),
  ]

  private static func profile(_ schedule: String) -> String {
    "    profiles:\n      - name: nightly\n        schedule: \(schedule)"
  }

  @Test("Each error names file, line and column, with exit code 2; what is right is taken", arguments: cases)
  func errors(_ file: Case) throws {
    let program = try Program()
    defer { program.remove() }
    let lines = [
      "connectors:", "  - name: Contoso", "    kind: defender-for-cloud", "    connection:",
      "      tenantId: 00000000-0000-0000-0000-000000000001", "      clientId: 00000000-0000-0000-0000-000000000002",
      "      clientSecret: {env: NOT_SET}", "      subscriptions: all",
    ]
    let text = (lines + [file.connector, file.extra].filter { !$0.isEmpty }).joined(separator: "\n")
    try program.write("isthmus.yaml", "\(text)\n")
    // The file is read before the inventory is looked for, and no secret is needed to read it.
    let ended = try program.run("scores", "preview")
    #expect(ended.status == (file.says.isEmpty ? 1 : 2), "\(ended.errors)")
    if file.says.isEmpty { #expect(ended.errors.contains("There is no inventory"), "\(ended.errors)") }
    for part in file.says { #expect(ended.errors.contains(part), "\"\(part)\" is not in: \(ended.errors)") }
  }

  @Test("An entity with a tag that neither file nor inventory has stops the sync at its line")
  func unknownTag() throws {
    var program = try Program()
    defer { program.remove() }
    let tenant = try SimulatedTenant(program, faults: [])
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    let extra = "\ntags: [{name: Edge, query: \"asset.type: HOST\"}]\nentities:\n  - {name: E, tags: [Edg]}\n"
    try program.write("isthmus.yaml", tenant.configuration() + extra)
    let ended = try program.run("sync")
    #expect(ended.status == 2 && ended.errors.contains("there is no tag \"Edg\"; did you mean \"Edge\"?"))
    #expect(ended.errors.contains("isthmus.yaml:"), "\(ended.errors)")
    #expect(try program.run("runs").output.split(separator: "\n").count == 1, "nothing has run")
  }
}
