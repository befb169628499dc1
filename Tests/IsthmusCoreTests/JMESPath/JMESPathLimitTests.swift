import Dispatch
import Foundation
import IsthmusCore
import Testing

@Suite("JMESPath's limits")
struct JMESPathLimitTests {
  /// How to nest once more; each takes one level.
  static let nestings: [String: @Sendable (String) -> String] = [
    "parentheses": { "(\($0))" }, "not": { "!\($0)" }, "list": { "[\($0)]" }, "object": { "{a: \($0)}" },
    "function": { "not_null(\($0))" }, "expression": { "map(&\($0), list)" }, "filter": { "list[?\($0)]" },
    "wildcard": { "list[*].\($0)" }, "object wildcard": { "*.\($0)" }, "comparison": { "(a == \($0))" },
    "or": { "(a || \($0))" }, "and": { "(list && \($0))" }, "argument": { "merge({a: \($0)}, @)" },
  ]

  static func nested(_ kind: String, _ levels: Int, around inner: String = "a") -> String {
    guard let nest = nestings[kind] else { return inner }
    return (0..<levels).reduce(inner) { text, _ in nest(text) }
  }

  /// `{"a": {"a": … }}` of so many levels.
  static func deep(_ levels: Int) -> JSONValue {
    (1..<levels).reduce(.object(["a": .integer(1)])) { value, _ in .object(["a": value]) }
  }

  @Test("So many levels are read, and a few more are an error with its place", arguments: nestings.keys.sorted())
  func nesting(kind: String) throws {
    _ = try JMESPath(Self.nested(kind, JMESPath.maximumNesting / 2 - 1))
    let text = Self.nested(kind, JMESPath.maximumNesting + 1)
    let error = try #require(throws: JMESPathError.self) { try JMESPath(text) }
    #expect(error.kind == .syntax && error.position > 0 && error.position <= text.count)
    #expect(error.problem == "parts are nested more than \(JMESPath.maximumNesting) deep")
  }

  @Test("The stack of a task is enough for the deepest expression on the deepest value")
  func smallStack() {
    let kinds = Self.nestings.keys.sorted()
    let finished = SmallStack.run {
      var record = Self.deep(JSONDocument.maximumDepth)
      for _ in 0..<2 {
        for kind in kinds {
          // The deepest that is still read, with all that works through whole values inside.
          for inner in ["[@ == @]", "to_string(@)", "[@, `1`]", "contains(list, @)", "sort_by(list, &to_string(@))"] {
            let levels = (1...JMESPath.maximumNesting).last {
              (try? JMESPath(Self.nested(kind, $0, around: inner))) != nil
            }
            guard let levels, let path = try? JMESPath(Self.nested(kind, levels, around: inner)) else { return false }
            // What it gives does not matter, only that it ends.
            _ = try? path.evaluate(record)
          }
        }
        record = .object(["a": .integer(1), "list": .array([Self.deep(JSONDocument.maximumDepth - 2)])])
      }
      return true
    }
    #expect(finished)
  }

  @Test("A path, a pipe and a choice may have thousands of steps")
  func flat() throws {
    let path = try JMESPath(Array(repeating: "a", count: 5_000).joined(separator: "."))
    #expect(try path.evaluate(Self.deep(200)) == .null)
    let indexes = try JMESPath("a\(String(repeating: "[0]", count: 5_000))")
    #expect(try indexes.evaluate(.object(["a": .array([.array([])])])) == .null)
    let pipe = try JMESPath(Array(repeating: "@", count: 5_000).joined(separator: "|"))
    #expect(try pipe.evaluate(.integer(7)) == .integer(7))
    let choice = try JMESPath("\(String(repeating: "x||", count: 4_000))a")
    #expect(try choice.evaluate(.object(["a": .integer(7)])) == .integer(7))
    let list = try JMESPath("[\(String(repeating: "a, ", count: 4_000))a]")
    #expect(try list.evaluate(.object(["a": .integer(7)])).array?.count == 4_001)
  }

  @Test("An expression that is too long is refused")
  func length() throws {
    let text = String(repeating: "a", count: JMESPath.maximumLength)
    _ = try JMESPath(text)
    let error = try #require(throws: JMESPathError.self) { try JMESPath("\(text)a") }
    #expect(error.description == "the expression is longer than 16384 bytes at position 0")
  }

  @Test(
    "An expression that doubles its result with each step ends with an error",
    arguments: ["{a: @, b: @}", "[@, @][]", "join('', [@, @])"])
  func doubling(step: String) throws {
    let path = try JMESPath(Array(repeating: step, count: 200).joined(separator: " | "))
    let error = try #require(throws: JMESPathError.self) { try path.evaluate(.string("0123456789")) }
    #expect(error.kind == .invalidValue)
    #expect(error.problem == "the expression makes more than 1000000 values")
  }

  @Test("A result that would be nested deeper than a document may be is an error")
  func depth() throws {
    let deepest = Self.deep(JSONDocument.maximumDepth)
    #expect(try JMESPath("@").evaluate(deepest) == deepest)
    #expect(try JMESPath("[a]").evaluate(deepest).array?.count == 1)
    for text in ["[@]", "{x: @}", "to_array(@)", "map(&[@], [a])"] {
      let error = try #require(throws: JMESPathError.self) { try JMESPath(text).evaluate(deepest) }
      #expect(error.kind == .invalidValue)
      #expect(error.problem == "the expression nests values more than 256 deep", "\(text)")
    }
  }

  @Test("A list of a million elements is gone through")
  func large() throws {
    let list = JSONValue.array((0..<1_000_000).map { .object(["n": .integer($0)]) })
    let path = try JMESPath("[?n >= `999998`].n | sum(@)")
    #expect(try path.evaluate(list) == .integer(1_999_997))
  }

  @Test("Objects of many members are compared and merged without comparing each with each")
  func wide() throws {
    let members = (0..<50_000).map { JSONValue.Member("member-\($0)", .integer(Int64($0))) }
    let pair = JSONValue.object(["a": .object(members), "b": .object(members.reversed())])
    #expect(try JMESPath("a == b").evaluate(pair) == .bool(true))
    #expect(try JMESPath("length(merge(a, b))").evaluate(pair) == .integer(50_000))
    let text = String(repeating: "a", count: 100_000)
    let texts = JSONValue.object(["a": .string(text), "b": .string("\(text.dropLast(50_000))b")])
    #expect(try JMESPath("contains(a, b)").evaluate(texts) == .bool(false))
  }
}

/// Runs on a thread with the 512 KiB that Swift's tasks have.
private final class SmallStack: @unchecked Sendable {
  private var result = false

  static func run(_ body: @escaping @Sendable () -> Bool) -> Bool {
    let stack = SmallStack()
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      stack.result = body()
      done.signal()
    }
    thread.stackSize = 512 * 1024
    thread.start()
    done.wait()
    return stack.result
  }
}
