extension ScalarFunction {
  static let texts: [String: ScalarFunction] = [
    "tolower": .one(.string) { .string($0.text.lowercased()) },
    "toupper": .one(.string) { .string($0.text.uppercased()) },
    "strlen": .one(.long) { .long(scalars(in: $0.text)) },
    "strcat": .many(1...manyArguments, .string) { values in .string(values.map(\.text).joined()) },
    "strcat_delim": .many(2...manyArguments, .string) { values in
      .string(values.dropFirst().map(\.text).joined(separator: values[0].text))
    },
    "strcat_array": .two(.string) { array, delimiter in
      guard case .array(let elements) = array else { return .string(array.text) }
      return .string(elements.map(\.text).joined(separator: delimiter.text))
    },
    "strcmp": .two(.long) { a, b in .long(Int64(KQLValue.order(.string(a.text), .string(b.text)) ?? 0)) },
    "strrep": .many(2...3, .string) { values in
      let count = min(max(values[1].asLong ?? 0, 0), 1024)
      let delimiter = values.count > 2 ? values[2].text : ""
      return .string(Array(repeating: values[0].text, count: Int(count)).joined(separator: delimiter))
    },
    "reverse": .one(.string) { .string(String($0.text.reversed())) },
    "substring": .many(2...3, .string) { values in
      let length = values.count > 2 ? values[2].asLong : Int64.max
      return .string(substring(values[0].text, from: values[1].asLong ?? 0, length: length ?? 0))
    },
    "indexof": .many(2...5, .long) { .long(indexOf($0)) },
    "split": .many(2...3, .dynamic) { split($0) },
    "replace_string": .many(3...3, .string) { values in
      .string(replaced(values[0].text, values[1].text, by: values[2].text))
    },
    "countof": .two(.long) { text, part in
      let pieces = part.text.isEmpty ? 1 : pieces(of: text.text, separator: part.text).count
      return .long(Int64(pieces - 1))
    },
    "url_encode": .one(.string) { .string(urlEncoded($0.text, keeping: "-_.!*()")) },
    "url_encode_component": .one(.string) { .string(urlEncoded($0.text, keeping: "-_.~")) },
    "url_decode": .one(.string) { .string(urlDecoded($0.text)) },
    "base64_encode_tostring": .one(.string) { .string(base64($0.text)) },
  ]

  /// How many Unicode scalars the text has: bytes that go on with one are not counted.
  private static func scalars(in text: String) -> Int64 {
    var text = text
    return text.withUTF8 { bytes in bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }
  }

  /// Positions count Unicode scalars; a negative start counts from the end.
  private static func substring(_ text: String, from start: Int64, length: Int64) -> String {
    let count = Self.scalars(in: text)
    // Of ASCII alone, a position is a byte's.
    if count == text.utf8.count {
      let first = min(max(start < 0 ? count + start : start, 0), count)
      let taken = min(max(length, 0), count - first)
      let lower = text.utf8.index(text.startIndex, offsetBy: Int(first))
      return String(text[lower..<text.utf8.index(lower, offsetBy: Int(taken))])
    }
    let scalars = text.unicodeScalars
    let first = min(max(start < 0 ? count + start : start, 0), count)
    let taken = min(max(length, 0), count - first)
    let lower = scalars.index(scalars.startIndex, offsetBy: Int(first))
    let upper = scalars.index(lower, offsetBy: Int(taken))
    return String(scalars[lower..<upper])
  }

  /// `indexof(text, part [, start [, length [, occurrence]]])`, -1 if it is not there.
  private static func indexOf(_ values: [KQLValue]) -> Int64 {
    let text = Array(values[0].text.unicodeScalars)
    let part = Array(values[1].text.unicodeScalars)
    let requested = values.count > 2 ? values[2].asLong ?? 0 : 0
    let start = min(max(requested < 0 ? Int64(text.count) + requested : requested, 0), Int64(text.count))
    let length = values.count > 3 ? values[3].asLong ?? -1 : -1
    let available = Int64(text.count) - start
    let end = length < 0 ? Int64(text.count) : start + min(length, max(available, 0))
    var wanted = values.count > 4 ? values[4].asLong ?? 1 : 1
    var position = start
    while position + Int64(part.count) <= end {
      let first = Int(position)
      if text[first..<first + part.count].elementsEqual(part) {
        wanted -= 1
        if wanted <= 0 { return position }
      }
      position += 1
    }
    return -1
  }

  private static func split(_ values: [KQLValue]) -> KQLValue {
    let text = values[0].text
    let delimiter = values[1].text
    let parts: [KQLValue] =
      delimiter.isEmpty
      ? text.map { .string(String($0)) } : pieces(of: text, separator: delimiter).map { .string($0) }
    guard values.count > 2, let index = values[2].asLong else { return .array(parts) }
    let position = index < 0 ? Int64(parts.count) + index : index
    return position >= 0 && position < Int64(parts.count) ? .array([parts[Int(position)]]) : .array([])
  }

  /// The text between separators, compared byte by byte.
  static func pieces(of text: String, separator: String) -> [String] {
    let bytes = Array(text.utf8)
    let mark = Array(separator.utf8)
    var result: [String] = []
    var start = 0
    var position = 0
    while position + mark.count <= bytes.count {
      if bytes[position] == mark[0], bytes[position..<position + mark.count].elementsEqual(mark) {
        result.append(String(decoding: bytes[start..<position], as: UTF8.self))
        position += mark.count
        start = position
      } else {
        position += 1
      }
    }
    result.append(String(decoding: bytes[start...], as: UTF8.self))
    return result
  }

  private static func replaced(_ text: String, _ part: String, by rewrite: String) -> String {
    part.isEmpty ? text : pieces(of: text, separator: part).joined(separator: rewrite)
  }

  private static func urlEncoded(_ text: String, keeping kept: String) -> String {
    let plain = Set(kept.utf8)
    var result = ""
    for byte in text.utf8 {
      let letter = byte | 0x20
      let isAlphanumeric = (letter >= 0x61 && letter <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
      if isAlphanumeric || plain.contains(byte) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16)
        result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }

  private static func urlDecoded(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let byte = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
      {
        result.append(byte)
        index += 3
      } else {
        result.append(bytes[index] == UInt8(ascii: "+") ? 0x20 : bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func base64(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let taken = min(3, bytes.count - start)
      var group: UInt32 = 0
      for index in 0..<3 { group = group << 8 | (index < taken ? UInt32(bytes[start + index]) : 0) }
      for index in 0..<4 {
        let digit = Int(group >> UInt32(18 - 6 * index)) & 63
        result.append(index <= taken ? alphabet[digit] : UInt8(ascii: "="))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
