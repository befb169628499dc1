/// Where the next page begins. Opaque to clients: Base64 of a JSON object, as the service's own.
struct SkipToken: Equatable, Sendable {
  var pageSize: Int
  var offset: Int
  /// Tells one query, scope and state of the tenant from others.
  var fingerprint: UInt64

  init(pageSize: Int, offset: Int, fingerprint: UInt64) {
    self.pageSize = pageSize
    self.offset = offset
    self.fingerprint = fingerprint
  }

  /// nil for rubbish.
  init?(_ text: String) {
    guard let bytes = Base64.decode(text),
      case .object(let object)? = JSONTextParser.parse(String(decoding: bytes, as: UTF8.self)),
      case .long(let pageSize)? = object["MaxRows"], case .long(let offset)? = object["RowsToSkip"],
      case .string(let digits)? = object["Session"], let fingerprint = UInt64(digits, radix: 16),
      ResourceGraphRequest.pageRange.contains(Int(pageSize)), offset >= 0
    else { return nil }
    self.init(pageSize: Int(pageSize), offset: Int(offset), fingerprint: fingerprint)
  }

  var text: String {
    let object: KQLValue = .bag([
      ("$id", .string("1")), ("MaxRows", .long(Int64(pageSize))), ("RowsToSkip", .long(Int64(offset))),
      ("Session", .string(String(fingerprint, radix: 16))),
    ])
    var bytes: [UInt8] = []
    object.appendJSON(to: &bytes)
    return Base64.encode(bytes)
  }

  /// - Parameter generation: Which state of the tenant the pages come from.
  static func fingerprint(query: String, scope: [String], tenant: Company, generation: Int) -> UInt64 {
    var hash = Dice.mix(UInt64(generation) | UInt64(tenant.rawValue) << 56)
    for text in [query] + scope {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
      hash = Dice.mix(hash)
    }
    return hash
  }
}
