import IsthmusCore
import Testing

@Suite("JMESPath's errors")
struct JMESPathErrorTests {
  @Test(
    "An expression that can't be read is refused, with the place in characters",
    arguments: [
      ("", 0, "an expression was expected"), ("   ", 3, "an expression was expected"),
      ("a.", 2, "a name, '*', '[' or '{' was expected after '.'"), (".a", 0, "unexpected '.'"),
      ("a..b", 2, "a name, '*', '[' or '{' was expected after '.', not '.',"), ("1a", 0, "unexpected '1'"),
      ("a-b", 1, "a digit was expected after '-'"), ("a b", 2, "unexpected 'b'"),
      ("a ||", 4, "the expression ends too early,"),
      ("a[", 2, "a number, ':', '*' or '?' was expected after '['"),
      ("a[x]", 2, "a number, ':', '*' or '?' was expected after '[', not 'x',"),
      ("a[0", 3, "']' was expected"), ("a[0 1]", 4, "']' was expected, not '1',"), ("a[*", 3, "']' was expected"),
      ("a[1:2:3:4]", 7, "a number or ']' was expected, not ':',"),
      ("a[::x]", 4, "a number or ']' was expected, not 'x',"),
      ("a[:x]", 3, "a number, ':' or ']' was expected, not 'x',"), ("a[0]b", 4, "unexpected 'b'"),
      ("[a, ]", 4, "unexpected ']'"), ("[a b]", 3, "',' or ']' was expected, not 'b',"),
      ("{a}", 2, "':' was expected, not '}',"), ("{1: a}", 1, "a member's name was expected, not '1',"),
      ("{a: b", 5, "',' or '}' was expected"), ("{a: b,}", 6, "a member's name was expected, not '}',"),
      ("(a", 2, "')' was expected"), ("a)", 1, "unexpected ')'"), ("f(a, )", 5, "unexpected ')'"),
      ("abs(a b)", 6, "',' or ')' was expected, not 'b',"), ("a[?b", 4, "']' was expected"),
      ("\"a", 0, "the quoted name is not closed"), (#"b."a\"#, 2, "the quoted name is not closed"),
      (#""\x""#, 0, "the quoted name is not a JSON string (an unknown escape sequence)"),
      ("'a", 0, "the text in single quotes is not closed"), ("`1", 0, "the JSON in backticks is not closed"),
      ("``", 0, "what stands in backticks is not JSON (the text ends too early); a text goes into single quotes,"),
      ("a == `foo`", 5, "what stands in backticks is not JSON (a value was expected); a text goes into single quotes,"),
      ("a = b", 2, "'==' was expected"), ("#", 0, "unexpected '#'"), ("é", 0, "unexpected 'é'"),
      ("&a", 0, "'&' stands only before a function's argument, not"),
      ("\"length\"(a)", 0, "a function's name has no quotes"),
      ("@(a)", 1, "unexpected '('"), ("a.keys(c).(d)", 10, "a name, '*', '[' or '{' was expected after '.', not '(',"),
      // The place counts what a reader sees as one character.
      ("'é😀e\u{301}\r\n' 'b'", 7, "unexpected ''b''"), ("\"👩‍👩‍👧\" x", 4, "unexpected 'x'"),
    ] as [(String, Int, String)])
  func syntax(text: String, position: Int, problem: String) throws {
    let error = try #require(throws: JMESPathError.self) { try JMESPath(text) }
    #expect(error.kind == .syntax)
    #expect(error.position == position)
    #expect(error.problem == problem)
    #expect(error.description == "\(problem) at position \(position)")
  }

  @Test(
    "A call that can't work is refused before any value is seen",
    arguments: [
      ("a.lenght(@)", .unknownFunction, 2, "there is no function lenght(), the nearest is length(),"),
      ("nothing_like_it(@)", .unknownFunction, 0, "there is no function nothing_like_it()"),
      ("a && abs()", .invalidArity, 5, "abs() takes 1 argument, not 0,"),
      ("join(a)", .invalidArity, 0, "join() takes 2 arguments, not 1,"),
      ("not_null()", .invalidArity, 0, "not_null() takes 1 or more arguments, not 0,"),
      ("sort_by(a, b)", .invalidType, 11, "argument 2 of sort_by() is an expression: '&' goes before it,"),
      ("map(a, b)", .invalidType, 4, "argument 1 of map() is an expression: '&' goes before it,"),
      ("abs(&a)", .invalidType, 4, "argument 1 of abs() is a value, without '&',"),
      ("not_null(a, &b)", .invalidType, 12, "argument 2 of not_null() is a value, without '&',"),
      ("a[::0]", .invalidValue, 4, "a slice's step can't be 0"),
      ("[1:2:-0]", .invalidValue, 5, "a slice's step can't be 0"),
    ] as [(String, JMESPathError.Kind, Int, String)])
  func calls(text: String, kind: JMESPathError.Kind, position: Int, problem: String) throws {
    let error = try #require(throws: JMESPathError.self) { try JMESPath(text) }
    #expect(error == JMESPathError(kind, at: position, problem))
  }

  @Test(
    "An argument of the wrong type names the function, the place and both types, never the value",
    arguments: [
      ("abs(a)", 0, "argument 1 of abs() is string, not number,"),
      ("a || 'é' | length(`1`)", 11, "argument 1 of length() is number, not string|array|object,"),
      ("join(a, list)", 0, "argument 2 of join() is array of null and number, not array[string],"),
      ("sort(list)", 0, "argument 1 of sort() is array of null and number, not array[number]|array[string],"),
      ("merge(@, @, a)", 0, "argument 3 of merge() is string, not object,"),
      ("sort_by(objects, &n)", 0, "sort_by() can't order numbers and strings"),
      ("max_by(objects, &x)", 0, "max_by() orders by numbers or strings, not by null,"),
      ("objects[?abs(n)]", 9, "argument 1 of abs() is string, not number,"),
    ])
  func types(text: String, position: Int, problem: String) throws {
    let value = try JSONValue(parsing: #"{"a":"secret","list":[1,null],"objects":[{"n":1},{"n":"secret"}]}"#)
    let error = try #require(throws: JMESPathError.self) { try JMESPath(text).evaluate(value) }
    #expect(error == JMESPathError(.invalidType, at: position, problem))
  }

  @Test("A sum beyond all numbers is an error, not infinity", arguments: ["sum(@)", "avg(@)"])
  func infinity(text: String) throws {
    let error = try #require(throws: JMESPathError.self) { try JMESPath(text).evaluate(.parsed("[1e308,1e308]")) }
    #expect(error.kind == .invalidValue)
  }
}
