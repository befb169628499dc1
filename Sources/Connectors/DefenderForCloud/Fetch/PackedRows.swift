import IsthmusConnect
import IsthmusCore

/// Assessments out of rows of resources, a page at a time: all at once they would be a hundred times as many.
struct PackedRows {
  /// Records of a page, after which no further resource is begun.
  private static let recordsPerPage = 1000

  private let page: ResourceGraphPage
  private let layout: PackedLayout
  /// Resources that were given.
  private(set) var given: Int

  init(_ page: ResourceGraphPage, _ layout: PackedLayout, given: Int) {
    self.page = page
    self.layout = layout
    self.given = min(given, page.places.count)
  }

  var isAtEnd: Bool { given == page.places.count }

  /// The next records, as whole rows would have them.
  ///
  /// - Throws: ``JSONError`` for rows that were not asked for so.
  mutating func next() throws(JSONError) -> JSONDocument {
    var text: [UInt8] = [UInt8(ascii: "[")]
    var records = 0
    var problem: JSONError?
    page.document.withRoot { root in
      while given < page.places.count, records < Self.recordsPerPage, problem == nil {
        do throws(JSONError) {
          records += try append(root.at(page.places[given]), to: &text)
          given += 1
        } catch {
          problem = error
        }
      }
    }
    if let problem { throw problem }
    text.append(UInt8(ascii: "]"))
    return try JSONDocument(parsing: ByteStore(text))
  }

  /// - Returns: How many records the row holds.
  private func append(_ row: JSONSlice, to text: inout [UInt8]) throws(JSONError) -> Int {
    guard let owner = row["id"], [.string, .null].contains(owner.kind), let subscription = row["subscriptionId"],
      let list = row["rows"], list.kind == .array,
      let details = row["details"]?.string
    else { throw JSONError(offset: 0, problem: "a packed row without its members") }
    let resource = Resource(
      id: owner.isNull ? [] : Self.content(owner), encoded: Self.encoded(owner),
      subscription: Array(subscription.jsonText.utf8),
      details: details.isEmpty ? Array("null".utf8) : Array(details.utf8))
    var records = 0
    for element in list.elements {
      if text.count > 1 { text.append(UInt8(ascii: ",")) }
      try append(element, of: resource, to: &text)
      records += 1
    }
    return records
  }

  /// Bytes of JSON; ids without their quotes.
  private struct Resource {
    var id: [UInt8]
    var encoded: [UInt8]
    var subscription: [UInt8]
    var details: [UInt8]
  }

  private static let infix = Array(FindingProjection.infix.utf8)
  private static let mark = Array(FindingProjection.mark.utf8)
  private static let afterID = Array(",\"name\":".utf8)
  private static let beforeID = Array("{\"id\":".utf8)
  private static let beforeSubscription = Array(",\"subscriptionId\":".utf8)

  private func append(_ element: JSONSlice, of resource: Resource, to text: inout [UInt8]) throws(JSONError) {
    var parts = element.elements
    guard let ownID = parts.next(), let name = parts.next() else {
      throw JSONError(offset: 0, problem: "a packed assessment without its name")
    }
    text += Self.beforeID
    if resource.id.isEmpty || name.kind != .string {
      ownID.append(to: &text)
    } else {
      text.append(UInt8(ascii: "\""))
      text += resource.id
      text += Self.infix
      text += name.rawBytes
      text.append(UInt8(ascii: "\""))
    }
    text += Self.afterID
    name.append(to: &text)
    text += Self.beforeSubscription
    text += resource.subscription
    for segment in layout.segments {
      switch segment {
      case .text(let bytes): text += bytes
      case .details: text += resource.details
      case .value, .link:
        guard let value = parts.next() else {
          throw JSONError(offset: 0, problem: "a packed assessment without its values")
        }
        if case .link = segment { Self.append(link: value, resource, to: &text) } else { value.append(to: &text) }
      }
    }
    text.append(UInt8(ascii: "}"))
  }

  /// With the resource's id in the place of its mark.
  private static func append(link: JSONSlice, _ resource: Resource, to text: inout [UInt8]) {
    guard link.kind == .string, !link.rawBytes.isEmpty else {
      text += Array("null".utf8)
      return
    }
    let bytes = link.rawBytes
    text.append(UInt8(ascii: "\""))
    var start = 0
    while let place = self.place(of: mark, in: bytes, from: start) {
      text += bytes[start..<place]
      text += resource.encoded
      start = place + mark.count
    }
    text += bytes[start...]
    text.append(UInt8(ascii: "\""))
  }

  private static func place(of mark: [UInt8], in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var place = start
    while place + mark.count <= bytes.count {
      if bytes[place] == mark[0], bytes[place..<(place + mark.count)].elementsEqual(mark) { return place }
      place += 1
    }
    return nil
  }

  /// What stands between a text's quotes, its slashes as they are.
  private static func content(_ text: JSONSlice) -> [UInt8] {
    guard text.hasEscapes else { return Array(text.rawBytes) }
    return Array(JSONValue.string(text.string ?? "").text().utf8.dropFirst().dropLast())
  }

  /// As the query has it: slashes alone are encoded.
  private static func encoded(_ id: JSONSlice) -> [UInt8] {
    var encoded: [UInt8] = []
    for byte in content(id) {
      if byte == UInt8(ascii: "/") { encoded += Array("%2F".utf8) } else { encoded.append(byte) }
    }
    return encoded
  }
}
