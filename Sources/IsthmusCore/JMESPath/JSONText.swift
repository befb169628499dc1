/// A text that equals another one by its code points: `String` also takes composed and decomposed letters for equal.
struct JSONText: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (a: JSONText, b: JSONText) -> Bool { isSame(a.text, b.text) }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  static func isSame(_ a: String, _ b: String) -> Bool {
    a.utf8.count == b.utf8.count && a.utf8.elementsEqual(b.utf8)
  }

  /// By code points, which is the order of the UTF-8 bytes.
  static func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

  /// Whether `text` holds `part`. Takes time in proportion to both.
  static func contains(_ text: String, _ part: String) -> Bool {
    let part = Array(part.utf8)
    if part.isEmpty { return true }
    let borders = borders(of: part)
    var matched = 0
    for byte in text.utf8 {
      while matched > 0, byte != part[matched] { matched = borders[matched - 1] }
      if byte == part[matched] { matched += 1 }
      if matched == part.count { return true }
    }
    return false
  }

  /// For each prefix of `part`, the length of the longest shorter one that it ends with (Knuth, Morris, Pratt).
  private static func borders(of part: [UInt8]) -> [Int] {
    var borders = [0]
    borders.reserveCapacity(part.count)
    var length = 0
    for byte in part.dropFirst() {
      while length > 0, byte != part[length] { length = borders[length - 1] }
      if byte == part[length] { length += 1 }
      borders.append(length)
    }
    return borders
  }
}
