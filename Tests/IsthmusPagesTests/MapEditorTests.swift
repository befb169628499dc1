import DefenderForCloud
import IsthmusConfiguration
import IsthmusCore
import IsthmusServer
import IsthmusStore
import Testing

@testable import IsthmusPages

@Suite("The map editor")
struct MapEditorTests {
  private static let kinds = KindCatalog([DefenderForCloud.self])

  /// What a browser sends of these rows.
  private static func fields(_ rows: [MapForm.Row]) -> [(name: String, value: String)] {
    var fields = [(name: "rows", value: String(rows.count))]
    for (index, row) in rows.enumerated() {
      fields += [("source-\(index)", row.source), ("type-\(index)", row.type), ("target-\(index)", row.target)]
      // Browsers end lines as HTTP does.
      fields += [("values-\(index)", row.values.replacing("\n", with: "\r\n"))]
      fields += [("default-\(index)", row.defaultValue), ("level-\(index)", row.level)]
      if row.isRequired { fields.append(("required-\(index)", "true")) }
      if row.isIdentifier { fields.append(("identifier-\(index)", "true")) }
    }
    return fields
  }

  private static func request(_ fields: [(name: String, value: String)]) -> PageRequest {
    PageRequest(target: "/", pathValues: [:], query: [], form: fields)
  }

  @Test("The form of the built-in map, sent as it was shown, is the same map")
  func roundTrip() throws {
    let entry = try #require(MapCatalog(Self.kinds).builtIn.first)
    let document = try ConfigurationItem(entry).document
    let sent = MapForm.document(Self.request(Self.fields(MapForm.rows(of: document))), document)
    #expect(try WrittenMap(sent).map == entry.map)
  }

  @Test(
    "Any text of a value table comes back as it was",
    arguments: ["plain", "", " around ", "a => b", "\"quoted\"", "*", "\\*", "two\nlines", "=>", "\"", "\\", "é→"])
  func tables(_ text: String) throws {
    let row: JSONValue = .object([
      "source": .string("name"), "target": .string("assetName"),
      "values": .object([.init(text, .string("one")), .init("other", .string(text))]),
    ])
    let document: JSONValue = .object(["rows": .array([row])])
    let sent = MapForm.document(Self.request(Self.fields(MapForm.rows(of: document))), document)
    #expect(sent["rows"]?.array?.first?["values"] == row["values"])
  }

  @Test("A copy is tried on a pasted record, refused while a row is wrong, and saved as the next version")
  func editing() async throws {
    let harness = try await ConfigurationPageHarness()
    let root = "/configuration/transform-maps"
    let builtIn = try #require(MapCatalog(Self.kinds).builtIn.first).name
    let copy = try await harness.post("\(root)/\(PercentText.encoded(builtIn))/clone", ["name": "mine"])
    #expect(copy.status == 303 && copy.location == "\(root)/mine/edit")
    let page = try await harness.get("\(root)/mine/edit")
    let tag = try #require(page.value("tag"))
    let item = try #require(try await harness.item(.transformMap, "mine"))
    var rows = MapForm.rows(of: item.document)
    let place = try #require(rows.firstIndex { $0.target == "assetName" })
    func send(_ act: String, source: String, sample: String = "") async throws -> ConfigurationPageHarness.Answer {
      rows[place] = MapForm.Row(
        source: source, type: "string", target: "assetName", values: "web-01 => <Web>", defaultValue: "", level: "",
        isRequired: false, isIdentifier: false)
      let fields = Self.fields(rows) + [("tag", tag), ("act", act), ("sample", sample), ("stream", "hosts")]
      return try await harness.post("\(root)/mine/edit", fields)
    }
    let tried = try await send("preview", source: "name", sample: #"{"name": "web-01", "id": "x"}"#)
    #expect(tried.status == 200 && tried.html.contains("<strong>&lt;Web&gt;</strong>"))
    #expect(tried.html.contains("A run would reject this record"))
    let broken = try await send("save", source: "name ||")
    #expect(broken.status == 422 && broken.html.contains("id=\"problem-\(place)\""))
    #expect(broken.value("source-\(place)") == "name ||")
    #expect(try await harness.item(.transformMap, "mine") == item)
    let noRecord = try await send("preview", source: "name", sample: "[1]")
    #expect(noRecord.status == 200 && noRecord.html.contains("The sample is no record"))
    #expect(try await send("save", source: "name").status == 303)
    let versions = try await harness.services.store.read { try $0.transformMapVersions("mine") }
    #expect(versions.map(\.version) == [2, 1])
    #expect(try await harness.get("\(root)/mine/versions/1").html.contains("version 1"))
    #expect(try await send("save", source: "name").status == 422, "somebody saved meanwhile")
    #expect(try await harness.post("\(root)/mine/delete", [:]).status == 303)
    #expect(try await harness.get("\(root)/mine").status == 404)
  }
}
