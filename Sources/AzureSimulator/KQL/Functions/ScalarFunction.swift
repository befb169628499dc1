/// A function of values alone, the same whatever row and time it is computed for.
struct ScalarFunction: Sendable {
  enum Body: Sendable {
    case one(@Sendable (KQLValue) -> KQLValue)
    case two(@Sendable (KQLValue, KQLValue) -> KQLValue)
    case many(@Sendable ([KQLValue]) -> KQLValue)
  }

  enum Result: Sendable {
    case type(KQLType)
    /// The type of the first argument.
    case first
    /// The type that holds all arguments.
    case merged
  }

  let arguments: ClosedRange<Int>
  let result: Result
  let body: Body

  static func one(_ type: KQLType, _ body: @escaping @Sendable (KQLValue) -> KQLValue) -> ScalarFunction {
    ScalarFunction(arguments: 1...1, result: .type(type), body: .one(body))
  }

  static func two(_ type: KQLType, _ body: @escaping @Sendable (KQLValue, KQLValue) -> KQLValue) -> ScalarFunction {
    ScalarFunction(arguments: 2...2, result: .type(type), body: .two(body))
  }

  static func many(
    _ arguments: ClosedRange<Int>, _ type: KQLType, _ body: @escaping @Sendable ([KQLValue]) -> KQLValue
  ) -> ScalarFunction {
    ScalarFunction(arguments: arguments, result: .type(type), body: .many(body))
  }

  /// All functions by name.
  static let table: [String: ScalarFunction] = {
    var table = conversions
    for family in [texts, numbers, dates, dynamics] {
      table.merge(family) { first, _ in first }
    }
    return table
  }()

  /// More arguments than any query has: for functions without a limit of their own.
  static let manyArguments = 10_000

  func resultType(of arguments: [KQLType]) -> KQLType {
    switch result {
    case .type(let type): return type
    case .first: return arguments.first ?? .dynamic
    case .merged:
      var merged = arguments.first ?? .dynamic
      for type in arguments.dropFirst() { merged = merged.merged(with: type) ?? .dynamic }
      return merged
    }
  }
}
