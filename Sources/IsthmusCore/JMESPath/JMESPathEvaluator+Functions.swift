/// Calls: what the functions take and what they give.
extension JMESPathEvaluator {
  mutating func call(_ node: JMESPathNode, _ value: JSONValue) throws(JMESPathError) -> JSONValue {
    guard case .call(let function, let arguments) = node.kind else { return .null }
    let values = try evaluate(arguments, of: function, node, value)
    let expression = arguments.lazy.compactMap(\.expression).first
    if let expression { return try apply(function, expression, to: values[0], node) }
    return try apply(function, to: values, node)
  }

  /// Arguments are evaluated first, all of them; expressions are left to the function.
  private mutating func evaluate(
    _ arguments: [JMESPathNode.Argument], of function: JMESPathFunction, _ node: JMESPathNode, _ value: JSONValue
  ) throws(JMESPathError) -> [JSONValue] {
    var values: [JSONValue] = []
    for (index, argument) in arguments.enumerated() {
      guard case .value(let argument) = argument else { continue }
      let result = try evaluate(argument, value)
      try check(result, index, of: function, node)
      values.append(result)
    }
    return values
  }

  private func check(
    _ value: JSONValue, _ index: Int, of function: JMESPathFunction, _ node: JMESPathNode
  ) throws(JMESPathError) {
    guard let problem = function.parameter(index).problem(with: value) else { return }
    throw failure(.invalidType, node, "argument \(index + 1) of \(function.rawValue)() is \(problem)")
  }

  private mutating func apply(
    _ function: JMESPathFunction, _ expression: JMESPathNode, to list: JSONValue, _ node: JMESPathNode
  ) throws(JMESPathError) -> JSONValue {
    if function == .map { return try mapped(list, expression, node) }
    let elements = list.array ?? []
    let keys = try keys(of: elements, expression, function, node)
    return switch function {
    case .sortBy: try sorted(elements, by: keys, node)
    case .minBy: Self.extreme(of: elements, by: keys, .before)
    default: Self.extreme(of: elements, by: keys, .after)
    }
  }

  /// Merging and choosing take any number of values, none included.
  private mutating func apply(
    _ function: JMESPathFunction, to values: [JSONValue], _ node: JMESPathNode
  ) throws(JMESPathError) -> JSONValue {
    switch function {
    case .merge: try merged(values, node)
    case .notNull: values.first { !$0.isNull } ?? .null
    case .contains, .endsWith, .startsWith: .bool(Self.test(function, values[0], values[1]))
    case .join: try joined(values[0], values[1], node)
    default: try apply(function, to: values[0], node)
    }
  }

  private mutating func apply(
    _ function: JMESPathFunction, to value: JSONValue, _ node: JMESPathNode
  ) throws(JMESPathError) -> JSONValue {
    let elements = value.array ?? []
    return switch function {
    case .abs, .ceil, .floor: Self.rounded(function, value)
    case .avg, .sum: try total(function, elements, node)
    case .length: .integer(Int64(Self.length(of: value)))
    case .max: Self.extreme(of: elements, by: elements, .after)
    case .min: Self.extreme(of: elements, by: elements, .before)
    case .sort: try sorted(elements, by: elements, node)
    case .reverse: try reversed(value, node)
    case .toNumber: Self.number(from: value)
    case .toString: try text(of: value, node)
    case .toArray: try list(of: value, node)
    case .keys: try membersList(of: value, node) { .string($0.name) }
    case .values: try membersList(of: value, node) { $0.value }
    default: .string(value.typeName)
    }
  }

  // MARK: - Texts

  private static func test(_ function: JMESPathFunction, _ subject: JSONValue, _ part: JSONValue) -> Bool {
    switch (subject, part) {
    case (.array(let elements), _): elements.contains { $0.isSame(as: part) }
    case (.string(let text), .string(let part)):
      switch function {
      case .startsWith: text.utf8.starts(with: part.utf8)
      case .endsWith: text.utf8.reversed().starts(with: part.utf8.reversed())
      default: JSONText.contains(text, part)
      }
    // No text holds a value of another type.
    default: false
    }
  }

  private mutating func joined(
    _ glue: JSONValue, _ list: JSONValue, _ node: JMESPathNode
  ) throws(JMESPathError) -> JSONValue {
    let texts = (list.array ?? []).compactMap(\.string)
    let glue = glue.string ?? ""
    var text = ""
    for (index, part) in texts.enumerated() {
      try charge(1 + (part.utf8.count + glue.utf8.count) / Self.textUnit, node)
      if index > 0 { text += glue }
      text += part
    }
    return .string(text)
  }

  private mutating func text(of value: JSONValue, _ node: JMESPathNode) throws(JMESPathError) -> JSONValue {
    if case .string = value { return value }
    let text = value.flatText
    try charge(text, node)
    return .string(text)
  }

  private static func length(of value: JSONValue) -> Int {
    switch value {
    case .string(let text): text.unicodeScalars.count
    case .object(let members): members.count
    default: value.array?.count ?? 0
    }
  }

  private mutating func reversed(_ value: JSONValue, _ node: JMESPathNode) throws(JMESPathError) -> JSONValue {
    guard case .string(let text) = value else {
      let elements = value.array ?? []
      try charge(elements.count, node)
      return .array(elements.reversed())
    }
    try charge(text, node)
    var reversed = String.UnicodeScalarView()
    reversed.append(contentsOf: text.unicodeScalars.reversed())
    return .string(String(reversed))
  }

  // MARK: - Numbers

  private static func rounded(_ function: JMESPathFunction, _ value: JSONValue) -> JSONValue {
    switch (value, function) {
    case (.integer(let number), .abs):
      number == .min ? .number(Double(number).magnitude) : .integer(Swift.abs(number))
    case (.number(let number), .abs): .number(number.magnitude)
    case (.number(let number), .ceil): whole(number.rounded(.up))
    case (.number(let number), .floor): whole(number.rounded(.down))
    default: value
    }
  }

  private static func whole(_ number: Double) -> JSONValue {
    Int64(exactly: number).map(JSONValue.integer) ?? .number(number)
  }

  /// Whole numbers add up exactly as long as they fit into 64 bits.
  private mutating func total(
    _ function: JMESPathFunction, _ numbers: [JSONValue], _ node: JMESPathNode
  ) throws(JMESPathError) -> JSONValue {
    if function == .avg, numbers.isEmpty { return .null }
    var exact: Int64? = 0
    var sum = 0.0
    for number in numbers {
      exact = exact.flatMap { exact in
        guard let integer = number.integer else { return nil }
        let (sum, overflow) = exact.addingReportingOverflow(integer)
        return overflow ? nil : sum
      }
      sum += number.double ?? 0
    }
    if let exact {
      let count = Int64(numbers.count)
      if function == .sum { return .integer(exact) }
      return exact % count == 0 ? .integer(exact / count) : .number(Double(exact) / Double(count))
    }
    let result = function == .sum ? sum : sum / Double(numbers.count)
    guard result.isFinite else { throw failure(.invalidValue, node, "\(function.rawValue)() gives no finite number") }
    return .number(result)
  }

  /// Texts that are JSON numbers, and numbers; null for all else.
  private static func number(from value: JSONValue) -> JSONValue {
    switch value {
    case .integer, .number: return value
    case .string(let text):
      // JSON would also take spaces around the number.
      guard let first = text.utf8.first, let last = text.utf8.last, first > 0x20, last > 0x20 else { return .null }
      guard let number = try? JSONValue(parsing: text), let double = number.double, double.isFinite else {
        return .null
      }
      return number
    default: return .null
    }
  }
}

extension JMESPathFunction.Parameter {
  /// What is wrong with an argument; nil if it fits.
  fileprivate func problem(with value: JSONValue) -> String? {
    let fits =
      switch (self, value) {
      case (.any, _), (.number, .integer), (.number, .number), (.string, .string), (.object, .object): true
      case (.array, .array), (.arrayOrString, .array), (.arrayOrString, .string): true
      case (.sized, .string), (.sized, .array), (.sized, .object): true
      case (.numbers, .array(let elements)): elements.allSatisfy { $0.double != nil }
      case (.strings, .array(let elements)): elements.allSatisfy { $0.string != nil }
      case (.numbersOrStrings, .array(let elements)):
        elements.allSatisfy { $0.double != nil } || elements.allSatisfy { $0.string != nil }
      default: false
      }
    if fits { return nil }
    guard case .array(let elements) = value else { return "\(value.typeName), not \(text)," }
    let names = Set(elements.map(\.typeName)).sorted().joined(separator: " and ")
    return "\(names.isEmpty ? "array" : "array of \(names)"), not \(text),"
  }
}
