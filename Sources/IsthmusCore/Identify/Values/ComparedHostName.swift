/// Host names and fully qualified names, compared without case and without the dot at the end.
enum ComparedHostName {
  /// The first label counts: one source writes `WEB01`, another `web01.corp.example`.
  static func read(hostName source: String) -> ComparedValues.Reading {
    let name = fold(source)
    if IPAddress(name) != nil { return .weak(name, .spelledAddress) }
    let label = String(name.prefix { $0 != "." }).trimmed
    if label.isEmpty { return .weak(source, .malformed) }
    return weakness(ofLabel: label).map { .weak(label, $0) } ?? .usable(label)
  }

  /// All of it counts.
  static func read(fqdn source: String) -> ComparedValues.Reading {
    let name = fold(source)
    if IPAddress(name) != nil { return .weak(name, .spelledAddress) }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let first = labels.first, labels.allSatisfy({ !$0.isEmpty }) else { return .weak(source, .malformed) }
    if labels.count == 1 { return .weak(name, .unqualified) }
    switch weakness(ofLabel: String(first)) {
    // With its domain, a name that many images have is one host's.
    case nil, .defaultName: break
    case let reason?: return .weak(name, reason)
    }
    let isPlaceholder = placeholderDomains.contains { name.hasSuffix($0) }
    return isPlaceholder ? .weak(name, .placeholderDomain) : .usable(name)
  }

  private static func fold(_ source: String) -> String { source.lowercased().droppingLast(".").trimmed }

  private static func weakness(ofLabel label: String) -> WeakReason? {
    if localNames.contains(label) { return .localName }
    if Placeholders.isPlaceholder(label) { return .placeholder }
    if defaultNames.contains(label) { return .defaultName }
    return spellsAddress(label) ? .spelledAddress : nil
  }

  private static let localNames: Set<String> = [
    "localhost", "localhost4", "localhost6", "localdomain", "ip6-localhost", "ip6-loopback", "loopback",
    "broadcasthost", "local", "self", "this", "(none)",
  ]

  private static let defaultNames: Set<String> = [
    "almalinux", "alpine", "amnesiac", "arch", "archlinux", "centos", "clr", "computer", "debian", "fedora", "freebsd",
    "host", "hostname", "kali", "linux", "localhost-live", "machine", "macbook", "nixos", "openwrt", "opensuse",
    "oracle",
    "parrot", "pc", "photon", "raspberrypi", "redhat", "rhel", "rocky", "server", "sles", "template", "ubuntu",
    "vagrant", "virtual-machine", "virtualmachine", "vm", "windows", "workstation", "your-hostname", "yourhostname",
  ]

  /// Azure gives `reddog.microsoft.com` to networks with DNS servers of their own, where it resolves nothing.
  /// <https://learn.microsoft.com/azure/virtual-network/virtual-networks-name-resolution-for-vms-and-role-instances>
  private static let placeholderDomains = [
    ".localdomain", ".localhost", ".invalid", ".reddog.microsoft.com", ".in-addr.arpa", ".ip6.arpa",
  ]

  /// `ip-10-0-0-4`, `10-0-0-4`, `host_10_0_0_4`, `ip-0a000004`, `2001-db8--1`: one word at most, then an address.
  private static func spellsAddress(_ label: String) -> Bool {
    let parts = label.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "_" }
    let isAddressWord = ["ip", "ip4", "ip6", "ipv4", "ipv6", "ec2"].contains(parts[0])
    let isWord = !parts[0].isEmpty && parts[0].unicodeScalars.allSatisfy { ("a"..."z").contains($0) }
    let numbers = isAddressWord || isWord ? parts.dropFirst() : parts[...]
    if numbers.count == 4, numbers.allSatisfy({ isOctet($0) }) { return true }
    if isWord && !isAddressWord { return false }
    if isAddressWord, numbers.count == 1, let only = numbers.first {
      return only.utf8.count == 8 && only.utf8.allSatisfy { hexDigit($0) != nil }
    }
    return numbers.count >= 3 && IPAddress(numbers.joined(separator: ":")) != nil
  }

  private static func isOctet(_ text: Substring) -> Bool {
    (1...3).contains(text.utf8.count) && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      && UInt8(text) != nil
  }
}
