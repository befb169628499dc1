import IsthmusCore

/// An object of the Open Cybersecurity Schema Framework while it is filled: what has no value is left out.
struct OCSFObject {
  /// Of the schema that is written. <https://schema.ocsf.io/1.5.0/>
  static let version = "1.5.0"

  private(set) var members: [JSONValue.Member] = []

  var json: JSONValue { .object(members) }
  var isEmpty: Bool { members.isEmpty }

  /// Adds the value, unless it is nil, null, or a text, list or object without content.
  mutating func set(_ name: String, _ value: JSONValue?) {
    guard let value, !value.isWithoutContent else { return }
    members.append(JSONValue.Member(name, value))
  }

  mutating func set(_ name: String, _ number: Int64) { set(name, .integer(number)) }
  mutating func set(_ name: String, _ text: String) { set(name, .string(text)) }
  mutating func set(_ name: String, _ object: OCSFObject) { set(name, object.json) }

  /// Milliseconds since 1970, as the schema's `timestamp_t`.
  mutating func setTime(_ name: String, _ date: JSONValue?) {
    set(name, date?.milliseconds.map(JSONValue.integer))
  }

  /// The product that writes the events, and the one that they come from.
  static func metadata(source: JSONValue?, profiles: [String] = []) -> OCSFObject {
    var product = OCSFObject()
    product.set("name", "Isthmus")
    product.set("vendor_name", "Isthmus")
    var metadata = OCSFObject()
    metadata.set("version", version)
    metadata.set("product", product)
    metadata.set("log_provider", source)
    metadata.set("profiles", .array(profiles.map(JSONValue.string)))
    return metadata
  }

  /// The row's members that stand nowhere else in the event.
  static func unmapped(_ row: JSONValue, without mapped: Set<String>) -> OCSFObject {
    var unmapped = OCSFObject()
    guard case .object(let members) = row else { return unmapped }
    for member in members where !mapped.contains(member.name) { unmapped.set(member.name, member.value) }
    return unmapped
  }
}

/// A number of an enumeration with its caption.
struct OCSFChoice: Equatable {
  var id: Int64
  var caption: String

  init(_ id: Int64, _ caption: String) {
    self.id = id
    self.caption = caption
  }

  static let unknown = OCSFChoice(0, "Unknown")
}

extension JSONValue {
  fileprivate var isWithoutContent: Bool {
    switch self {
    case .null: true
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    case .object(let members): members.isEmpty
    case .bool, .integer, .number: false
    }
  }

  /// Of a date as rows show it, since 1970; nil for all else.
  var milliseconds: Int64? {
    guard let text = string, let moment = Timestamp(iso8601: text) else { return nil }
    let (whole, rest) = moment.microseconds.quotientAndRemainder(dividingBy: 1000)
    return rest < 0 ? whole - 1 : whole
  }
}
