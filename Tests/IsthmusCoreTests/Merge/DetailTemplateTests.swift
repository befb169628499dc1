import IsthmusCore
import TestSupport
import Testing

@Suite("Shared finding texts")
struct DetailTemplateTests {
  static let id = "/subscriptions/4f0c/resourceGroups/Prod/providers/Microsoft.Compute/virtualMachines/web-01"

  private func values(_ texts: [String]) -> AttributeValues {
    var values = AttributeValues()
    for (index, text) in texts.enumerated() { values["text\(index)"] = .string(text) }
    return values
  }

  private func encoded(_ text: String, uppercase: Bool) -> String {
    text.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      if isPlain || "-._~".unicodeScalars.contains(scalar) { return String(scalar) }
      let digits = String(byte, radix: 16, uppercase: uppercase)
      return "%\(byte < 16 ? "0" : "")\(digits)"
    }.joined()
  }

  @Test("Texts that differ in the resource's id only become the same", arguments: [true, false])
  func shares(uppercase: Bool) {
    let other = "/subscriptions/4f0c/resourceGroups/prod/providers/Microsoft.Compute/virtualMachines/db+2"
    func folded(_ id: String) -> AttributeValues {
      let link = "https://portal.azure.com/#blade/id/\(encoded(id, uppercase: uppercase))/x"
      return DetailTemplate(resourceID: id).fold(values([link, "Machine \(id) and \(id).", "none"]))
    }
    #expect(folded(Self.id) == folded(other))
    #expect(folded(Self.id)["text2"] == .string("none"))
  }

  @Test("The id's own spelling counts: another case is another text")
  func keepsCase() {
    let template = DetailTemplate(resourceID: Self.id)
    #expect(template.fold(values([Self.id.lowercased()])) == values([Self.id.lowercased()]))
  }

  @Test("Only texts change; values of other kinds stay")
  func keepsOtherKinds() {
    var values = AttributeValues()
    values["number"] = .integer(7)
    values["list"] = .list([.string(Self.id)])
    let template = DetailTemplate(resourceID: Self.id)
    #expect(template.fold(values) == values)
    #expect(template.expand(values.json) == values.json)
  }

  @Test(
    "A text that holds a mark of ours comes back as it was",
    arguments: [
      "\u{1}", "a\u{2}b", "\u{3}\u{1}", "\u{4}", "\u{4}\u{1}", "\u{1}\(id)", "\u{4}\(id)", "",
    ])
  func keepsMarks(text: String) {
    for id in [Self.id, ""] {
      let template = DetailTemplate(resourceID: id)
      #expect(template.expand(template.fold(values([text])).json) == values([text]).json)
    }
  }

  @Test("A custom attribute is stored as it is, with the resource's id, and a text with a mark comes back as it was")
  func keepsCustomTexts() {
    let template = DetailTemplate(resourceID: Self.id)
    for text in [Self.id, "on \(encoded(Self.id, uppercase: true))", ""] {
      var values = AttributeValues()
      values["custom.link"] = .string(text)
      values["policyFindingUrl"] = .string(text)
      let folded = template.fold(values)
      #expect(folded["custom.link"] == .string(text))
      #expect((folded["policyFindingUrl"] == .string(text)) == text.isEmpty)
      #expect(template.expand(folded.json) == values.json)
    }
    for mark in ["\u{1}", "\(Self.id)\u{2}", "\u{4}\(Self.id)", "\u{3}\u{4}"] {
      var values = AttributeValues()
      values["custom.link"] = .string(mark)
      #expect(template.expand(template.fold(values).json) == values.json)
    }
  }

  @Test("Expanding what was folded gives the text back", arguments: SeededGenerator.seeds(20))
  func roundTrips(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      let id = random.pick([Self.id, random.text(12), "/a/é b%2F", "a", "aa", "%2F", ""])
      let pieces = [
        id, encoded(id, uppercase: true), encoded(id, uppercase: false), id.lowercased(), String(id.dropLast()),
      ]
      let texts = (0..<3).map { _ in
        (0..<random.number(0...6)).map { _ in random.chance(2) ? random.pick(pieces) : random.text(6) }.joined()
      }
      let template = DetailTemplate(resourceID: id)
      let expanded = template.expand(template.fold(values(texts)).json)
      #expect(expanded == values(texts).json, "id \(id.debugDescription), texts \(texts)")
    }
  }
}
