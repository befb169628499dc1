/// Finding-level texts mostly repeat the assessed resource's id (a portal link holds it percent-encoded).
/// With a mark in its place the same text serves all resources, and is stored once.
package enum DetailTemplate {
  /// Control characters that no source text holds; a text that does is stored as it is.
  private static let plain: Character = "\u{1}"
  private static let upper: Character = "\u{2}"
  private static let lower: Character = "\u{3}"

  /// The values with `resourceID` replaced by marks.
  package static func fold(_ values: AttributeValues, resourceID: String) -> AttributeValues {
    guard !resourceID.isEmpty else { return values }
    return mapTexts(values) { text in
      if text.contains(where: { $0 == plain || $0 == upper || $0 == lower }) { return text }
      var folded = text.replacing(resourceID, with: plain)
      // Only texts that hold an escape can hold an encoded id.
      if folded.utf8.contains(UInt8(ascii: "%")) {
        folded = folded.replacing(encode(resourceID, digits: "0123456789ABCDEF"), with: upper)
        folded = folded.replacing(encode(resourceID, digits: "0123456789abcdef"), with: lower)
      }
      return folded
    }
  }

  /// The values as they came from the source.
  package static func expand(_ values: JSONValue, resourceID: String) -> JSONValue {
    switch values {
    case .object(let members):
      return .object(members.map { JSONValue.Member($0.name, expand($0.value, resourceID: resourceID)) })
    case .string(let text) where text.utf8.contains(where: { (1...3).contains($0) }):
      var expanded = ""
      for character in text {
        switch character {
        case plain: expanded += resourceID
        case upper: expanded += encode(resourceID, digits: "0123456789ABCDEF")
        case lower: expanded += encode(resourceID, digits: "0123456789abcdef")
        default: expanded.append(character)
        }
      }
      return .string(expanded)
    default: return values
    }
  }

  private static func mapTexts(_ values: AttributeValues, _ transform: (String) -> String) -> AttributeValues {
    var mapped = values
    for (name, value) in values.entries {
      if case .string(let text) = value { mapped[name] = .string(transform(text)) }
    }
    return mapped
  }

  /// Percent-encodes all but unreserved characters (RFC 3986).
  private static func encode(_ text: String, digits: StaticString) -> String {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(text.utf8.count * 3 / 2)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        encoded.append(byte)
      default:
        encoded.append(UInt8(ascii: "%"))
        encoded.append(digits.utf8Start[Int(byte >> 4)])
        encoded.append(digits.utf8Start[Int(byte & 15)])
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}

extension String {
  /// Each occurrence of `part`, byte by byte, replaced.
  fileprivate func replacing(_ part: String, with mark: Character) -> String {
    let (text, part) = (Array(utf8), Array(part.utf8))
    guard let first = part.first, text.count >= part.count else { return self }
    var result: [UInt8] = []
    var index = 0
    var found = false
    while index < text.count {
      let rest = text.count - index
      if text[index] == first, rest >= part.count, text[index..<index + part.count].elementsEqual(part) {
        result.append(contentsOf: mark.utf8)
        index += part.count
        found = true
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return found ? String(decoding: result, as: UTF8.self) : self
  }
}
