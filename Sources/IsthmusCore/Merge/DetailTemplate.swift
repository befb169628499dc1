/// Finding-level texts mostly repeat the assessed resource's id (a portal link holds it percent-encoded).
/// With a mark in its place the same text serves all resources, and is stored once.
package struct DetailTemplate: Sendable {
  /// Control characters that hardly any source text holds; one that does is stored as it is, after ``verbatim``.
  private static let marks: ClosedRange<UInt8> = 1...3
  private static let verbatim: UInt8 = 4

  /// The id as written, percent-encoded with upper-case and with lower-case digits: one for each mark.
  private let forms: [[UInt8]]

  package init(resourceID: String) {
    let upper = Self.encode(resourceID, digits: "0123456789ABCDEF")
    let lower = Self.encode(resourceID, digits: "0123456789abcdef")
    forms = resourceID.isEmpty ? [] : [Array(resourceID.utf8), upper, lower]
  }

  /// The values with the resource's id replaced by marks. Custom attributes keep it: queries compare what is stored.
  package func fold(_ values: AttributeValues) -> AttributeValues {
    var folded = values
    for (name, value) in values.entries {
      guard case .string(let text) = value else { continue }
      folded[name] = .string(fold(text, isCustom: CustomAttribute.name(of: name) != nil))
    }
    return folded
  }

  private func fold(_ text: String, isCustom: Bool) -> String {
    let bytes = Array(text.utf8)
    if bytes.contains(where: { Self.marks.contains($0) || $0 == Self.verbatim }) { return "\u{4}\(text)" }
    if isCustom { return text }
    // Only a text as long as the id can hold it.
    guard let shortest = forms.first?.count, bytes.count >= shortest else { return text }
    var result: [UInt8] = []
    var index = 0
    scan: while index < bytes.count {
      for (place, form) in forms.enumerated() where form.first == bytes[index] && bytes[index...].starts(with: form) {
        result.append(Self.marks.lowerBound + UInt8(place))
        index += form.count
        continue scan
      }
      result.append(bytes[index])
      index += 1
    }
    return result.count == bytes.count ? text : String(decoding: result, as: UTF8.self)
  }

  /// Whether ``expand(_:)`` may change the text.
  package static func hasMarks(_ text: String) -> Bool {
    text.utf8.contains { marks.contains($0) || $0 == verbatim }
  }

  /// The values as they came from the source.
  package func expand(_ values: JSONValue) -> JSONValue {
    switch values {
    case .object(let members):
      return .object(members.map { JSONValue.Member($0.name, expand($0.value)) })
    case .string(let text) where text.utf8.first == Self.verbatim:
      return .string(String(text.unicodeScalars.dropFirst()))
    case .string(let text) where !forms.isEmpty && text.utf8.contains(where: Self.marks.contains):
      var expanded: [UInt8] = []
      for byte in text.utf8 {
        if Self.marks.contains(byte) {
          expanded.append(contentsOf: forms[Int(byte - Self.marks.lowerBound)])
        } else {
          expanded.append(byte)
        }
      }
      return .string(String(decoding: expanded, as: UTF8.self))
    default: return values
    }
  }

  /// Percent-encodes all but unreserved characters (RFC 3986).
  private static func encode(_ text: String, digits: StaticString) -> [UInt8] {
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
    return encoded
  }
}
