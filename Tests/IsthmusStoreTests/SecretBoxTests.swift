import Foundation
import IsthmusStore
import TestSupport
import Testing

@Suite("Sealed secrets")
struct SecretBoxTests {
  private let place = SecretPlace(owner: "connector:A", field: "clientSecret")

  @Test("What was sealed opens at its place, and the box does not show it", arguments: SeededGenerator.seeds(50))
  func opens(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let text = "secret \(generator.text(60))"
    let key = SecretKey.random()
    let box = try SecretBox(sealing: text, at: place, with: key)
    #expect(try box.open(at: place, with: SecretKeyring(.random(), earlier: [key])) == text)
    #expect(box.keyID == key.id)
    #expect(!String(decoding: box.bytes, as: UTF8.self).contains("secret"))
    #expect(try SecretBox(sealing: text, at: place, with: key).bytes != box.bytes, "no two boxes are alike")
  }

  @Test(
    "A box opens nowhere else",
    arguments: [("connector:B", "clientSecret"), ("connector:A", "proxy"), ("connector:Ac", "lientSecret"), ("", "")])
  func boundToPlace(owner: String, field: String) throws {
    let key = SecretKey.random()
    let box = try SecretBox(sealing: "hunter2", at: place, with: key)
    let error = #expect(throws: SecretError.self) {
      try box.open(at: SecretPlace(owner: owner, field: field), with: SecretKeyring(key))
    }
    #expect(error?.kind == .damaged)
  }

  @Test("A box of which any byte was changed, or that was cut, does not open")
  func refusesChanges() throws {
    let key = SecretKey.random()
    let box = try SecretBox(sealing: "hunter2", at: place, with: key)
    for index in box.bytes.indices {
      var changed = box
      changed.bytes[index] ^= 1
      let error = #expect(throws: SecretError.self) { try changed.open(at: place, with: SecretKeyring(key)) }
      #expect(error?.kind == .damaged)
      changed.bytes = Array(box.bytes[..<index])
      #expect(throws: SecretError.self) { try changed.open(at: place, with: SecretKeyring(key)) }
    }
  }

  @Test("A key that is not here is named; another key under its name opens nothing")
  func namesKey() throws {
    let (key, other) = (SecretKey.random(), SecretKey.random())
    var box = try SecretBox(sealing: "hunter2", at: place, with: key)
    let error = #expect(throws: SecretError.self) { try box.open(at: place, with: SecretKeyring(other)) }
    #expect(error?.kind == .unknownKey)
    #expect(error?.description.contains(key.id) == true && error?.description.contains(other.id) == true)
    box.keyID = other.id
    let renamed = #expect(throws: SecretError.self) { try box.open(at: place, with: SecretKeyring(other)) }
    #expect(renamed?.kind == .damaged)
  }

  @Test("A key shows its name, never itself")
  func hidesKey() throws {
    let text = Data((0..<32).map { UInt8($0) }).base64EncodedString()
    let key = try #require(SecretKey(base64: text))
    var dumped = ""
    dump([SecretKeyring(key)], to: &dumped)
    for shown in ["\(key)", String(reflecting: key), "\(SecretKeyring(key))", dumped] {
      #expect(!shown.contains(text) && !shown.contains("SymmetricKey"))
    }
    #expect(key.id.count == 16 && SecretKey(base64: text)?.id == key.id && SecretKey.random().id != key.id)
  }

  @Test("Keys are read in any usual form, the current one first")
  func readsKeys() throws {
    let texts = (1...2).map { Data(repeating: UInt8($0), count: 32).base64EncodedString() }
    let ids = texts.map { SecretKey(base64: $0)?.id }
    for divider in [",", "\n", " ", " , ", "\r\n# comment, with words\n  # another\n\n"] {
      let keys = try SecretKeyring(parsing: "\n\(texts[0])\(divider)\(texts[1])\n", from: "here")
      #expect(keys.all.map(\.id) == ids)
    }
    #expect(try SecretKeyring(parsing: "\(texts[0]) \(texts[0])", from: "here").all.count == 1)
  }

  @Test(
    "What is no key is refused, and not repeated",
    arguments: ["", "# none", "hunter2", "aHVudGVyMg==", "\(String(repeating: "A", count: 43))", "\u{0}"])
  func refusesKeys(text: String) {
    let error = #expect(throws: SecretError.self) { try SecretKeyring(parsing: text, from: "the variable") }
    #expect(error?.kind == .keyUnusable)
    #expect(error?.summary.contains("the variable") == true)
    #expect(text.isEmpty || error?.description.contains(text) == false)
  }
}
