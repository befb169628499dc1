/// The pattern of a `parse` operator: literals, captures and wildcards, matched over the whole text.
struct ParsePattern: Sendable {
  private let parts: [ParseClause.Part]
  private let isRelaxed: Bool
  let columns: [(name: String, type: KQLType)]

  init(_ clause: ParseClause) {
    parts = clause.parts
    isRelaxed = clause.isRelaxed
    columns = clause.parts.compactMap { part in
      if case .capture(let name, let type) = part { return (name, type) }
      return nil
    }
  }

  /// The captured values in order; absent ones if the text does not fit.
  func captures(in text: String) -> [KQLValue] {
    let absent = columns.map(\.type.absent)
    guard let texts = match(Array(text.utf8)), texts.count == columns.count else { return absent }
    var values: [KQLValue] = []
    for (index, text) in texts.enumerated() {
      let type = columns[index].type
      let value = KQLValue.string(text).converted(to: type)
      if value.isNull, !isRelaxed { return absent }
      values.append(value)
    }
    return values
  }

  /// Wildcards and captures take as little as they can; without a `*` at an end the text must begin or end there.
  private func match(_ bytes: [UInt8]) -> [String]? {
    var texts: [String] = []
    var position = 0
    /// Whether anything may come before the next literal, and whether it is to be captured.
    var isOpen = false
    var capturing: KQLType?
    for (index, part) in parts.enumerated() {
      switch part {
      case .star:
        if let type = capturing {
          // A capture before a `*` ends where its type does: a number with its digits, a text at once.
          let end = Self.end(of: type, in: bytes, from: position)
          texts.append(String(decoding: bytes[position..<end], as: UTF8.self))
          position = end
          capturing = nil
        }
        isOpen = true
      case .capture(_, let type):
        if let previous = capturing {
          let end = Self.end(of: previous, in: bytes, from: position)
          texts.append(String(decoding: bytes[position..<end], as: UTF8.self))
          position = end
        }
        capturing = type
      case .literal(let literal):
        let needle = Array(literal.utf8)
        let isLast = index == parts.count - 1
        let isAnchored = !isOpen && capturing == nil
        guard let found = find(needle, in: bytes, from: position, isAnchored: isAnchored, mustEnd: isLast) else {
          return nil
        }
        if capturing != nil { texts.append(String(decoding: bytes[position..<found], as: UTF8.self)) }
        position = found + needle.count
        isOpen = false
        capturing = nil
      }
    }
    if capturing != nil {
      texts.append(String(decoding: bytes[position...], as: UTF8.self))
    } else if !isOpen, position < bytes.count {
      return nil
    }
    return texts
  }

  private static func end(of type: KQLType, in bytes: [UInt8], from start: Int) -> Int {
    let allowed: String =
      switch type {
      case .long: "+-0123456789"
      case .real: "+-.0123456789eE"
      case .datetime: "+-.:/0123456789TZ"
      case .timespan: "-.:0123456789"
      case .bool: "truefalse"
      case .string, .dynamic: ""
      }
    let characters = Array(allowed.utf8)
    var end = start
    while end < bytes.count, characters.contains(bytes[end]) { end += 1 }
    return end
  }

  private func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int, isAnchored: Bool, mustEnd: Bool) -> Int? {
    let last = bytes.count - needle.count
    guard start <= last else { return nil }
    func matches(_ place: Int) -> Bool { bytes[place..<place + needle.count].elementsEqual(needle) }
    if isAnchored { return matches(start) && (!mustEnd || start == last) ? start : nil }
    if mustEnd { return matches(last) ? last : nil }
    return (start...last).first(where: matches)
  }
}
