import Foundation
import IsthmusCore

/// Opaque for people; base64url of JSON. Nothing in it is trusted but as values to compare with.
extension ListCursor {
  /// Bytes of the text of a cursor, more than any list makes.
  package static let maximumLength = 32_768

  /// The form of the text; another one is refused.
  private static let version: Int64 = 1

  package var text: String {
    let json = JSONValue.object([
      "v": .integer(Self.version), "of": .string(entity.rawValue),
      "by": .array(order.map { .string($0.text) }), "at": .array(values.map(\.json)), "id": .integer(number),
    ])
    return Data(json.text().utf8).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// - Throws: ``CursorError`` for what no list has given.
  package init(text: String) throws(CursorError) {
    let rubbish = CursorError("This is no cursor that a list gave, or not the whole of one.")
    guard text.utf8.count <= Self.maximumLength, let json = Self.decoded(text),
      json["v"] == .integer(Self.version), let entity = json["of"]?.string.flatMap(QueryEntity.init(rawValue:)),
      let fields = json["by"]?.array, let values = json["at"]?.array, let number = json["id"]?.integer, number > 0
    else { throw rubbish }
    var order: [Listing.Order] = []
    for field in fields {
      guard let text = field.string, let term = Listing.Order(text: text) else { throw rubbish }
      order.append(term)
    }
    let read = values.compactMap(Value.init)
    guard read.count == values.count else { throw rubbish }
    try self.init(entity: entity, order: order, values: read, number: number)
  }

  private static func decoded(_ text: String) -> JSONValue? {
    let standard = text.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
    // Rubbish has no value; the caller says so.
    guard let data = Data(base64Encoded: standard + padding) else { return nil }
    return try? JSONValue(parsing: String(decoding: data, as: UTF8.self))
  }
}

extension Listing.Order {
  /// Reads a field, with a minus before it or not; nil without one.
  package init?(text: String) {
    let isDescending = text.hasPrefix("-")
    let field = isDescending ? String(text.dropFirst()) : text
    guard !field.isEmpty else { return nil }
    self.init(field, descending: isDescending)
  }
}

extension ListCursor.Value {
  fileprivate var json: JSONValue {
    switch self {
    case .null: .null
    case .integer(let number): .integer(number)
    case .real(let number): .number(number)
    case .text(let text): .string(text)
    }
  }

  fileprivate init?(_ json: JSONValue) {
    switch json {
    case .null: self = .null
    case .integer(let number): self = .integer(number)
    case .number(let number): self = .real(number)
    case .string(let text): self = .text(text)
    case .bool, .array, .object: return nil
    }
  }
}
