import IsthmusCore
import TestSupport
import Testing

/// What rules compare of a value, seen through a book of one rule for each attribute.
@Suite("Weak values identify nothing")
struct WeakValueTests {
  static let origin = RuleBook.Origin(connector: 1, externalAssetID: "id", foldedResourceID: "/res")

  static func evidence(_ attribute: String, _ value: AttributeValue, rule: String) -> IdentityEvidence {
    var values = AttributeValues()
    values[attribute] = value
    let evidence = RuleBook.standard.evidence(of: values, from: origin)
    return IdentityEvidence(
      keys: evidence.keys.filter { $0.rule == rule }, weak: evidence.weak.filter { $0.rule == rule })
  }

  private func expect(_ source: String, _ attribute: String, _ rule: String, is expected: String) {
    let evidence = Self.evidence(attribute, .string(source), rule: rule)
    #expect(evidence.keys.map(\.shown) == [expected], "\(source)")
    #expect(evidence.weak.isEmpty, "\(source)")
  }

  private func expect(_ source: String, _ attribute: String, _ rule: String, isWeak reason: WeakReason) {
    let evidence = Self.evidence(attribute, .string(source), rule: rule)
    #expect(evidence.keys.isEmpty, "\(source)")
    #expect(evidence.weak.map(\.reason) == [reason], "\(source)")
  }

  @Test(
    "Hardware addresses that makers assigned identify, Azure's among them",
    arguments: [
      ("00-0D-3A-1B-C7-21", "00:0d:3a:1b:c7:21"), ("002248AABBCC", "00:22:48:aa:bb:cc"),
      ("60:45:BD:01:02:03", "60:45:bd:01:02:03"), ("7c:1e:52:01:02:03", "7c:1e:52:01:02:03"),
      ("7C-ED-8D-01-02-03", "7c:ed:8d:01:02:03"), ("00:17:fa:01:02:03", "00:17:fa:01:02:03"),
      (" 3c:ec:ef:01:02:03 ", "3c:ec:ef:01:02:03"),
    ])
  func usableMACs(source: String, expected: String) { expect(source, "macAddress", "mac-address", is: expected) }

  @Test(
    "Hardware addresses that many machines have are weak",
    arguments: [
      ("02:42:ac:11:00:02", WeakReason.containerAddress), ("00:50:56:01:02:03", .hypervisorAddress),
      ("00:0C:29:01:02:03", .hypervisorAddress), ("00:05:69:01:02:03", .hypervisorAddress),
      ("00:1c:14:01:02:03", .hypervisorAddress), ("08:00:27:01:02:03", .hypervisorAddress),
      ("0a:00:27:00:00:00", .hypervisorAddress), ("00:15:5d:01:02:03", .hypervisorAddress),
      ("52:54:00:01:02:03", .hypervisorAddress), ("00:16:3e:01:02:03", .hypervisorAddress),
      ("00:1c:42:01:02:03", .hypervisorAddress), ("42:01:0a:80:00:02", .localAddress),
      ("06:11:22:33:44:55", .localAddress), ("00:00:00:00:00:00", .groupAddress),
      ("ff:ff:ff:ff:ff:ff", .groupAddress), ("01:00:5e:00:00:01", .groupAddress),
      ("33:50:6f:45:30:30", .groupAddress), ("50:50:54:50:30:30", .placeholder), ("20:41:53:59:4e:ff", .placeholder),
      ("00:00:5e:00:01:0a", .placeholder), ("nonsense", .malformed),
    ])
  func weakMACs(source: String, reason: WeakReason) { expect(source, "macAddress", "mac-address", isWeak: reason) }

  @Test(
    "Host names are compared by their first label, without case",
    arguments: [
      ("WEB01", "web01"), ("web01.corp.example.", "web01"), ("Web01.Other.Example", "web01"), ("DB-1-2-3", "db-1-2-3"),
      ("i-0123456789abcdef0", "i-0123456789abcdef0"), ("web-10-0-0-256", "web-10-0-0-256"),
      ("vm-10-0-0", "vm-10-0-0"), ("ip-office", "ip-office"), ("prod-web-10-0-0-4", "prod-web-10-0-0-4"),
      ("DESKTOP-4J2K1LM", "desktop-4j2k1lm"), ("a--b", "a--b"), ("ÄPFEL", "äpfel"),
    ])
  func usableHostNames(source: String, expected: String) { expect(source, "hostName", "hostname", is: expected) }

  @Test(
    "Host names that only spell an address, or that all hosts have, are weak",
    arguments: [
      ("ip-10-0-0-4", WeakReason.spelledAddress), ("10-0-0-4", .spelledAddress), ("10.0.0.4", .spelledAddress),
      ("IP-10-0-0-4.ec2.internal", .spelledAddress), ("host_192_168_1_20", .spelledAddress),
      ("ip-0A1B2C3D", .spelledAddress), ("2001-db8--1", .spelledAddress), ("ip6-2001-db8--1", .spelledAddress),
      ("fe80::1", .spelledAddress), ("4-0-0-10", .spelledAddress), ("localhost", .localName),
      ("LocalHost.LocalDomain", .localName), ("localhost.corp.example", .localName), ("(none)", .localName),
      ("ip6-localhost", .localName), ("ubuntu", .defaultName), ("raspberrypi.local", .defaultName),
      ("unknown", .placeholder), ("N/A", .placeholder), (".corp.example", .malformed),
    ])
  func weakHostNames(source: String, reason: WeakReason) { expect(source, "hostName", "hostname", isWeak: reason) }

  @Test(
    "Qualified names are compared whole, without case and end dot",
    arguments: [
      ("Web01.Corp.Example.", "web01.corp.example"),
      ("web01.x7.bx.internal.cloudapp.net", "web01.x7.bx.internal.cloudapp.net"),
      ("ubuntu.corp.example", "ubuntu.corp.example"), ("web01.contoso.local", "web01.contoso.local"),
    ])
  func usableQualifiedNames(source: String, expected: String) { expect(source, "fqdn", "fqdn", is: expected) }

  @Test(
    "Qualified names that were made from an address, or have no domain of their own, are weak",
    arguments: [
      ("ip-10-0-0-4.ec2.internal", WeakReason.spelledAddress), ("10-0-0-4.pool.example", .spelledAddress),
      ("web01", .unqualified), ("web01.", .unqualified), ("localhost.localdomain", .localName),
      ("web01.localdomain", .placeholderDomain), ("web01.reddog.microsoft.com", .placeholderDomain),
      ("4.0.0.10.in-addr.arpa", .placeholderDomain), ("10.0.0.4", .spelledAddress), ("web..example", .malformed),
      ("unknown.corp.example", .placeholder),
    ])
  func weakQualifiedNames(source: String, reason: WeakReason) { expect(source, "fqdn", "fqdn", isWeak: reason) }

  @Test(
    "Public addresses identify; one that is written as IPv6 is the IPv4 address",
    arguments: [
      ("20.50.2.17", "20.50.2.17"), ("::ffff:20.50.2.17", "20.50.2.17"), ("::FFFF:1432:0211", "20.50.2.17"),
      ("2603:1020:201:10::10F", "2603:1020:201:10::10f"), ("172.32.0.1", "172.32.0.1"), ("100.128.0.1", "100.128.0.1"),
      ("9.255.255.255", "9.255.255.255"), ("198.20.0.1", "198.20.0.1"), ("223.255.255.255", "223.255.255.255"),
      ("2001:200::1", "2001:200::1"),
    ])
  func usableAddresses(source: String, expected: String) { expect(source, "ipAddress", "ip-address", is: expected) }

  @Test(
    "Addresses that other networks have too are weak",
    arguments: [
      ("10.0.0.4", WeakReason.privateRange), ("172.16.0.1", .privateRange), ("172.31.255.255", .privateRange),
      ("192.168.1.20", .privateRange), ("fd00::1", .privateRange), ("fc00::1", .privateRange),
      ("fec0::1", .privateRange), ("::ffff:10.0.0.4", .privateRange), ("100.64.0.1", .carrierRange),
      ("100.127.255.255", .carrierRange), ("127.0.0.1", .loopback), ("::1", .loopback), ("0.0.0.0", .unspecified),
      ("::", .unspecified), ("169.254.169.254", .linkLocal), ("fe80::1", .linkLocal), ("febf::1", .linkLocal),
      ("224.0.0.1", .multicast), ("ff02::1", .multicast), ("192.0.2.1", .documentation),
      ("198.51.100.7", .documentation), ("203.0.113.9", .documentation), ("2001:db8::1", .documentation),
      ("3fff:fff::1", .documentation), ("198.19.0.1", .reserved), ("255.255.255.255", .reserved),
      ("240.0.0.1", .reserved), ("168.63.129.16", .reserved), ("2002:1432:211::1", .translated),
      ("64:ff9b::1432:211", .translated), ("2001::1", .translated), ("10.0.0.0/8", .malformed),
    ])
  func weakAddresses(source: String, reason: WeakReason) { expect(source, "ipAddress", "ip-address", isWeak: reason) }

  @Test(
    "Serial numbers are compared without case and spaces",
    arguments: [
      ("5CG2141ABC", "5cg2141abc"),
      (" VMware-42 02 30 81 33 1b 58 e1-27 30 ca 56 07 89 e5 51", "vmware-42023081331b58e1-2730ca560789e551"),
      ("0000-0011-4217-5912-6044-9275-33", "0000-0011-4217-5912-6044-9275-33"), ("ABC12", "abc12"),
      ("ec2e1916-9099-7caf-fd21-012345abcdef", "ec2e1916-9099-7caf-fd21-012345abcdef"),
    ])
  func usableSerialNumbers(source: String, expected: String) {
    expect(source, "serialNumber", "serial-number", is: expected)
  }

  @Test(
    "What makers leave in for a serial number is weak",
    arguments: [
      ("To be filled by O.E.M.", WeakReason.placeholder), ("TO BE FILLED BY OEM", .placeholder), ("None", .placeholder),
      ("Default string", .placeholder), ("Default_string", .placeholder), ("0", .placeholder),
      ("System Serial Number", .placeholder), ("SystemSerialNumb", .placeholder),
      ("Base Board Serial Number", .placeholder),
      ("Not Specified", .placeholder), ("N/A", .placeholder), ("00000000", .placeholder), ("xxxxxxxx", .placeholder),
      ("................", .placeholder), ("123456789", .placeholder), ("No Asset Tag", .placeholder),
      ("7783-7084-3265-9085-8269-3286-77", .placeholder), ("AB12", .tooShort), ("U-17", .tooShort),
    ])
  func weakSerialNumbers(source: String, reason: WeakReason) {
    expect(source, "serialNumber", "serial-number", isWeak: reason)
  }

  @Test(
    "A hardware UUID is the same in either byte order and spelling",
    arguments: [
      "4c4c4544-0042-3510-8052-b3c04f4b4e32", "44454C4C-4200-1035-8052-B3C04F4B4E32",
      "{4C4C4544-0042-3510-8052-B3C04F4B4E32}", "urn:uuid:44454c4c-4200-1035-8052-b3c04f4b4e32",
      "4c4c4544004235108052b3c04f4b4e32",
    ])
  func usableUUIDs(source: String) {
    expect(source, "hardwareUuid", "hardware-uuid", is: "44454c4c-4200-1035-8052-b3c04f4b4e32")
  }

  @Test(
    "UUIDs that whole series of boards have are weak",
    arguments: [
      ("00000000-0000-0000-0000-000000000000", WeakReason.placeholder),
      ("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", .placeholder), ("fefefefe-fefe-fefe-fefe-fefefefefefe", .placeholder),
      ("03000200-0400-0500-0006-000700080009", .placeholder), ("00020003-0004-0005-0006-000700080009", .placeholder),
      ("00010203-0405-0607-0809-0A0B0C0D0E0F", .placeholder), ("56F49712-FFFF-FFFF-FFFF-FFFFFFFFFFFF", .placeholder),
      ("12345678-1234-5678-90AB-CDDEEFAABBCC", .placeholder), ("78563412-3412-7856-90AB-CDDEEFAABBCC", .placeholder),
      ("None", .malformed), ("4c4c4544-0042-3510-8052-b3c04f4b4e3", .malformed),
    ])
  func weakUUIDs(source: String, reason: WeakReason) { expect(source, "hardwareUuid", "hardware-uuid", isWeak: reason) }

  @Test("Any text has a reading, and reading what is compared gives it again", arguments: SeededGenerator.seeds(300))
  func isStable(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let rules = [
      ("macAddress", "mac-address"), ("ipAddress", "ip-address"), ("hostName", "hostname"), ("fqdn", "fqdn"),
      ("serialNumber", "serial-number"), ("hardwareUuid", "hardware-uuid"),
    ]
    for (attribute, rule) in rules {
      let parts = ["10", "-", ".", "ip", "0a", ":", "00", "ff", "web", "LOCAL", " ", generator.text(4), "4c4c4544"]
      let source = (0..<generator.number(1...12)).map { _ in generator.pick(parts) }.joined()
      let first = Self.evidence(attribute, .string(source), rule: rule)
      for key in first.keys {
        let again = Self.evidence(attribute, .string(key.shown), rule: rule)
        #expect(again.keys == first.keys, "\(attribute): \(source)")
      }
    }
  }
}
