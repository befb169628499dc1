extension SeededGenerator {
  /// `text` with bytes changed, removed or doubled, parts cut off, marks and odd characters put in.
  package mutating func mangled(_ text: String) -> String {
    if chance(10) { return self.text(40) }
    let marks = ["(", ")", "[", "]", "\"", "`", "'", ":", "..", "*", " not ", ","]
    var bytes = Array(text.utf8)
    for _ in 0..<number(1...4) {
      guard !bytes.isEmpty else { break }
      let place = number(0...bytes.count - 1)
      switch number(0...5) {
      case 0: bytes[place] = UInt8(number(0...255))
      case 1: bytes.remove(at: place)
      case 2: bytes.removeSubrange(place...)
      case 3: bytes.insert(contentsOf: pick(marks).utf8, at: place)
      case 4: bytes.insert(contentsOf: self.text(3).utf8, at: place)
      default: bytes.insert(contentsOf: bytes[place...].prefix(number(1...30)), at: place)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
