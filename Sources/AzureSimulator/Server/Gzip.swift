/// Compresses to the gzip format, RFC 1952, fast rather than small: one greedy pass, fixed Huffman codes.
enum Gzip {
  static func compress(_ input: [UInt8]) -> [UInt8] {
    var output: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    output.reserveCapacity(input.count / 4 + 64)
    var deflater = Deflater(output: output)
    deflater.deflate(input)
    output = deflater.output
    for word in [checksum(input), UInt32(truncatingIfNeeded: input.count)] {
      for shift in [0, 8, 16, 24] as [UInt32] { output.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    return output
  }

  private static let checksumTable: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
  }

  private static func checksum(_ input: [UInt8]) -> UInt32 {
    var value: UInt32 = .max
    for byte in input { value = checksumTable[Int((value ^ UInt32(byte)) & 255)] ^ value >> 8 }
    return ~value
  }
}

/// DEFLATE, RFC 1951, as one block.
private struct Deflater {
  private(set) var output: [UInt8]
  private var bits: UInt64 = 0
  private var bitCount: UInt64 = 0

  private static let windowSize = 32_768
  private static let maximumLength = 258
  private static let hashBits: UInt32 = 15

  init(output: [UInt8]) {
    self.output = output
  }

  mutating func deflate(_ input: [UInt8]) {
    write(0b011, count: 3)
    // The place after the last one with the same hash of four bytes; 0 for none.
    var latest = [Int32](repeating: 0, count: 1 << Int(Self.hashBits))
    input.withUnsafeBufferPointer { bytes in
      var position = 0
      while position < bytes.count {
        var length = 0
        var distance = 0
        if position + 4 <= bytes.count {
          let hash = Self.hash(bytes, position)
          let candidate = Int(latest[hash]) - 1
          latest[hash] = Int32(position + 1)
          if candidate >= 0, position - candidate <= Self.windowSize {
            distance = position - candidate
            length = Self.matchLength(bytes, candidate, position)
          }
        }
        if length >= 4 {
          writeLength(length)
          writeDistance(distance)
          position += length
        } else {
          writeSymbol(Int(bytes[position]))
          position += 1
        }
      }
    }
    writeSymbol(256)
    if bitCount > 0 { write(0, count: (8 - bitCount % 8) % 8) }
  }

  private static func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
    let low = UInt32(bytes[position]) | UInt32(bytes[position + 1]) << 8
    let word = low | UInt32(bytes[position + 2]) << 16 | UInt32(bytes[position + 3]) << 24
    return Int((word &* 0x9E37_79B1) >> (32 - hashBits))
  }

  private static func matchLength(_ bytes: UnsafeBufferPointer<UInt8>, _ candidate: Int, _ position: Int) -> Int {
    let limit = min(maximumLength, bytes.count - position)
    var length = 0
    while length < limit, bytes[candidate + length] == bytes[position + length] { length += 1 }
    return length
  }

  /// Appends bits, the lowest first.
  private mutating func write(_ value: UInt64, count: UInt64) {
    bits |= value << bitCount
    bitCount += count
    while bitCount >= 8 {
      output.append(UInt8(truncatingIfNeeded: bits))
      bits >>= 8
      bitCount -= 8
    }
  }

  /// A symbol of the literal and length alphabet in the fixed code; codes go out highest bit first.
  private mutating func writeSymbol(_ symbol: Int) {
    switch symbol {
    case 0..<144: writeReversed(0x30 + symbol, count: 8)
    case 144..<256: writeReversed(0x190 + symbol - 144, count: 9)
    case 256..<280: writeReversed(symbol - 256, count: 7)
    default: writeReversed(0xC0 + symbol - 280, count: 8)
    }
  }

  private mutating func writeReversed(_ code: Int, count: UInt64) {
    var reversed: UInt64 = 0
    for shift in 0..<count { reversed = reversed << 1 | UInt64(code) >> shift & 1 }
    write(reversed, count: count)
  }

  private mutating func writeLength(_ length: Int) {
    let index = Self.lengthBases.lastIndex { $0 <= length } ?? 0
    writeSymbol(257 + index)
    let extra = index < 8 || index == 28 ? 0 : (index - 4) / 4
    write(UInt64(length - Self.lengthBases[index]), count: UInt64(extra))
  }

  private mutating func writeDistance(_ distance: Int) {
    let index = Self.distanceBases.lastIndex { $0 <= distance } ?? 0
    writeReversed(index, count: 5)
    let extra = index < 4 ? 0 : (index - 2) / 2
    write(UInt64(distance - Self.distanceBases[index]), count: UInt64(extra))
  }

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12_289, 16_385, 24_577,
  ]
}
