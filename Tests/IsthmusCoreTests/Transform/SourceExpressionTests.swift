import IsthmusCore
import Testing

@Suite("Source expressions")
struct SourceExpressionTests {
  typealias Step = SourceExpression.Step

  @Test(
    "Paths are members and indexes, tried in order",
    arguments: [
      ("id", [[.member("id")]]), ("a.b_1.C", [[.member("a"), .member("b_1"), .member("C")]]),
      ("_x", [[.member("_x")]]), ("a[0]", [[.member("a"), .index(0)]]),
      ("a[-1].b[12]", [[.member("a"), .index(-1), .member("b"), .index(12)]]),
      ("a[0][1]", [[.member("a"), .index(0), .index(1)]]), ("[0]", [[.index(0)]]),
      ("a || b.c", [[.member("a")], [.member("b"), .member("c")]]),
      ("  a||b  ||  c ", [[.member("a")], [.member("b")], [.member("c")]]),
      ("(a || b)", [[.member("a")], [.member("b")]]),
      ("@.a", [[.member("a")]]), ("(a).b | c", [[.member("a"), .member("b"), .member("c")]]), ("@", [[]]),
      (#"a."odd.key""#, [[.member("a"), .member("odd.key")]]), (#""a b"[0]"#, [[.member("a b"), .index(0)]]),
      (#""""#, [[.member("")]]), (#""q\"\u0041\\""#, [[.member("q\"A\\")]]), (#""a || b""#, [[.member("a || b")]]),
      (#"tags."é😀""#, [[.member("tags"), .member("é😀")]]),
    ] as [(String, [[Step]])])
  func paths(text: String, paths: [[Step]]) throws {
    let expression = try SourceExpression(text)
    #expect(expression.form == .paths(paths, prefix: ""))
    #expect(expression.alternatives == paths)
    #expect(expression.text == text)
  }

  @Test(
    "join puts a text before a path's value",
    arguments: [
      ("join('', ['https://', a.b])", "https://", 1), ("join('', ['https://', a.b || c])", "https://", 2),
      ("join('',['é',a])", "é", 1), (#"join('', ['it\'s ', a])"#, "it's ", 1),
      (#"join( '' , [ 'a\\b\n', a ] )"#, #"a\\b\n"#, 1), ("join('', ['a, b' , a ])", "a, b", 1),
    ])
  func prefixes(text: String, prefix: String, count: Int) throws {
    guard case .paths(let paths, let found) = try SourceExpression(text).form else {
      Issue.record("it is evaluated")
      return
    }
    #expect(found == prefix && paths.count == count)
  }

  @Test(
    "All else is evaluated",
    arguments: [
      "a[*].b", "a[]", "a[0:1]", "a.*", "length(a)", "a && b", "a == `1`", "!a", "'text'", "`1`", "[a, b]", "{x: a}",
      "a || 'text'", "a || length(b)", "(a || b).c", "join('-', ['x', a])", "join('', [a, 'x'])",
      "join('', ['x', a, b])",
      "join('', ['x', length(a)])", "join('', a)", "a | [0] | @.b[?c]",
    ])
  func evaluated(text: String) throws {
    #expect(try SourceExpression(text).form == .evaluated(JMESPath(text)))
    #expect(try SourceExpression(text).alternatives == nil)
  }

  @Test("What JMESPath can't read is refused, with the place")
  func refuses() {
    let error = #expect(throws: JMESPathError.self) { try SourceExpression("a.b[") }
    #expect(error?.description == "a number, ':', '*' or '?' was expected after '[' at position 4")
  }

  @Test("Names that look alike are different members")
  func codePoints() {
    #expect(Step.member("é") != Step.member("e\u{301}"))
    #expect(Set([Step.member("é"), .member("e\u{301}"), .member("é"), .index(0)]).count == 3)
  }
}
