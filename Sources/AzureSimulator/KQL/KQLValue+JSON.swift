extension KQLValue {
  /// Appends the value as JSON text in UTF-8.
  ///
  /// Datetimes are ISO 8601 with seven fraction digits and `Z`, timespans the text `tostring` gives,
  /// numbers that JSON lacks (NaN, infinities) are strings.
  package func appendJSON(to buffer: inout [UInt8]) {
    switch self {
    case .null: buffer.append(contentsOf: "null".utf8)
    case .bool(let flag): buffer.append(contentsOf: (flag ? "true" : "false").utf8)
    case .long(let number): buffer.append(contentsOf: String(number).utf8)
    case .real(let number):
      if number.isFinite {
        buffer.append(contentsOf: number.description.utf8)
      } else {
        KQLValue.appendJSONString(KQLValue.text(of: number), to: &buffer)
      }
    case .string(let text): KQLValue.appendJSONString(text, to: &buffer)
    case .datetime(let ticks): KQLValue.appendJSONString(KQLDate.text(ticks: ticks), to: &buffer)
    case .timespan(let ticks): KQLValue.appendJSONString(KQLDate.timespanText(ticks: ticks), to: &buffer)
    case .array(let elements):
      buffer.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { buffer.append(UInt8(ascii: ",")) }
        element.appendJSON(to: &buffer)
      }
      buffer.append(UInt8(ascii: "]"))
    case .object(let object):
      if let written = object.written { return buffer.append(written) }
      buffer.append(UInt8(ascii: "{"))
      for index in object.keys.indices {
        if index > 0 { buffer.append(UInt8(ascii: ",")) }
        KQLValue.appendJSONString(object.keys[index], to: &buffer)
        buffer.append(UInt8(ascii: ":"))
        object.values[index].appendJSON(to: &buffer)
      }
      buffer.append(UInt8(ascii: "}"))
    }
  }

  /// Appends a quoted JSON string. Only what JSON demands is escaped; other text stays as UTF-8.
  package static func appendJSONString(_ text: String, to buffer: inout [UInt8]) {
    buffer.append(UInt8(ascii: "\""))
    let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { appendEscaped($0, to: &buffer) }
    if isDone == nil {
      Array(text.utf8).withUnsafeBufferPointer { appendEscaped($0, to: &buffer) }
    }
    buffer.append(UInt8(ascii: "\""))
  }

  private static func appendEscaped(_ bytes: UnsafeBufferPointer<UInt8>, to buffer: inout [UInt8]) {
    var runStart = 0
    for index in bytes.indices {
      let byte = bytes[index]
      if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") { continue }
      if runStart < index { buffer.append(contentsOf: bytes[runStart..<index]) }
      appendEscape(byte, to: &buffer)
      runStart = index + 1
    }
    if runStart < bytes.count { buffer.append(contentsOf: bytes[runStart...]) }
  }

  private static func appendEscape(_ byte: UInt8, to buffer: inout [UInt8]) {
    buffer.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): buffer.append(byte)
    case 0x0A: buffer.append(UInt8(ascii: "n"))
    case 0x0D: buffer.append(UInt8(ascii: "r"))
    case 0x09: buffer.append(UInt8(ascii: "t"))
    case 0x08: buffer.append(UInt8(ascii: "b"))
    case 0x0C: buffer.append(UInt8(ascii: "f"))
    default:
      let digits = Array("0123456789abcdef".utf8)
      buffer.append(contentsOf: "u00".utf8)
      buffer.append(digits[Int(byte >> 4)])
      buffer.append(digits[Int(byte & 15)])
    }
  }

  /// A real number as query text shows it.
  static func text(of number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    return number.description
  }
}
