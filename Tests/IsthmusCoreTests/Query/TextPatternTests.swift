import IsthmusCore
import TestSupport
import Testing

@Suite("Texts in queries")
struct TextPatternTests {
  private func matches(_ text: String, _ source: String, _ form: TextPattern.Form) throws -> Bool {
    try #require(TextPattern(source, form: form)).matches(text)
  }

  @Test(
    "Texts are cut into words as the published rules say",
    arguments: [
      // Not cut: only the whole, or its beginning.
      ("qualys.corp.com", "qual", true), ("qualys.corp.com", "qualys.corp", true),
      ("qualys.corp.com", "qualys.corp.com", true), ("qualys.corp.com", "corp", false),
      ("1,024", "1,0", true), ("1,024", "024", false), ("10.0.0.4", "10.0", true), ("10.0.0.4", "4", false),
      // Cut between a digit and a letter; a comma between letters cuts too.
      ("102354.qualys", "qual", true), ("102354.qualys", "102354", true), ("a,b", "b", true), ("a.b", "b", false),
      ("one-two", "two", true), ("one;two", "two", true), ("one\ttwo", "two", true), ("one\r\ntwo", "two", true),
      ("(one)[two]{three}", "three", true), ("one?two@three", "three", true), ("a$b%c&d/e\\f", "f", true),
      ("a$b%c&d/e\\f", "b", true), ("end. Begin", "begin", true), ("one_two", "two", false), ("x:y=z", "z", true),
    ])
  func cut(text: String, word: String, isFound: Bool) throws {
    #expect(try matches(text, word, .phrase) == isFound)
  }

  @Test(
    "Plain words find any of them as whole words, quoted ones stand side by side, exact ones are the whole value",
    arguments: [
      ("Remote Code Execution", "Code Local", TextPattern.Form.words, true), ("Remote Code", "Cod", .words, false),
      ("web-01", "web-01", .words, true), ("web-02", "web-01", .words, false), ("01-web", "web-01", .words, false),
      ("corp.example.com", "corp", .words, true), ("corporation", "corp", .words, false),
      ("Remote Code Execution", "remote code", .phrase, true), ("Code Remote", "remote code", .phrase, false),
      ("Remote old Code", "remote code", .phrase, false), ("Remote Codes", "remote code", .phrase, true),
      ("Remotes Code", "remote code", .phrase, false), ("Remote-Code", "remote code", .phrase, true),
      ("Remote Code", "remote code", .exact, true), ("Remote Code 2", "remote code", .exact, false),
      ("Remote-Code", "remote code", .exact, false), ("", "x", .words, false), ("x", "x", .exact, true),
    ])
  func forms(text: String, source: String, form: TextPattern.Form, isFound: Bool) throws {
    #expect(try matches(text, source, form) == isFound)
  }

  @Test(
    "A star stands for any characters, and the pattern for the whole value",
    arguments: [
      ("windows server", "win*", true), ("my windows", "win*", false), ("my-dev", "*dev", true),
      ("dev-1", "*dev", false), ("a dev b", "*dev*", true), ("ab", "a*b", true), ("axxb", "a*b", true),
      ("a", "a*a", false), ("aa", "a*a", true), ("aba", "*b*b*", false), ("", "*", true), ("abcabc", "*bc*bc", true),
      ("abcab", "*bc*bc", false), ("x", "**", true), ("ÉCLAIR", "éc*", true),
    ])
  func wildcard(text: String, pattern: String, isFound: Bool) throws {
    #expect(try matches(text, pattern, .wildcard) == isFound)
  }

  @Test(
    "Case does not matter beyond ASCII either, and marks beyond it cut words",
    arguments: [
      ("ÉCLAIR", "éclair", TextPattern.Form.exact, true), ("éclair", "ÉCLAIR", .words, true),
      ("ΣΑΣ", "σασ", .exact, true),
      ("eclair", "éclair", .words, false), ("one – two", "one two", .phrase, true), ("one…two", "two", .words, true),
      ("“quoted”", "quoted", .words, true), ("日本", "日", .phrase, true), ("a\u{A0}b", "b", .words, true),
    ])
  func beyondASCII(text: String, source: String, form: TextPattern.Form, isFound: Bool) throws {
    #expect(try matches(text, source, form) == isFound)
  }

  @Test("Bytes that are no UTF-8 are searched all the same")
  func repaired() throws {
    let bytes: [UInt8] = [0xFF, 0x20, 0x77, 0x65, 0x62, 0xC3]
    let web = try #require(TextPattern("*web*", form: .wildcard))
    #expect(bytes.withUnsafeBytes(web.matches))
  }

  @Test("What has nothing to search for is no pattern")
  func empty() {
    #expect(TextPattern("", form: .exact) == nil)
    #expect(TextPattern("--- …", form: .phrase) == nil)
    #expect(TextPattern(" . ", form: .words) == nil)
    #expect(TextPattern("none", form: .wildcard) == nil)
  }

  @Test("What an index can look up is in lower case")
  func indexed() throws {
    #expect(try #require(TextPattern("WEB-01É", form: .exact)).exactFolded == "web-01é")
    #expect(try #require(TextPattern("Web*", form: .wildcard)).prefixFolded == "web")
    #expect(try #require(TextPattern("Web*1", form: .wildcard)).prefixFolded == nil)
    #expect(try #require(TextPattern("*", form: .wildcard)).prefixFolded == nil)
    #expect(try #require(TextPattern("web", form: .words)).exactFolded == nil)
  }

  @Test("Random texts are matched as by the rules said plainly", arguments: 1...30)
  func agrees(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var found = 0
    for _ in 0..<400 {
      let text = random.chance(3) ? random.text(20) : NaiveVocabulary.text(&random)
      let form = random.pick([TextPattern.Form.words, .phrase, .exact, .wildcard])
      var source = random.chance(4) ? text : NaiveVocabulary.text(&random)
      if form == .wildcard { source = random.pick(["*\(source)*", "\(source.prefix(2))*", "*\(source.suffix(2))"]) }
      guard let pattern = TextPattern(source, form: form) else { continue }
      let isFound = NaiveText.matches(text, source, form)
      found += isFound ? 1 : 0
      #expect(pattern.matches(text) == isFound, "\(form) \(source.debugDescription) in \(text.debugDescription)")
    }
    #expect(found > 20)
  }

  @Test(
    "A pattern's regular expression is anchored or bounded as the pattern is",
    arguments: [
      ("Web.01", TextPattern.Form.exact, "^web\\.01$"), ("win*x", .wildcard, "^win.*x$"),
      ("a|b*", .wildcard, "^a\\|b.*$"),
    ])
  func regularExpression(source: String, form: TextPattern.Form, expression: String) throws {
    #expect(try #require(TextPattern(source, form: form)).regularExpression == expression)
  }
}
