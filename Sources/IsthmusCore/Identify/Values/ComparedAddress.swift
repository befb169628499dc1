#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An IP address, and whether it is one host's in the whole internet.
enum ComparedAddress {
  static func read(_ source: String) -> ComparedValues.Reading {
    guard let address = IPAddress(source), let bytes = bytes(of: address) else { return .weak(source, .malformed) }
    let text = bytes.count == 4 ? bytes.map { String($0) }.joined(separator: ".") : address.text
    return weakness(bytes).map { .weak(text, $0) } ?? .usable(text)
  }

  /// Four bytes, or sixteen; an IPv4 address written as IPv6 (`::ffff:20.50.2.17`) is the IPv4 address.
  private static func bytes(of address: IPAddress) -> [UInt8]? {
    var storage = in6_addr()
    let isLong = address.text.utf8.contains(UInt8(ascii: ":"))
    guard inet_pton(isLong ? AF_INET6 : AF_INET, address.text, &storage) == 1 else { return nil }
    let bytes = withUnsafeBytes(of: &storage) { Array($0.prefix(isLong ? 16 : 4)) }
    let isMapped = bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
    return isMapped ? Array(bytes.suffix(4)) : bytes
  }

  private static func weakness(_ bytes: [UInt8]) -> WeakReason? {
    (bytes.count == 4 ? ranges4 : ranges6).first { $0.contains(bytes) }?.reason
  }

  private struct Range: Sendable {
    let start: [UInt8]
    /// How many leading bits of `start` count.
    let bits: Int
    let reason: WeakReason

    init(_ start: [UInt8], _ bits: Int, _ reason: WeakReason) {
      self.start = start
      self.bits = bits
      self.reason = reason
    }

    func contains(_ bytes: [UInt8]) -> Bool {
      let whole = bits / 8
      guard bytes.prefix(whole).elementsEqual(start.prefix(whole)) else { return false }
      let rest = bits % 8
      return rest == 0 || (bytes[whole] ^ start[whole]) >> UInt8(8 - rest) == 0
    }
  }

  /// <https://www.iana.org/assignments/iana-ipv4-special-registry>
  private static let ranges4 = [
    Range([0], 8, .unspecified),
    Range([10], 8, .privateRange),
    Range([172, 16], 12, .privateRange),
    Range([192, 168], 16, .privateRange),
    Range([100, 64], 10, .carrierRange),
    Range([127], 8, .loopback),
    Range([169, 254], 16, .linkLocal),
    Range([192, 0, 0], 24, .reserved),
    Range([192, 0, 2], 24, .documentation),
    Range([198, 51, 100], 24, .documentation),
    Range([203, 0, 113], 24, .documentation),
    Range([192, 88, 99], 24, .translated),
    Range([198, 18], 15, .reserved),
    // The platform's own address inside every Azure network.
    Range([168, 63, 129, 16], 32, .reserved),
    Range([224], 4, .multicast),
    Range([240], 4, .reserved),
  ]

  /// <https://www.iana.org/assignments/iana-ipv6-special-registry>
  private static let ranges6 = [
    Range([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 128, .unspecified),
    Range([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 128, .loopback),
    Range([0, 0x64, 0xFF, 0x9B], 32, .translated),
    Range([0], 8, .reserved),
    Range([1, 0], 16, .reserved),
    Range([0x20, 0x01, 0, 0], 32, .translated),
    Range([0x20, 0x01, 0x0D, 0xB8], 32, .documentation),
    Range([0x20, 0x01, 0], 23, .reserved),
    Range([0x20, 0x02], 16, .translated),
    Range([0x3F, 0xFF, 0], 20, .documentation),
    Range([0xFC], 7, .privateRange),
    Range([0xFE, 0x80], 10, .linkLocal),
    Range([0xFE, 0xC0], 10, .privateRange),
    Range([0xFF], 8, .multicast),
  ]
}
