import IsthmusConfiguration
import IsthmusCore
import IsthmusServer
import IsthmusStore
import TestSupport
import Testing

@testable import IsthmusPages

@Suite("The connector wizard")
struct WizardTests {
  private typealias Fields = [(name: String, value: String)]

  private static let connection: Fields = [
    ("kind", "defender-for-cloud"), ("findingTypes", "misconfiguration"), ("assetTypes", "host"),
    ("set-tenantId", "00000000-0000-0000-0000-000000000001"),
    ("set-clientId", "00000000-0000-0000-0000-000000000002"), ("set-clientSecret", "a secret value"),
  ]

  /// A draft that lacks nothing but its profiles.
  private func draft(_ name: String = "Fabrikam") async throws -> ConfigurationPageHarness {
    let harness = try await ConfigurationPageHarness()
    let made = try await harness.post("/connectors/new", [("name", name), ("act", "next")] + Self.connection)
    #expect(made.location == "/connectors/\(name)/edit/data-model")
    return harness
  }

  private func profile(_ name: String, number: Int, act: String, _ more: Fields = []) -> Fields {
    [
      ("number", String(number)), ("profile", name), ("status", "active"), ("statuses", "Unhealthy"),
      ("assetTypes", "host"), ("how", "every"), ("every", "1d"), ("at", "02:00"), ("act", act),
    ] + more
  }

  private func document(_ harness: ConfigurationPageHarness) async throws -> JSONValue {
    try #require(try await harness.item(.connector, "Fabrikam")).document
  }

  private func profiles(_ harness: ConfigurationPageHarness) async throws -> [String] {
    try await document(harness)["profiles"]?.array?.compactMap { $0["name"]?.string } ?? []
  }

  // MARK: - Profiles

  @Test("Profiles are added, changed and removed, and one always stays")
  func profilesOfOne() async throws {
    let harness = try await draft()
    let path = "/connectors/Fabrikam/edit/profile"
    #expect(try await harness.get(path).value("profile") == "nightly")
    let first = try await harness.post(path, profile("nightly", number: 0, act: "more"))
    #expect(first.location == "\(path)?profile=new")
    let empty = try await harness.get(first.location)
    #expect(empty.value("profile") == "" && empty.value("number") == "1")
    let second = try await harness.post(path, profile("weekly", number: 1, act: "next", [("mode", "delta")]))
    #expect(second.location == "/connectors/Fabrikam/edit/scoring")
    #expect(try await profiles(harness) == ["nightly", "weekly"])

    let shown = try await harness.get("\(path)?profile=1")
    #expect(shown.value("profile") == "weekly" && shown.html.contains("Remove the profile weekly"))
    _ = try await harness.post(path, profile("on Sundays", number: 1, act: "next", [("weekday", "sun")]))
    #expect(try await profiles(harness) == ["nightly", "on Sundays"])
    let changed = try await document(harness)["profiles"]?.array?[1]
    #expect(changed?["schedule"]?["weekdays"] == .array([.string("sun")]) && changed?["mode"] == nil)

    #expect(try await harness.post(path, [("number", "0"), ("act", "remove")]).location == path)
    #expect(try await profiles(harness) == ["on Sundays"])
    let last = try await harness.post(path, [("number", "0"), ("act", "remove")])
    #expect(last.status == 422 && last.html.contains("the only profile"))
    #expect(try await profiles(harness) == ["on Sundays"])
    #expect(try await harness.get("\(path)?profile=7").status == 404)
  }

  @Test("Who goes on past another profile that is not in order is led to that one")
  func wrongProfile() async throws {
    let harness = try await draft()
    let path = "/connectors/Fabrikam/edit/profile"
    _ = try await harness.post(path, profile("nightly", number: 0, act: "next"))
    _ = try await harness.post(path, profile("weekly", number: 1, act: "leave", [("timeZone", "Nowhere/Else")]))
    let answer = try await harness.post(path, profile("nightly", number: 0, act: "next"))
    #expect(answer.status == 422 && answer.value("number") == "1" && answer.value("timeZone") == "Nowhere/Else")
    #expect(answer.html.contains("id=\"timeZone-problem\""))
    let review = try await harness.get("/connectors/Fabrikam/edit/review")
    #expect(review.html.contains("there is no time zone &quot;Nowhere/Else&quot;"))
  }

  // MARK: - What it brings

  @Test("Types are shown and kept; without any of them the draft is not led on")
  func types() async throws {
    let harness = try await draft()
    #expect(try await document(harness)["findingTypes"] == .array([.string("misconfiguration")]))
    let path = "/connectors/Fabrikam/edit/connection"
    let without = Self.connection.filter { $0.name != "findingTypes" && $0.name != "kind" }
    let refused = try await harness.post(path, without + [("act", "next")])
    #expect(refused.status == 422 && refused.html.contains("id=\"findingTypes-problem\""))
    let profile = profile("nightly", number: 0, act: "next").filter { $0.name != "assetTypes" }
    _ = try await harness.post(path, Self.connection + [("act", "next")])
    let empty = try await harness.post("/connectors/Fabrikam/edit/profile", profile)
    #expect(empty.status == 422 && empty.html.contains("id=\"assetTypes-problem\""))
  }

  @Test("A copy of the chosen transform map is made, and the connector takes it")
  func copyOfMap() async throws {
    let harness = try await draft()
    let path = "/connectors/Fabrikam/edit/transform-map"
    let sent: Fields = [("transformMap", "defender-for-cloud/default"), ("act", "copy")]
    #expect(try await harness.post(path, sent + [("copy", " ")]).status == 422)
    #expect(try await harness.post(path, sent + [("copy", "Fabrikam map")]).location == path)
    #expect(try await document(harness)["transformMap"] == .string("Fabrikam map"))
    let shown = try await harness.get(path)
    #expect(shown.html.contains("/configuration/transform-maps/Fabrikam%20map/edit"))
  }

  // MARK: - Scoring

  /// The scoring step's form as it was shown, with other values.
  private func scores(
    _ page: ConfigurationPageHarness.Answer, act: String, _ changes: [String: String] = [:]
  ) throws -> Fields {
    var fields: Fields = [("act", act), ("scoreMap", changes["scoreMap"] ?? page.value("shown-map") ?? "")]
    let names =
      ["tag"] + (page.value("shown-map") == nil ? [] : ["shown-map", "shown-tag"])
      + (1...5).flatMap { ["expected-\($0)", "qds-\($0)"] }
    for name in names { fields.append((name, try #require(changes[name] ?? page.value(name), "\(name)"))) }
    fields.append(("defaultSeverity", changes["defaultSeverity"] ?? "3"))
    return fields
  }

  @Test("Rows other than the known map's become a map of the connector's own, and change it alone from then on")
  func ownScores() async throws {
    let harness = try await draft()
    let path = "/connectors/Fabrikam/edit/scoring"
    let shown = try await harness.get(path)
    #expect(shown.value("expected-4") == "High" && shown.value("qds-5") == "95")
    let same = try await harness.post(path, try scores(shown, act: "next"))
    #expect(same.location == "/connectors/Fabrikam/edit/identification-rules")
    #expect(try await document(harness)["scoreMap"] == .string("default"))

    let again = try await harness.get(path)
    let wrong = try await harness.post(path, try scores(again, act: "next", ["qds-1": "99"]))
    #expect(wrong.status == 422 && wrong.value("qds-1") == "99" && wrong.html.contains("must not be lower"))
    #expect(try await harness.item(.scoreMap, "Fabrikam") == nil)
    let text = try await harness.post(path, try scores(again, act: "next", ["qds-1": "low"]))
    #expect(text.html.contains("id=\"qds-1-problem\""))

    let own = try await harness.post(
      path, try scores(wrong, act: "next", ["qds-1": "10", "expected-4": "High\nSevere"]))
    #expect(own.location == "/connectors/Fabrikam/edit/identification-rules?own")
    #expect(try await harness.get(own.location).html.contains("kept as the score map &quot;Fabrikam&quot;"))
    #expect(try await document(harness)["scoreMap"] == .string("Fabrikam"))
    let changed = try await harness.get(path)
    _ = try await harness.post(path, try scores(changed, act: "next", ["defaultSeverity": "4"]))
    let map = try #require(try await harness.item(.scoreMap, "Fabrikam")).document
    #expect(map["defaultSeverity"] == .integer(4) && map["rows"]?.array?[0]["qds"] == .integer(10))
    #expect(map["rows"]?.array?[3]["expected"] == .array([.string("High"), .string("Severe")]))

    // Somebody changed the map since its rows were shown.
    let late = try await harness.post(path, try scores(changed, act: "next", ["qds-1": "11"]))
    #expect(late.status == 422)
    let back = try await harness.get(path)
    _ = try await harness.post(path, try scores(back, act: "next", ["scoreMap": "default", "defaultSeverity": "4"]))
    #expect(try await document(harness)["scoreMap"] == .string("default"))
  }

  @Test("A map that has the connector's name already is not written over")
  func takenName() async throws {
    let harness = try await draft()
    let other = ScoreMap.standard.json.with("name", .string("Fabrikam"))
    _ = try await ItemChange(by: .commandLine(user: "test"), ifMatch: nil, harness.services)
      .put(.init(.scoreMap, "Fabrikam"), other, isNew: true)
    let path = "/connectors/Fabrikam/edit/scoring"
    let shown = try await harness.get(path)
    _ = try await harness.post(path, try scores(shown, act: "next", ["qds-1": "5"]))
    #expect(try await document(harness)["scoreMap"] == .string("Fabrikam 2"))
    #expect(try await harness.item(.scoreMap, "Fabrikam")?.document["rows"] == other.normalised["rows"])
  }

  @Test("Another map's rows are shown without being taken")
  func otherMap() async throws {
    let harness = try await draft()
    var strict = ScoreMap.standard.json.with("name", .string("strict"))
    strict = strict.with("defaultSeverity", .integer(5))
    _ = try await ItemChange(by: .commandLine(user: "test"), ifMatch: nil, harness.services)
      .put(.init(.scoreMap, "strict"), strict, isNew: true)
    let path = "/connectors/Fabrikam/edit/scoring"
    let shown = try await harness.post(
      path, try scores(try await harness.get(path), act: "show", ["scoreMap": "strict"]))
    #expect(shown.status == 200 && shown.value("shown-map") == "strict")
    #expect(shown.html.contains("<option value=\"5\" selected>"))
    #expect(try await document(harness)["scoreMap"] == nil)
  }

  // MARK: - What came unexpected

  @Test("Values that a connector's findings have and no row expects are offered, and taken into the row that is chosen")
  func offers() async throws {
    let harness = try await ConfigurationPageHarness()
    try await harness.services.store.write { transaction in
      _ = try ExampleWriter(transaction)
      // They have no queries of their own, which a configuration needs.
      for entity in try transaction.entities() { _ = try transaction.deleteEntity(entity.name) }
      for tag in try transaction.tags() { _ = try transaction.deleteTag(tag.name) }
    }
    let admin = ItemChange(by: .commandLine(user: "test"), ifMatch: nil, harness.services)
    var map = ScoreMap.standard.json.with("name", .string("strict"))
    let rows = map["rows"]?.array ?? []
    map = map.with("rows", .array(rows.map { $0.with("expected", .array([])) }))
    _ = try await admin.put(.init(.scoreMap, "strict"), map, isNew: true)
    let path = "/configuration/score-maps/strict"
    #expect(!(try await harness.get(path)).html.contains("name=\"offered\""))
    _ = try await admin.put(
      .init(.connector, "Contoso production"),
      try JSONValue(
        parsing: """
          {"kind": "defender-for-cloud", "scoreMap": "strict", "connection": {
            "tenantId": "00000000-0000-0000-0000-000000000001", "clientId": "00000000-0000-0000-0000-000000000002",
            "clientSecret": {"env": "ISTHMUS_CLIENT_SECRET"}}}
          """), isNew: true)
    let offered = try await harness.get(path)
    let text = try #require(offered.value("offered"))
    let values = try await harness.services.store.read {
      try $0.facets([.sourceSeverity], of: .finding, Listing(limit: nil)).first?.values.compactMap(\.value) ?? []
    }
    #expect(values.contains(text))
    var fields = try scores(offered, act: "save").filter { !["shown-map", "shown-tag", "scoreMap"].contains($0.name) }
    fields += [("offered", text), ("offer-0", "4")]
    #expect(try await harness.post(path, fields).status == 303)
    let kept = try #require(try await harness.item(.scoreMap, "strict")).document
    #expect(kept["rows"]?.array?[3]["expected"] == .array([.string(text)]))
    #expect(try await harness.get(path).value("offered") != text)
  }
}
