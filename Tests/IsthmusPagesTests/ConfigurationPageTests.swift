import IsthmusConfiguration
import IsthmusCore
import IsthmusServer
import IsthmusStore
import Testing

@testable import IsthmusPages

@Suite("Pages of the configuration")
struct ConfigurationPageTests {
  @Test("Every page of the configuration that needs no name is shown to a viewer, without a form to send")
  func viewers() async throws {
    let harness = try await ConfigurationPageHarness()
    let paths = PageRoutes.configurationRoutes.filter {
      $0.method == .get && $0.access == .role(.viewer) && !$0.path.contains("{")
    }
    #expect(paths.count == 9)
    for route in paths {
      let answer = try await harness.get(route.path, as: .viewer)
      #expect(answer.status == 200 && answer.html.contains("<h1>"), "\(route.path)")
      #expect(!answer.html.contains("value=\"save\""), "\(route.path)")
    }
    let wrong = try await harness.post("/configuration/tags", ["name": "Web", "query": "web"], as: .viewer)
    #expect(wrong.status == 403)
    #expect(try await harness.item(.tag, "Web") == nil)
  }

  @Test("A wrong tag comes again with what was typed and the problem at its field; a right one is kept")
  func tags() async throws {
    let harness = try await ConfigurationPageHarness()
    let wrong = try await harness.post(
      "/configuration/tags", ["name": "Blue & white", "query": "operatingSysten: Linux", "act": "save"], as: .operator)
    #expect(wrong.status == 422)
    #expect(wrong.value("query") == "operatingSysten: Linux" && wrong.value("name") == "Blue &amp; white")
    #expect(wrong.html.contains("id=\"query-problem\"") && !wrong.html.contains("id=\"colour-problem\""))
    let preview = try await harness.post(
      "/configuration/tags", ["name": "Blue", "query": "operatingSystem: Linux", "act": "preview"], as: .operator)
    #expect(preview.status == 200 && preview.html.contains("finds 0 hosts"))
    #expect(try await harness.item(.tag, "Blue") == nil)
    let made = try await harness.post(
      "/configuration/tags",
      ["name": "Blue", "query": "operatingSystem: Linux", "criticality": "4", "colour": "#0000FF", "act": "save"],
      as: .operator)
    #expect(made.status == 303 && made.location == "/configuration/tags/Blue?saved")
    let stored = try #require(try await harness.item(.tag, "Blue"))
    #expect(stored.document["criticality"] == .integer(4) && stored.document["colour"] == .string("#0000ff"))
    let again = try await harness.post("/configuration/tags", ["name": "Blue", "query": "web", "act": "save"])
    #expect(again.status == 422 && again.html.contains("already"))
  }

  @Test("What somebody else changed while the form was open is not overwritten")
  func conflicts() async throws {
    let harness = try await ConfigurationPageHarness()
    let path = "/configuration/scoring"
    let before = try await harness.get(path)
    let fields = try weights(of: before, exposureFactor: "2")
    #expect(try await harness.post(path, fields).status == 303)
    let late = try await harness.post(path, try weights(of: before, exposureFactor: "3"))
    #expect(late.status == 422 && late.html.contains("not as it was when you read it"))
    #expect(try await harness.get(path).value("exposureFactor") == "2")
  }

  private func weights(of page: ConfigurationPageHarness.Answer, exposureFactor: String) throws
    -> KeyValuePairs<String, String>
  {
    func value(_ name: String) throws -> String { try #require(page.value(name), "\(name)") }
    return [
      "tag": try value("tag"), "act": "save", "exposureFactor": exposureFactor,
      "countExponent": try value("countExponent"), "defaultCriticality": try value("defaultCriticality"),
      "weight-critical": try value("weight-critical"), "weight-high": try value("weight-high"),
      "weight-medium": try value("weight-medium"), "weight-low": try value("weight-low"),
      "band-severe": try value("band-severe"), "band-high": try value("band-high"),
      "band-medium": try value("band-medium"),
    ]
  }

  @Test("A score map is previewed without being kept, kept, and deleted; the built-in one is only read")
  func scoreMaps() async throws {
    let harness = try await ConfigurationPageHarness()
    func send(_ act: String, qds: String) async throws -> ConfigurationPageHarness.Answer {
      try await harness.post(
        "/configuration/score-maps",
        [
          "name": "strict", "act": act, "expected-1": "info\ninformational", "qds-1": "10", "qds-2": "20",
          "qds-3": qds, "qds-4": "80", "qds-5": "100", "defaultSeverity": "3",
        ])
    }
    #expect(try await send("save", qds: "90").status == 422)
    let preview = try await send("preview", qds: "60")
    #expect(preview.status == 200 && preview.html.contains("No connector uses this map yet."))
    #expect(try await harness.item(.scoreMap, "strict") == nil)
    #expect(try await send("save", qds: "60").status == 303)
    let stored = try #require(try await harness.item(.scoreMap, "strict"))
    #expect(stored.document["rows"]?.array?.first?["expected"]?.array?.count == 2)
    #expect(try await harness.post("/configuration/score-maps/strict/delete", [:]).status == 303)
    #expect(try await harness.item(.scoreMap, "strict") == nil)
    let builtIn = try await harness.get("/configuration/score-maps/default")
    #expect(builtIn.status == 200 && !builtIn.html.contains("value=\"save\""))
  }

  @Test("Rules get places, and an own rule comes to them; the usual order is not written down")
  func identification() async throws {
    let harness = try await ConfigurationPageHarness()
    let path = "/configuration/identification"
    let tag = try #require(try await harness.get(path).value("tag"))
    let wrong = try await harness.post(
      path, ["tag": tag, "act": "save", "new-name": "by-owner", "new-attributes": "nothing"])
    #expect(wrong.status == 422 && wrong.value("new-attributes") == "nothing")
    let made = try await harness.post(
      path, ["tag": tag, "act": "save", "new-name": "by-owner", "new-attributes": "assetName, custom.owner"])
    #expect(made.status == 303)
    let stored = try #require(try await harness.item(.identification, "identification"))
    #expect(stored.document["identificationOrder"] == nil)
    let changed = try await harness.post(
      path,
      [
        "tag": stored.tag(seed: harness.services.store.seed), "act": "save", "place-by-owner": "2",
        "attributes-by-owner": "custom.owner",
      ])
    #expect(changed.status == 303)
    let document = try #require(try await harness.item(.identification, "identification")).document
    let order = document["identificationOrder"]?.array?.compactMap(\.string)
    #expect(order?.prefix(2) == ["native-key", "by-owner"])
    #expect(document["identificationRules"]?.array?.first?["attributes"] == .array([.string("custom.owner")]))
  }
}
