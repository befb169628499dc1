import IsthmusCore
import TestSupport
import Testing

@Suite("Network addresses")
struct NetworkAddressTests {
  @Test(
    "An IP address has one spelling",
    arguments: [
      ("10.0.0.4", "10.0.0.4"), ("255.255.255.255", "255.255.255.255"), ("0.0.0.0", "0.0.0.0"),
      ("2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"), ("::", "::"), ("::1", "::1"),
      ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("FE80::1", "fe80::1"),
      ("::ffff:10.0.0.4", "::ffff:10.0.0.4"), ("::FFFF:0A00:0004", "::ffff:10.0.0.4"),
    ])
  func normalisesIP(source: String, expected: String) {
    #expect(IPAddress(source)?.text == expected)
    #expect(IPAddress(expected)?.text == expected)
  }

  @Test(
    "What is not one IP address is refused",
    arguments: [
      "", " ", "10.0.0", "10.0.0.256", "10.0.0.4 ", " 10.0.0.4", "10.0.0.4:80", "10.0.0.0/24", "10.0.0.04",
      "10.0.0.4.5",
      "0x0a.0.0.4", "[::1]", "fe80::1%eth0", "2001:db8::1::2", "12345::", "::g", "web-01", "10.0.0.4\0", "10.0.0.4\0x",
    ])
  func refusesIP(source: String) { #expect(IPAddress(source) == nil) }

  @Test(
    "A hardware address has one spelling",
    arguments: [
      "00-0D-3A-1B-C7-21", "00:0d:3a:1b:c7:21", "000D3A1BC721", "000d.3a1b.c721", "00.0D.3A.1B.C7.21", "000D3A-1BC721",
    ])
  func normalisesMAC(source: String) { #expect(MACAddress(source)?.text == "00:0d:3a:1b:c7:21") }

  @Test(
    "What is not six pairs of digits is refused",
    arguments: [
      "", "00-0D-3A-1B-C7", "00-0D-3A-1B-C7-21-00", "00-0D-3A-1B-C7-2G", "0-0D-3A-1B-C7-21", "00 0D 3A 1B C7 21",
      "00-0D-3A-1B-C7-21 ", "-00-0D-3A-1B-C7-21", "00-0D-3A-1B-C7-21-", "00--0D-3A-1B-C7-21", "0-00-D3-A1-BC-72-1",
      "::::", "００-0D-3A-1B-C7-21",
    ])
  func refusesMAC(source: String) { #expect(MACAddress(source) == nil) }

  @Test("A normalised address stays as it is", arguments: SeededGenerator.seeds(20))
  func keepsNormalised(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      let groups = (0..<8).map { _ in String(random.chance(2) ? 0 : random.number(0...65_535), radix: 16) }
      let address = try #require(IPAddress(groups.joined(separator: ":")))
      #expect(IPAddress(address.text) == address)
      let digits = (0..<12).map { _ in String(random.number(0...15), radix: 16, uppercase: random.chance(2)) }.joined()
      let hardware = try #require(MACAddress(digits))
      #expect(MACAddress(hardware.text) == hardware)
      #expect(hardware.text.filter { $0 != ":" } == digits.lowercased())
    }
  }

  @Test(
    "Ids are read with or without their letter",
    arguments: [
      ("A17", Int64(17)), ("a17", 17), ("17", 17), ("A0", nil), ("0", nil), ("-1", nil), ("A-1", nil), ("F17", nil),
      ("", nil), ("A", nil), ("A+5", nil), ("+5", nil), ("A1 ", nil), ("9223372036854775808", nil),
    ] as [(String, Int64?)])
  func readsIDs(text: String, number: Int64?) {
    #expect(AssetID(text: text)?.number == number)
    if let number { #expect(AssetID(number).description == "A\(number)") }
  }

  @Test("Each kind of id has its letter")
  func writesIDs() {
    #expect(FindingID(4711).description == "F4711")
    #expect(ControlID(12).description == "C12")
    #expect(RunID(1).description == "R1")
    #expect(AssetID(2) < AssetID(10))
  }
}
