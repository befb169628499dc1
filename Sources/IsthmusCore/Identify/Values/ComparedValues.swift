/// The values of one attribute as rules compare them: normalised, the weak ones apart.
struct ComparedValues: Sendable {
  /// Sorted byte by byte, each once.
  private(set) var usable: [String] = []
  private(set) var weak: [(value: String, reason: WeakReason)] = []

  /// Attributes that hold a part of what another one stands for in rules.
  static let wholes = [
    "macAddresses": "macAddress", "ipAddresses": "ipAddress", "publicIpAddresses": "ipAddress",
  ]

  init(of attribute: String, in values: AttributeValues, from origin: RuleBook.Origin) {
    let texts = Self.texts(of: attribute, in: values, from: origin)
    if texts.count < 2 {
      switch texts.first.flatMap({ Self.compared($0, as: attribute) }) {
      case .usable(let value): usable = [value]
      case .weak(let value, let reason): weak = [(value, reason)]
      case nil: break
      }
      return
    }
    var sorted: Set<ByteText> = []
    var poor: [ByteText: WeakReason] = [:]
    for text in texts {
      switch Self.compared(text, as: attribute) {
      case .usable(let value): sorted.insert(ByteText(value))
      case .weak(let value, let reason): poor[ByteText(value)] = reason
      case nil: continue
      }
    }
    usable = sorted.sorted().map(\.text)
    weak = poor.sorted { $0.key < $1.key }.map { ($0.key.text, $0.value) }
  }

  private static func texts(
    of attribute: String, in values: AttributeValues, from origin: RuleBook.Origin
  ) -> [String] {
    switch attribute {
    case "externalAssetId": [origin.externalAssetID]
    // A map may give no cloudResourceId, or another connector's; the row's own id is one in any case.
    case "cloudResourceId": [origin.foldedResourceID] + texts(values[attribute])
    case "macAddress": texts(values[attribute]) + texts(values["macAddresses"])
    case "ipAddress": texts(values[attribute]) + texts(values["ipAddresses"]) + texts(values["publicIpAddresses"])
    default: texts(values[attribute])
    }
  }

  enum Reading: Equatable {
    case usable(String)
    case weak(String, WeakReason)
  }

  /// nil: the text is empty.
  static func compared(_ source: String, as attribute: String) -> Reading? {
    let text = source.trimmed
    if text.isEmpty { return nil }
    return switch attribute {
    case "macAddress": ComparedMAC.read(text)
    case "ipAddress": ComparedAddress.read(text)
    case "hostName": ComparedHostName.read(hostName: text)
    case "fqdn": ComparedHostName.read(fqdn: text)
    case "serialNumber": ComparedHardware.read(serialNumber: text)
    case "hardwareUuid": ComparedHardware.read(uuid: text)
    case "externalAssetId": .usable(text.lowercased())
    case "cloudResourceId": .usable(text.lowercased().droppingLast("/"))
    default: Placeholders.isPlaceholder(text) ? .weak(text, .placeholder) : .usable(text.lowercased())
    }
  }

  private static func texts(_ value: AttributeValue?) -> [String] {
    switch value {
    case nil: []
    case .string(let text): [text]
    case .list(let elements): elements.flatMap { texts($0) }
    case let other?: [other.json.text()]
    }
  }
}

/// A text that is hashed and ordered by its bytes.
private struct ByteText: Hashable, Comparable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (a: ByteText, b: ByteText) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }
  static func < (a: ByteText, b: ByteText) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension String {
  /// Without spaces, line ends and control characters on either side.
  var trimmed: String {
    let plain: ClosedRange<UInt8> = 0x21...0x7E
    if let first = utf8.first, let last = utf8.last, plain.contains(first), plain.contains(last) { return self }
    func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace || scalar.value < 0x20 }
    let scalars = unicodeScalars
    guard let start = scalars.firstIndex(where: { !isBlank($0) }),
      let end = scalars.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(scalars[start...end])
  }

  func droppingLast(_ character: Character) -> String { last == character ? String(dropLast()) : self }
}
