extension ScalarFunction {
  static let numbers: [String: ScalarFunction] = [
    "round": .many(1...2, .real) { values in
      guard let number = values[0].asReal else { return .null }
      let places = values.count > 1 ? values[1].asLong ?? 0 : 0
      return .real(rounded(number, places: places))
    },
    "bin": ScalarFunction(arguments: 2...2, result: .first, body: .two { KQLValue.bin($0, $1) }),
    "floor": ScalarFunction(arguments: 2...2, result: .first, body: .two { KQLValue.bin($0, $1) }),
    "ceiling": .one(.real) { number($0) { $0.rounded(.up) } },
    "abs": ScalarFunction(
      arguments: 1...1, result: .first,
      body: .one { value in
        switch value {
        case .long(let number): number == .min ? .null : .long(abs(number))
        case .real(let number): .real(abs(number))
        case .timespan(let ticks): ticks == .min ? .null : .timespan(abs(ticks))
        default: .null
        }
      }),
    "sqrt": .one(.real) { number($0) { $0.squareRoot() } },
    "sign": .one(.long) { value in
      guard let number = value.asReal else { return .null }
      return .long(number < 0 ? -1 : (number > 0 ? 1 : 0))
    },
    "min_of": ScalarFunction(
      arguments: 1...64, result: .merged, body: .many { extreme($0) { $0 < 0 } }),
    "max_of": ScalarFunction(
      arguments: 1...64, result: .merged, body: .many { extreme($0) { $0 > 0 } }),
  ]

  private static func number(_ value: KQLValue, _ body: (Double) -> Double) -> KQLValue {
    value.asReal.map { .real(body($0)) } ?? .null
  }

  /// Half to even, as the service's platform rounds.
  private static func rounded(_ number: Double, places: Int64) -> Double {
    var scale = 1.0
    for _ in 0..<min(places.magnitude, 15) { scale *= 10 }
    if places < 0 { return (number / scale).rounded(.toNearestOrEven) * scale }
    return (number * scale).rounded(.toNearestOrEven) / scale
  }

  private static func extreme(_ values: [KQLValue], _ isBetter: (Int) -> Bool) -> KQLValue {
    var best = KQLValue.null
    for value in values where !value.isNull {
      if best.isNull || KQLValue.order(value, best).map(isBetter) == true { best = value }
    }
    return best
  }
}
