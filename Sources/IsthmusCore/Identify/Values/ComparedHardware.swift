/// Serial numbers and hardware UUIDs: what the firmware says of the machine.
enum ComparedHardware {
  /// Without case and spaces: VMware writes `VMware-42 02 30 81 …`.
  static func read(serialNumber source: String) -> ComparedValues.Reading {
    let text = String(
      String.UnicodeScalarView(source.lowercased().unicodeScalars.filter { !$0.properties.isWhitespace }))
    let folded = Placeholders.fold(text)
    if Placeholders.isPlaceholder(text) || serialPlaceholders.contains(folded) { return .weak(source, .placeholder) }
    if placeholderParts.contains(where: folded.contains) { return .weak(source, .placeholder) }
    if Set(folded.unicodeScalars).count == 1 { return .weak(source, .placeholder) }
    // Five is a short serial number; what is shorter is a rack unit or a counter.
    if folded.unicodeScalars.count < 5 { return .weak(source, .tooShort) }
    return .usable(text)
  }

  private static let serialPlaceholders: Set<String> = [
    "0123456789", "012345678", "01234567", "1234567890", "123456789", "12345678", "1234567", "123456", "12345",
    "0123456789abcdef", "123456789abcdef", "abcdef", "1123581321", "mb1234567890", "systemserialnumb", "sn12345678",
    // The asset tag of every Azure machine.
    "77837084326590858269328677",
  ]

  /// System, chassis, baseboard or product serial number …
  private static let placeholderParts = ["serialnumber", "oemserial", "filledbyoem", "defaultstring"]

  /// In lower case with dashes. The first three fields may come in either byte order: SMBIOS before 2.6 did not
  /// say which, so that Linux on a first-generation Azure machine reads them the other way round than Azure writes
  /// them. The smaller spelling stands for both.
  /// <https://www.dmtf.org/sites/default/files/standards/documents/DSP0134_3.7.0.pdf>, 7.2.1
  static func read(uuid source: String) -> ComparedValues.Reading {
    guard let bytes = bytes(ofUUID: source) else { return .weak(source, .malformed) }
    let swapped = swap(bytes)
    let smaller = swapped.lexicographicallyPrecedes(bytes) ? swapped : bytes
    let text = spell(smaller)
    // All equal: zeros, `ff`, `fe` … The last eight all `ff`: boards that only count their model.
    let isRepeated = Set(bytes).count == 1 || bytes.suffix(8).allSatisfy { $0 == 0xFF }
    return isRepeated || uuidPlaceholders.contains(text) ? .weak(spell(bytes), .placeholder) : .usable(text)
  }

  /// Found on whole series of boards; each in the spelling that ``read(uuid:)`` compares.
  private static let uuidPlaceholders: Set<String> = Set(
    [
      "03000200-0400-0500-0006-000700080009", "00010203-0405-0607-0809-0a0b0c0d0e0f",
      "07090201-0103-0301-0807-060504030201", "12345678-1234-5678-90ab-cddeefaabbcc",
      "12345678-1234-1234-1234-123456789012", "12345678-1234-1234-1234-123456789abc",
      "deadbeef-dead-beef-dead-beefdeadbeef", "6ab5b300-538d-1014-9fb5-b0684d007b53",
      "dc698397-fa54-4cf2-82c8-b1b5307a6a7f", "8e275844-178f-44a8-aceb-a7d7e5178c63",
      "890e2d14-cacd-45d1-ae66-bc80e8bfeb0f", "00000000-0000-0000-0000-000000000001",
    ].compactMap { text in
      bytes(ofUUID: text).map { bytes in min(spell(bytes), spell(swap(bytes))) }
    })

  /// 32 hexadecimal digits, with or without dashes, braces or `urn:uuid:`.
  private static func bytes(ofUUID source: String) -> [UInt8]? {
    var text = source.lowercased()[...]
    if text.hasPrefix("urn:uuid:") { text = text.dropFirst("urn:uuid:".count) }
    if text.hasPrefix("{"), text.hasSuffix("}") { text = text.dropFirst().dropLast() }
    let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
    guard digits.count == 32, digits.allSatisfy({ hexDigit($0) != nil }) else { return nil }
    return stride(from: 0, to: 32, by: 2).compactMap { place in
      UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16)
    }
  }

  /// The other byte order of the first three fields.
  private static func swap(_ bytes: [UInt8]) -> [UInt8] {
    bytes[0..<4].reversed() + bytes[4..<6].reversed() + bytes[6..<8].reversed() + bytes[8...]
  }

  private static func spell(_ bytes: [UInt8]) -> String {
    var text = ""
    for (place, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(place) { text += "-" }
      text += byte < 16 ? "0\(String(byte, radix: 16))" : String(byte, radix: 16)
    }
    return text
  }
}
