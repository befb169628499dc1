import Testing

@testable import AzureSimulator

@Suite("Small codecs")
struct CodecTests {
  @Test("Base64 goes there and back", arguments: ["", "a", "ab", "abc", "{\"$id\":\"1\"}"])
  func base64(text: String) {
    #expect(Base64.decode(Base64.encode(Array(text.utf8))) == Array(text.utf8))
  }

  @Test("Base64 is as RFC 4648 has it")
  func base64Vector() {
    #expect(Base64.encode(Array("foobar".utf8)) == "Zm9vYmFy")
    #expect(Base64.encode(Array("fooba".utf8)) == "Zm9vYmE=")
    #expect(Base64.decode("no base64!") == nil)
  }

  @Test("Forms are decoded with plus and percent")
  func forms() {
    #expect(FormText.fields("a=1+2&b=%2B%3D&c") == ["a": "1 2", "b": "+=", "c": ""])
  }

  @Test("A doubled slash in a path does no harm")
  func paths() {
    let request = SimulatorRequest(method: "GET", target: "//subscriptions/?api-version=1")
    #expect(request.path == ["subscriptions"])
    #expect(request.query == ["api-version": "1"])
  }
}
