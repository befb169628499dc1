/// One value of a ``JSONDocument``, read in place. Valid only inside ``JSONDocument/withRoot(_:)``.
package struct JSONSlice {
  package enum Kind: UInt8, Sendable { case null, `false`, `true`, number, string, array, object, key }

  let tape: UnsafePointer<JSONDocument.Entry>
  let bytes: UnsafePointer<UInt8>
  /// Place on the tape; fits into 32 bits.
  package let index: Int

  package var kind: Kind { tape[index].kind }
  package var isNull: Bool { kind == .null }

  /// The value at another place of the same document.
  package func at(_ index: Int) -> JSONSlice { JSONSlice(tape: tape, bytes: bytes, index: index) }

  /// The text as written: without the quotes for strings, escapes left as they are.
  package var rawBytes: UnsafeRawBufferPointer {
    let entry = tape[index]
    return UnsafeRawBufferPointer(start: bytes + Int(entry.offset), count: Int(entry.length))
  }

  /// The whole value as JSON text, quotes included.
  package var jsonText: String {
    let raw = String(decoding: rawBytes, as: UTF8.self)
    return kind == .string || kind == .key ? "\"\(raw)\"" : raw
  }

  /// Appends the whole value as it is written, quotes included.
  package func append(to text: inout [UInt8]) {
    let hasQuotes = kind == .string || kind == .key
    if hasQuotes { text.append(UInt8(ascii: "\"")) }
    text += rawBytes
    if hasQuotes { text.append(UInt8(ascii: "\"")) }
  }

  /// The text of a string, escapes resolved; nil for other kinds. Lone surrogates become U+FFFD.
  package var string: String? {
    guard kind == .string || kind == .key else { return nil }
    return tape[index].hasEscapes ? JSONEscapes.decode(rawBytes) : String(decoding: rawBytes, as: UTF8.self)
  }

  package var hasEscapes: Bool { tape[index].hasEscapes }

  package var bool: Bool? { kind == .true ? true : kind == .false ? false : nil }

  package var double: Double? { kind == .number ? Double(String(decoding: rawBytes, as: UTF8.self)) : nil }

  /// A whole number within 64 bits; nil for other kinds, fractions and exponents.
  package var integer: Int64? { kind == .number ? Int64(String(decoding: rawBytes, as: UTF8.self)) : nil }

  /// A scalar as text (a string's content, a number or a boolean as written); nil for null and containers.
  package var scalarText: String? {
    switch kind {
    case .string: string
    case .number, .true, .false: String(decoding: rawBytes, as: UTF8.self)
    default: nil
    }
  }

  package subscript(key: StaticString) -> JSONSlice? {
    let name = UnsafeRawBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
    return member { $0.elementsEqual(name) }
  }

  package subscript(key: String) -> JSONSlice? {
    var key = key
    return key.withUTF8 { name in member { $0.elementsEqual(UnsafeRawBufferPointer(name)) } }
  }

  private func member(where matches: (UnsafeRawBufferPointer) -> Bool) -> JSONSlice? {
    guard kind == .object else { return nil }
    var cursor = index + 1
    let end = Int(tape[index].end)
    while cursor < end {
      let name = at(cursor)
      if name.hasEscapes {
        var decoded = JSONEscapes.decode(name.rawBytes)
        if decoded.withUTF8({ matches(UnsafeRawBufferPointer($0)) }) { return at(cursor + 1) }
      } else if matches(name.rawBytes) {
        return at(cursor + 1)
      }
      cursor = Int(tape[cursor + 1].end)
    }
    return nil
  }

  /// The elements of an array, the members' values of an object; empty for scalars.
  package var elements: Elements { Elements(container: self) }

  /// Calls `body` with each member of an object, in order.
  package func forEachMember(_ body: (_ name: String, _ value: JSONSlice) throws -> Void) rethrows {
    guard kind == .object else { return }
    var cursor = index + 1
    let end = Int(tape[index].end)
    while cursor < end {
      try body(at(cursor).string ?? "", at(cursor + 1))
      cursor = Int(tape[cursor + 1].end)
    }
  }

  package struct Elements: Sequence, IteratorProtocol {
    private let container: JSONSlice
    private var cursor: Int
    private let end: Int
    private let step: Int

    init(container: JSONSlice) {
      self.container = container
      let isContainer = container.kind == .array || container.kind == .object
      cursor = container.index + 1
      end = isContainer ? Int(container.tape[container.index].end) : cursor
      step = container.kind == .object ? 1 : 0
    }

    package mutating func next() -> JSONSlice? {
      guard cursor < end else { return nil }
      let value = container.at(cursor + step)
      cursor = Int(container.tape[value.index].end)
      return value
    }
  }
}

/// Escape sequences of JSON strings.
enum JSONEscapes {
  /// The text of a validated string's raw content.
  static func decode(_ raw: UnsafeRawBufferPointer) -> String {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(raw.count)
    var index = 0
    while index < raw.count {
      let byte = raw[index]
      guard byte == UInt8(ascii: "\\") else {
        decoded.append(byte)
        index += 1
        continue
      }
      index += 2
      switch raw[index - 1] {
      case UInt8(ascii: "b"): decoded.append(0x08)
      case UInt8(ascii: "f"): decoded.append(0x0C)
      case UInt8(ascii: "n"): decoded.append(0x0A)
      case UInt8(ascii: "r"): decoded.append(0x0D)
      case UInt8(ascii: "t"): decoded.append(0x09)
      case UInt8(ascii: "u"):
        var unit = codeUnit(raw, at: index)
        index += 4
        let isPair =
          unit & 0xFC00 == 0xD800 && index + 6 <= raw.count && raw[index] == UInt8(ascii: "\\")
          && raw[index + 1] == UInt8(ascii: "u")
        if isPair {
          let low = codeUnit(raw, at: index + 2)
          if low & 0xFC00 == 0xDC00 {
            unit = 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF)
            index += 6
          }
        }
        decoded.append(contentsOf: String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8)
      case let literal: decoded.append(literal)
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  private static func codeUnit(_ raw: UnsafeRawBufferPointer, at index: Int) -> UInt32 {
    (0..<4).reduce(0) { ($0 << 4) | (hexDigit(raw[index + $1]) ?? 0) }
  }
}
