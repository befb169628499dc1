/// A hardware address, and whether it belongs to one interface of one machine.
enum ComparedMAC {
  static func read(_ source: String) -> ComparedValues.Reading {
    guard let text = MACAddress(source)?.text, let first = UInt8(text.prefix(2), radix: 16) else {
      return .weak(source, .malformed)
    }
    return weakness(text, first).map { .weak(text, $0) } ?? .usable(text)
  }

  /// - Parameter first: The first of the six bytes; its lowest bit marks groups, the next one addresses that no
  ///   maker has assigned. <https://standards.ieee.org/wp-content/uploads/import/documents/tutorials/eui.pdf>
  private static func weakness(_ text: String, _ first: UInt8) -> WeakReason? {
    if text == "00:00:00:00:00:00" || first & 1 != 0 { return .groupAddress }
    if placeholders.contains(text) || text.hasPrefix("00:00:5e:") { return .placeholder }
    if text.hasPrefix("02:42:") { return .containerAddress }
    if hypervisors.contains(String(text.prefix(8))) { return .hypervisorAddress }
    if first & 2 != 0 { return .localAddress }
    return nil
  }

  /// By their first three bytes. Azure's own prefixes (`00:0d:3a`, `00:22:48`, `60:45:bd`, `7c:1e:52` …) are not
  /// among them: Azure gives each address once, and it stays with the interface.
  private static let hypervisors: Set<String> = [
    "00:50:56", "00:0c:29", "00:05:69", "00:1c:14",  // VMware
    "08:00:27", "0a:00:27",  // VirtualBox
    "00:15:5d", "00:03:ff", "00:1d:d8",  // Hyper-V, Virtual PC, System Center VMM
    "52:54:00", "54:52:00",  // QEMU, KVM
    "00:16:3e", "00:0f:4b", "00:21:f6",  // Xen, Virtual Iron, Oracle VM
    "00:1c:42", "00:18:51",  // Parallels, Virtuozzo
    "bc:24:11",  // Proxmox
    "50:6b:8d",  // Nutanix
    "58:9c:fc",  // bhyve
  ]

  /// Of dial-up and tunnel adapters, the same on every Windows machine, and of modems. `00:00:5e` (above) is the
  /// range of virtual routers and of documentation, RFC 9542.
  private static let placeholders: Set<String> = [
    "50:50:54:50:30:30", "20:41:53:59:4e:ff", "24:b6:20:52:41:53", "00:53:45:00:00:00", "00:a0:c6:00:00:00",
    "00:0b:ca:fe:00:00", "00:00:00:00:00:01",
  ]
}
