/// The values of a statement in text form, one behind the other as libpq takes them: each ended by a null byte.
struct PostgreSQLValues: ~Copyable {
  /// Stands for a null character, in UTF-8.
  static let null: [UInt8] = [0xEF, 0xB7, 0x90]

  private var bytes: [CChar] = []
  /// Where each begins; negative for null.
  private var places: [Int] = []

  init(count: Int = 0) { places = Array(repeating: -1, count: count) }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    for index in places.indices { places[index] = -1 }
  }

  /// Of several rows, one behind the other: another one.
  mutating func append(_ row: borrowing PostgreSQLValues) {
    let start = bytes.count
    bytes += row.bytes
    for place in row.places { places.append(place < 0 ? -1 : start + place) }
  }

  /// Of several rows: all.
  mutating func removeRows() {
    bytes.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }

  /// Calls `body` with the number of values and pointers to them.
  ///
  /// - Parameter part: Of them, from 0; nil: all.
  func withPointers<T>(
    _ part: Range<Int>? = nil, _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?) -> T
  ) -> T {
    let asked = places[part ?? places.indices]
    return bytes.withUnsafeBufferPointer { bytes in
      withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: max(asked.count, 1)) { pointers in
        for (index, place) in asked.enumerated() {
          pointers.initializeElement(at: index, to: place < 0 ? nil : bytes.baseAddress.map { $0 + place })
        }
        return body(Int32(asked.count), pointers.baseAddress.map { UnsafePointer($0) })
      }
    }
  }

  /// - Parameter index: From 1.
  private mutating func begin(_ index: Int32) {
    while places.count < index { places.append(-1) }
    places[Int(index) - 1] = bytes.count
  }

  mutating func setNull(_ index: Int32) {
    while places.count < index { places.append(-1) }
    places[Int(index) - 1] = -1
  }

  mutating func set(_ index: Int32, _ value: Int64) {
    begin(index)
    append(value)
    bytes.append(0)
  }

  private mutating func append(_ value: Int64) {
    if value < 0 { bytes.append(CChar(UInt8(ascii: "-"))) }
    var magnitude = value.magnitude
    let start = bytes.count
    repeat {
      bytes.append(CChar(UInt8(ascii: "0") + UInt8(magnitude % 10)))
      magnitude /= 10
    } while magnitude > 0
    bytes[start...].reverse()
  }

  mutating func set(_ index: Int32, _ text: String) {
    begin(index)
    append(text)
    bytes.append(0)
  }

  /// A null character, which no text of PostgreSQL can hold, is U+FDD0 there, which is no character and so in no text.
  private mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      if utf8.contains(0) {
        for byte in utf8 {
          if byte == 0 {
            bytes += Self.null.map(CChar.init(bitPattern:))
          } else {
            bytes.append(CChar(bitPattern: byte))
          }
        }
      } else {
        utf8.withMemoryRebound(to: CChar.self) { bytes += $0 }
      }
    }
  }

  /// As `bytea` takes it.
  mutating func set(_ index: Int32, blob: UnsafeRawBufferPointer) {
    begin(index)
    bytes.reserveCapacity(bytes.count + 2 * blob.count + 3)
    bytes += [92, 120]
    func digit(_ value: UInt8) -> CChar { CChar(value < 10 ? UInt8(ascii: "0") + value : 87 + value) }
    for byte in blob {
      bytes.append(digit(byte >> 4))
      bytes.append(digit(byte & 15))
    }
    bytes.append(0)
  }

  mutating func set(_ index: Int32, _ numbers: [Int64]) {
    begin(index)
    bytes.append(CChar(UInt8(ascii: "{")))
    for (place, number) in numbers.enumerated() {
      if place > 0 { bytes.append(CChar(UInt8(ascii: ","))) }
      append(number)
    }
    bytes.append(CChar(UInt8(ascii: "}")))
    bytes.append(0)
  }

  mutating func set(_ index: Int32, _ texts: [String]) {
    begin(index)
    bytes.append(CChar(UInt8(ascii: "{")))
    for (place, text) in texts.enumerated() {
      if place > 0 { bytes.append(CChar(UInt8(ascii: ","))) }
      bytes.append(CChar(UInt8(ascii: "\"")))
      let start = bytes.count
      append(text)
      let hasMarks = bytes[start...].contains { $0 == 92 || $0 == 34 }
      if hasMarks {
        bytes.replaceSubrange(start..., with: bytes[start...].flatMap { $0 == 92 || $0 == 34 ? [92, $0] : [$0] })
      }
      bytes.append(CChar(UInt8(ascii: "\"")))
    }
    bytes.append(CChar(UInt8(ascii: "}")))
    bytes.append(0)
  }
}

extension PostgreSQLValues {
  /// The first places, from 1.
  mutating func setAll(_ bound: [SQLValue]) {
    for (index, value) in bound.enumerated() {
      let place = Int32(index + 1)
      switch value {
      // The last three are SQLite's; see `PostgreSQLSession`.
      case .null, .matcher, .program, .tally: setNull(place)
      case .integer(let number): set(place, number)
      case .real(let number): set(place, "\(number)")
      case .text(let text): set(place, text)
      case .blob(let bytes): bytes.withUnsafeBytes { set(place, blob: $0) }
      case .integers(let numbers): set(place, numbers)
      case .texts(let texts): set(place, texts)
      }
    }
  }
}
