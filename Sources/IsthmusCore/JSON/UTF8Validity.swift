/// Well-formedness of UTF-8 as in table 3-7 of the Unicode standard.
enum UTF8Validity {
  /// The offset of the first byte that does not belong to a well-formed sequence; nil if all do.
  static func firstInvalid(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var index = 0
    while index < bytes.count {
      let lead = bytes[index]
      if lead < 0x80 {
        index += 1
        // Mostly many of them.
        while index + 8 <= bytes.count, word(bytes, at: index) & 0x8080_8080_8080_8080 == 0 { index += 8 }
        continue
      }
      let (extra, low, high): (Int, UInt8, UInt8)
      switch lead {
      case 0xC2...0xDF: (extra, low, high) = (1, 0x80, 0xBF)
      case 0xE0: (extra, low, high) = (2, 0xA0, 0xBF)
      case 0xED: (extra, low, high) = (2, 0x80, 0x9F)
      case 0xE1...0xEF: (extra, low, high) = (2, 0x80, 0xBF)
      case 0xF0: (extra, low, high) = (3, 0x90, 0xBF)
      case 0xF1...0xF3: (extra, low, high) = (3, 0x80, 0xBF)
      case 0xF4: (extra, low, high) = (3, 0x80, 0x8F)
      default: return index
      }
      guard index + extra < bytes.count, bytes[index + 1] >= low, bytes[index + 1] <= high else { return index }
      for offset in stride(from: 2, through: extra, by: 1) where bytes[index + offset] & 0xC0 != 0x80 { return index }
      index += extra + 1
    }
    return nil
  }

  private static func word(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt64 {
    UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self)
  }
}
