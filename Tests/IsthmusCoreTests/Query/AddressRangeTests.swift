import IsthmusCore
import TestSupport
import Testing

@Suite("Addresses in queries")
struct AddressRangeTests {
  @Test(
    "Addresses, networks and beginnings are ranges",
    arguments: [
      ("10.0.0.4", "10.0.0.4", "10.0.0.4"), ("10.0.0.0/24", "10.0.0.0", "10.0.0.255"),
      ("10.0.0.77/24", "10.0.0.0", "10.0.0.255"), ("0.0.0.0/0", "0.0.0.0", "255.255.255.255"),
      ("10.0.0.4/32", "10.0.0.4", "10.0.0.4"), ("10.*", "10.0.0.0", "10.255.255.255"),
      ("10.0.*", "10.0.0.0", "10.0.255.255"), ("10.0.*.*", "10.0.0.0", "10.0.255.255"),
      ("192.168.1.*", "192.168.1.0", "192.168.1.255"), ("::1", "::1", "::1"), ("FD00::1", "fd00::1", "fd00::1"),
      ("fd00::/8", "fd00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
      ("::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ("2001:db8::1/127", "2001:db8::", "2001:db8::1"),
      ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
      ("::ffff:10.0.0.4", "::ffff:10.0.0.4", "::ffff:10.0.0.4"),
    ])
  func reads(text: String, lower: String, upper: String) throws {
    let range = try #require(AddressRange(text))
    #expect(range.lowerText == lower && range.upperText == upper)
    #expect(range.single == (lower == upper ? lower : nil))
    #expect(range.contains(lower.utf8) && range.contains(upper.utf8))
  }

  @Test(
    "What is no address is none",
    arguments: [
      "", "10", "10.0.0", "10.0.0.256", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "*", "*.1", "10.*.1", "10.0.0.4.*",
      "::1/129", "fd00:*", "1:2:3", "10.0.0.4/1000", "a.*",
    ])
  func refuses(text: String) { #expect(AddressRange(text) == nil) }

  @Test("Each family is apart, and what is no address lies in no range")
  func families() throws {
    let all = try #require(AddressRange("0.0.0.0/0"))
    for text in ["::1", "::ffff:10.0.0.4", "", "10.0.0", "10.0.0.256", "10.0.0.4x", ":", "::", "1::2::3", "12345::"] {
      #expect(!all.contains(text.utf8), "\(text)")
    }
    #expect(all.contains("1.2.3.4".utf8))
  }

  @Test("Random addresses lie where their numbers say", arguments: 1...10)
  func contains(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<200 {
      let length = random.number(0...32)
      let network = UInt32.random(in: 0...UInt32.max, using: &random)
      let address =
        random.chance(2) ? network ^ UInt32(random.number(0...255)) : UInt32.random(in: 0...UInt32.max, using: &random)
      func text(_ number: UInt32) -> String {
        (0..<4).map { "\(number >> UInt32(24 - 8 * $0) & 255)" }.joined(separator: ".")
      }
      let range = try #require(AddressRange("\(text(network))/\(length)"))
      let isInside = length == 0 || network >> UInt32(32 - length) == address >> UInt32(32 - length)
      #expect(range.contains(text(address).utf8) == isInside, "\(text(address)) in \(text(network))/\(length)")
    }
  }
}
