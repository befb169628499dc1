import IsthmusCore
import Testing

@Suite("What a JMESPath expression reads")
struct JMESPathReadsTests {
  @Test(
    "Its paths of members, each as long as it is known",
    arguments: [
      ("a", ["a"]), ("a.b", ["a.b"]), ("a.b[0].c", ["a.b"]), ("length(a.b)", ["a.b"]), ("a || b.c", ["a", "b.c"]),
      ("a.b == c && !d", ["a.b", "c", "d"]), ("list[?x == 'y'].z", ["list"]), ("a.*.x", ["a"]),
      ("[a, b.c]", ["a", "b.c"]),
      ("{x: a, y: a.b}", ["a"]), ("a.[b, c]", ["a"]), ("a.{x: b}", ["a"]), ("a | b | c[0]", ["a.b.c"]),
      ("a.b.length(@)", ["a.b"]), ("a.b.join(c, d.e)", ["a.b.c", "a.b.d.e"]), ("@.a", ["a"]), ("(a).b", ["a.b"]),
      ("sort_by(list, &x.y)[0].z", ["list"]), ("map(&a, b)", ["b"]), ("'text'", []), ("`1`", []), ("'x'.a", []),
      ("[a][0].b", ["a"]), ("(a || b).c", ["a", "b"]), ("@", [""]), ("length(@)", [""]), ("*", [""]), ("[0]", [""]),
      ("[*].a", [""]), ("keys(@)", [""]), ("merge(@, a)", [""]), ("a && @", [""]), ("[a, @.b]", ["a", "b"]),
    ] as [(String, [String])])
  func paths(text: String, expected: [String]) throws {
    #expect(try JMESPath(text).reads.map { $0.joined(separator: ".") } == expected)
  }

  @Test("Of a very long path the beginning is read")
  func longPath() throws {
    let names = (0..<100).map { "n\($0)" }
    let reads = try JMESPath(names.joined(separator: ".")).reads
    #expect(reads.count == 1 && reads[0].count == 32 && names.starts(with: reads[0]))
  }

  /// The value with nothing but what stands at `paths`.
  static func pruned(_ value: JSONValue, to paths: [[String]]) -> JSONValue {
    guard case .object(let members) = value, !paths.contains([]) else { return value }
    let kept = members.compactMap { member -> JSONValue.Member? in
      let inner = paths.filter { $0[0].utf8.elementsEqual(member.name.utf8) }.map { Array($0.dropFirst()) }
      guard !inner.isEmpty else { return nil }
      guard case .object = member.value else { return inner.contains([]) ? member : nil }
      return JSONValue.Member(member.name, pruned(member.value, to: inner))
    }
    return .object(kept)
  }

  @Test(
    "On what it reads of an object, each compliance case gives what it gives on all of it",
    .enabled(if: !ComplianceFile.all.isEmpty, "no compliance cases here"), arguments: ComplianceFile.all)
  func compliance(_ file: ComplianceFile) throws {
    for group in try #require(try JSONValue(parsing: file.text).array) {
      for one in try #require(group["cases"]?.array) {
        try check(try #require(one["expression"]?.string), try #require(group["given"]))
      }
    }
  }

  @Test(
    "On what it reads of an object, each generated expression gives what it gives on all of it",
    .enabled(if: JMESPathOracle.found != nil, "no Python with the jmespath package here"), arguments: 11...12)
  func generated(seed: Int) throws {
    let cases = try #require(JMESPathOracle.found).cases(seed: seed, count: 4000)
    for one in cases { try check(one.expression, one.value, "seed \(seed)") }
  }

  private func check(_ text: String, _ value: JSONValue, _ note: Comment = "") throws {
    // What can't be read reads nothing.
    guard case .object = value, let path = try? JMESPath(text) else { return }
    let whole = JMESPathOutcome(of: text, on: value)
    let part = JMESPathOutcome(of: text, on: Self.pruned(value, to: path.reads))
    #expect(part.agrees(with: whole), "\(text) on \(value.text()): \(part), not \(whole) (\(note))")
  }
}
