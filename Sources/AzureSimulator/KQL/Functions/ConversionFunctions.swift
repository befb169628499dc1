extension ScalarFunction {
  static let conversions: [String: ScalarFunction] = [
    "tostring": .one(.string) { .string($0.text) },
    "tolong": to(.long),
    "toint": to(.long),
    "todouble": to(.real),
    "toreal": to(.real),
    "todecimal": to(.real),
    "tobool": to(.bool),
    "toboolean": to(.bool),
    "todatetime": to(.datetime),
    "totimespan": to(.timespan),
    "int": to(.long),
    "long": to(.long),
    "real": to(.real),
    "double": to(.real),
    "bool": to(.bool),
    "toguid": .one(.string) { .string(guid($0.text) ?? "") },
    "parse_json": .one(.dynamic) { $0.parsedJSON },
    "parsejson": .one(.dynamic) { $0.parsedJSON },
    "todynamic": .one(.dynamic) { $0.parsedJSON },
    "toobject": .one(.dynamic) { $0.parsedJSON },
    "isnull": .one(.bool) { .bool($0.isNull) },
    "isnotnull": .one(.bool) { .bool(!$0.isNull) },
    "notnull": .one(.bool) { .bool(!$0.isNull) },
    "isempty": .one(.bool) { .bool($0.isEmpty) },
    "isnotempty": .one(.bool) { .bool(!$0.isEmpty) },
    "notempty": .one(.bool) { .bool(!$0.isEmpty) },
    "not": .one(.bool) { value in value.isNull ? .null : .bool(!value.isTrue) },
    "gettype": .one(.string) { .string($0.typeName) },
    "isnan": .one(.bool) { value in
      if case .real(let number) = value { return .bool(number.isNaN) }
      return .bool(false)
    },
  ]

  private static func to(_ type: KQLType) -> ScalarFunction {
    .one(type) { $0.converted(to: type) }
  }

  /// The lower-case form of a GUID with hyphens or without, braces dropped.
  private static func guid(_ text: String) -> String? {
    let digits = text.lowercased().filter { $0 != "-" && $0 != "{" && $0 != "}" }
    guard digits.count == 32, digits.allSatisfy(\.isHexDigit) else { return nil }
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index == 8 || index == 12 || index == 16 || index == 20 { result += "-" }
      result.append(digit)
    }
    return result
  }
}
