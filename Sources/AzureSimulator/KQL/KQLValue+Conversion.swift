/// The casts of the language. What cannot be converted is null, never an error.
extension KQLValue {
  var isNull: Bool {
    if case .null = self { return true }
    return false
  }

  /// `isempty`: null or the empty text.
  var isEmpty: Bool {
    switch self {
    case .null: true
    case .string(let text): text.isEmpty
    default: false
    }
  }

  /// `tostring`: null gives the empty text, a dynamic array or bag its JSON.
  var text: String {
    switch self {
    case .null: return ""
    case .bool(let flag): return flag ? "true" : "false"
    case .long(let number): return String(number)
    case .real(let number): return KQLValue.text(of: number)
    case .string(let text): return text
    case .datetime(let ticks): return KQLDate.text(ticks: ticks)
    case .timespan(let ticks): return KQLDate.timespanText(ticks: ticks)
    case .array, .object:
      var buffer: [UInt8] = []
      appendJSON(to: &buffer)
      return String(decoding: buffer, as: UTF8.self)
    }
  }

  var isTrue: Bool {
    if case .bool(let flag) = self { return flag }
    return asBool ?? false
  }

  var asBool: Bool? {
    switch self {
    case .bool(let flag): flag
    case .long(let number): number != 0
    case .real(let number): number != 0
    case .string(let text):
      switch text.lowercased() {
      case "true", "1": true
      case "false", "0": false
      default: nil
      }
    default: nil
    }
  }

  var asLong: Int64? {
    switch self {
    case .bool(let flag): flag ? 1 : 0
    case .long(let number): number
    case .real(let number): Int64(exactly: number.rounded(.towardZero))
    case .string(let text): KQLValue.long(in: text)
    case .datetime(let ticks), .timespan(let ticks): ticks
    default: nil
    }
  }

  private static func long(in text: String) -> Int64? {
    let trimmed = text.trimmingBlanks
    if trimmed.hasPrefix("0x") || trimmed.hasPrefix("0X") { return Int64(trimmed.dropFirst(2), radix: 16) }
    return Int64(trimmed)
  }

  var asReal: Double? {
    switch self {
    case .bool(let flag): flag ? 1 : 0
    case .long(let number): Double(number)
    case .real(let number): number
    case .string(let text): Double(text.trimmingBlanks) ?? asLong.map(Double.init)
    case .timespan(let ticks): Double(ticks)
    default: nil
    }
  }

  var asDatetime: Int64? {
    switch self {
    case .datetime(let ticks): ticks
    case .string(let text): KQLDate.parse(text)
    default: nil
    }
  }

  var asTimespan: Int64? {
    switch self {
    case .timespan(let ticks): ticks
    case .string(let text): KQLDate.parseTimespan(text)
    default: nil
    }
  }

  /// The value as a value of the type, converting texts and numbers as the `to…` functions do.
  func converted(to type: KQLType) -> KQLValue {
    switch type {
    case .bool: asBool.map { .bool($0) } ?? .null
    case .long: asLong.map { .long($0) } ?? .null
    case .real: asReal.map { .real($0) } ?? .null
    case .string: .string(text)
    case .datetime: asDatetime.map { .datetime($0) } ?? .null
    case .timespan: asTimespan.map { .timespan($0) } ?? .null
    case .dynamic: self
    }
  }

  /// A cast as `mv-expand … to typeof(…)` does it: values of another type are null, numbers fit each other.
  func cast(to type: KQLType) -> KQLValue {
    switch (type, self) {
    case (.dynamic, _): return self
    case (.string, .string), (.string, .array), (.string, .object), (.string, .null): return .string(text)
    case (.string, _): return .string(text)
    case (.bool, .bool), (.datetime, .datetime), (.timespan, .timespan): return self
    case (.datetime, .string), (.timespan, .string): return converted(to: type)
    case (.long, .long), (.long, .real), (.real, .long), (.real, .real): return converted(to: type)
    default: return .null
    }
  }

  /// `gettype`.
  var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .long: "long"
    case .real: "real"
    case .string: "string"
    case .datetime: "datetime"
    case .timespan: "timespan"
    case .array: "array"
    case .object: "dictionary"
    }
  }

  /// The value as dynamic data: `parse_json`. Text that is not JSON stays a text.
  var parsedJSON: KQLValue {
    guard case .string(let text) = self else { return self }
    if text.isEmpty { return .null }
    return JSONTextParser.parse(text) ?? self
  }

  func member(_ key: String) -> KQLValue {
    guard case .object(let object) = self else { return .null }
    return object[key] ?? .null
  }

  /// An element by position; negative ones count from the end.
  func element(_ index: Int64) -> KQLValue {
    guard case .array(let elements) = self else { return .null }
    let position = index < 0 ? Int64(elements.count) + index : index
    guard position >= 0, position < Int64(elements.count) else { return .null }
    return elements[Int(position)]
  }
}

extension String {
  var trimmingBlanks: Substring {
    var result = Substring(self)
    while let first = result.first, first.isWhitespace { result.removeFirst() }
    while let last = result.last, last.isWhitespace { result.removeLast() }
    return result
  }
}
