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
      ("a[0][1]", [[.member("a"), .index(0), .index(1)]]),
      ("a || b.c", [[.member("a")], [.member("b"), .member("c")]]),
      ("  a||b  ||  c ", [[.member("a")], [.member("b")], [.member("c")]]),
      (#"a."odd.key""#, [[.member("a"), .member("odd.key")]]), (#""a b"[0]"#, [[.member("a b"), .index(0)]]),
      (#""""#, [[.member("")]]), (#""q\"\u0041\\""#, [[.member("q\"A\\")]]), (#""a || b""#, [[.member("a || b")]]),
      (#"tags."é😀""#, [[.member("tags"), .member("é😀")]]),
    ] as [(String, [[Step]])])
  func parses(text: String, paths: [[Step]]) throws {
    let expression = try SourceExpression(text)
    #expect(expression.alternatives == paths)
    #expect(expression.prefix.isEmpty)
    #expect(expression.text == text)
  }

  @Test(
    "join puts a text before the value",
    arguments: [
      ("join('', ['https://', a.b])", "https://", 1), ("join('', ['https://', a.b || c])", "https://", 2),
      ("join('', ['',a])", "", 1), (#"join('', ['it\'s ', a])"#, "it's ", 1),
      (#"join('', ['a\\b\n', a])"#, #"a\b\n"#, 1),
      ("join('', ['a, b' , a ])", "a, b", 1),
    ])
  func parsesJoin(text: String, prefix: String, paths: Int) throws {
    let expression = try SourceExpression(text)
    #expect(expression.prefix == prefix)
    #expect(expression.alternatives.count == paths)
  }

  @Test(
    "An expression that can't be used is refused, with the place",
    arguments: [
      ("", 0, "a field's name was expected"), ("   ", 3, "a field's name was expected"),
      ("a.", 2, "a field's name was expected"), (".a", 0, "a field's name was expected, not '.',"),
      ("a..b", 2, "a field's name was expected, not '.',"), ("1a", 0, "a field's name was expected, not '1',"),
      ("a-b", 1, "unexpected '-'"), ("a b", 2, "unexpected 'b'"), ("a[", 1, "a number and ']' were expected after '['"),
      ("a[]", 1, "a number and ']' were expected after '['"), ("a[x]", 1, "a number and ']' were expected after '['"),
      ("a[0", 1, "a number and ']' were expected after '['"), ("a[*]", 1, "a number and ']' were expected after '['"),
      ("a[+1]", 1, "a number and ']' were expected after '['"),
      ("a[1:2]", 1, "a number and ']' were expected after '['"),
      ("a[99999999999999999999]", 1, "a number and ']' were expected after '['"),
      ("a[0]b", 4, "unexpected 'b'"), ("[0]", 0, "a field's name was expected, not '[',"),
      ("a | b", 2, "'||' was expected"), ("a |", 2, "'||' was expected"), ("a ||", 4, "a field's name was expected"),
      ("|| a", 0, "a field's name was expected, not '|',"), ("\"a", 0, "the quoted name is not closed"),
      (#""a\"#, 0, "the quoted name is not closed"), (#"b."a\"#, 2, "the quoted name is not closed"),
      (#""\x""#, 0, "the quoted name is not a JSON string (an unknown escape sequence)"),
      ("é", 0, "a field's name was expected, not 'é',"), ("aé", 1, "unexpected 'é'"),
      ("length(a)", 6, "unexpected '('"), ("@", 0, "a field's name was expected, not '@',"),
      ("join('', ['x", 13, "',' was expected after the text"), ("join('', ['x'", 13, "',' was expected after the text"),
      (#"join('', ['x\"#, 15, "',' was expected after the text"), ("join('', ['x',", 14, "a field's name was expected"),
      ("join('', ['x', a", 16, "'])' was expected"), ("join('', ['x', a]", 16, "'])' was expected"),
      ("join('', ['x', a]) ", 16, "'])' was expected"), ("join('-', ['x', a])", 4, "unexpected '('"),
    ])
  func refuses(text: String, position: Int, problem: String) {
    let error = #expect(throws: ExpressionError.self) { try SourceExpression(text) }
    #expect(error?.position == position)
    #expect(error?.problem == problem)
    #expect(error?.description == "\(problem) at position \(position)")
  }
}
