#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An IPv4 or IPv6 address in its canonical form.
package struct IPAddress: Sendable, Hashable {
  package let text: String

  /// - Returns: nil for anything but one address (no port, no prefix length, no zone).
  package init?(_ source: String) {
    // The system's function reads up to the first zero byte.
    if source.utf8.contains(0) { return nil }
    var storage = in6_addr()
    var buffer = [CChar](repeating: 0, count: 64)
    for family in [AF_INET, AF_INET6] where inet_pton(family, source, &storage) == 1 {
      guard inet_ntop(family, &storage, &buffer, 64) != nil else { return nil }
      text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      return
    }
    return nil
  }
}

/// A 48-bit hardware address, written `00:0d:3a:1b:c7:21`.
package struct MACAddress: Sendable, Hashable {
  package let text: String

  /// Reads six pairs of hexadecimal digits with one `-`, `:`, `.` or nothing between.
  package init?(_ source: String) {
    var digits: [UInt8] = []
    var separated = 0
    for byte in source.utf8 {
      switch byte {
      case UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "."):
        guard digits.count.isMultiple(of: 2), digits.count > separated, digits.count < 12 else { return nil }
        separated = digits.count
      case _ where hexDigit(byte) != nil: digits.append(byte | 0x20)
      default: return nil
      }
    }
    guard digits.count == 12 else { return nil }
    let pairs = stride(from: 0, to: 12, by: 2).map { String(decoding: digits[$0..<$0 + 2], as: UTF8.self) }
    text = pairs.joined(separator: ":")
  }
}
