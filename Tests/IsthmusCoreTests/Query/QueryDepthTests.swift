import Foundation
import IsthmusCore
import TestSupport
import Testing

@Suite("Deep queries")
struct QueryDepthTests {
  static let now = Timestamp(microseconds: 1_770_724_800_000_000)

  /// How to nest once more.
  static let nestings: [String: @Sendable (String) -> String] = [
    "parentheses": { "(\($0))" },
    "not": { "not \($0)" },
    "and": { "(asset.name: a and \($0))" },
    "or": { "(\($0) or asset.name: a)" },
    "group": { "asset: (\($0))" },
    "list group": { "asset.interface: (\($0))" },
  ]

  private static func nested(_ kind: String, _ levels: Int) -> String {
    let inner = kind == "list group" ? "address: 10.0.0.1" : "asset.name: x"
    guard let nest = nestings[kind] else { return inner }
    return (0..<levels).reduce(inner) { text, _ in nest(text) }
  }

  @Test("1,000 levels are read, one more is an error", arguments: nestings.keys.sorted())
  func depth(kind: String) throws {
    let query = try Query(Self.nested(kind, 1000), for: .asset, now: Self.now)
    #expect(query.steps.extents.last == 0)
    let text = Self.nested(kind, 1001)
    let error = try #require(#expect(throws: QueryError.self) { try Query(text, for: .asset, now: Self.now) })
    #expect(error.problem.contains("deeper than 1000"))
  }

  @Test("Alternating levels stay as deep as they are, and can be written and read again")
  func alternating() throws {
    var text = "asset.name: x"
    for level in 0..<333 {
      text = "(asset.name: a\(level) and not (\(text) or asset.name: b))"
    }
    let query = try Query(text, for: .asset, now: Self.now)
    #expect(Self.depth(of: query.steps) > 300)
    #expect(try Query(query.text, for: .asset, now: Self.now) == query)
  }

  /// The most `all` and `any` within one another.
  private static func depth(of steps: [QueryStep]) -> Int {
    var depths: [Int] = []
    for step in steps {
      let inner = depths.suffix(step.operands).max() ?? 0
      depths.removeLast(step.operands)
      depths.append(step.operands > 1 ? inner + 1 : inner)
    }
    return depths.last ?? 0
  }

  @Test("The stack of a task is enough for the deepest query, all the way to its end")
  func smallStack() async throws {
    let texts = Self.nestings.keys.sorted().map { Self.nested($0, 1000) }
    let thread = SmallStack {
      for text in texts {
        guard let query = try? Query(text, for: .asset, now: Self.now) else { return 0 }
        guard (try? Query(query.text, for: .asset, now: Self.now)) == query else { return 0 }
      }
      return texts.count
    }
    #expect(thread.run() == texts.count)
  }

  @Test("A flat chain of thousands of terms is one step over all of them")
  func flat() throws {
    let text = (0..<3000).map { "asset.name: x\($0)" }.joined(separator: " or ")
    let steps = try Query(text, for: .asset, now: Self.now).steps
    #expect(steps.count == 3001 && steps.last == .any(3000))
  }
}

/// Runs on a thread with the 512 KiB that Swift's tasks have.
private final class SmallStack: @unchecked Sendable {
  private let body: @Sendable () -> Int
  private var result = -1

  init(_ body: @escaping @Sendable () -> Int) { self.body = body }

  func run() -> Int {
    let done = DispatchSemaphore(value: 0)
    let thread = Thread { [self] in
      result = body()
      done.signal()
    }
    thread.stackSize = 512 * 1024
    thread.start()
    done.wait()
    return result
  }
}
