/// How ids of resources are written, and in which other cases the same id appears.
struct ResourceNaming: Sendable {
  let fleet: Fleet

  /// `/subscriptions/<id>/resourceGroups/<name>`
  func group(_ index: Int) -> String {
    let group = fleet.groups[index]
    return "/subscriptions/\(fleet.subscriptions[group.subscription].id)/resourceGroups/\(group.name)"
  }

  func resource(inGroup index: Int, type: String, name: String) -> String {
    "\(group(index))/providers/\(type)/\(name)"
  }

  /// The id under which the host's own row stands.
  func id(of host: Host) -> String {
    switch host.kind {
    case .virtualMachine: resource(inGroup: host.group, type: "Microsoft.Compute/virtualMachines", name: host.name)
    case .arc: resource(inGroup: host.group, type: "Microsoft.HybridCompute/machines", name: host.name)
    case .instance(let set, let number):
      "\(id(ofScaleSet: set))/virtualMachines/\(number)"
    }
  }

  func id(ofScaleSet index: Int) -> String {
    let set = fleet.scaleSets[index]
    return resource(inGroup: set.group, type: "Microsoft.Compute/virtualMachineScaleSets", name: set.name)
  }

  func id(ofInterface index: Int, of host: Host) -> String {
    if case .instance = host.kind { return "\(id(of: host))/networkInterfaces/nic-\(index + 1)" }
    let name = index == 0 ? "\(host.name)-nic" : "\(host.name)-nic\(index + 1)"
    return resource(inGroup: host.group, type: "Microsoft.Network/networkInterfaces", name: name)
  }

  func id(ofPublicAddress index: Int, of host: Host) -> String {
    let name = index == 0 ? "\(host.name)-ip" : "\(host.name)-ip\(index + 1)"
    return resource(inGroup: host.group, type: "Microsoft.Network/publicIPAddresses", name: name)
  }

  /// The same id as another service writes it: of 12 styles, 8 leave it as it is.
  static func recased(_ id: String, style: Int) -> String {
    switch style % 12 {
    case 1: return id.lowercased()
    case 3: return id.replacing("/resourceGroups/", with: "/resourcegroups/")
    case 6:
      let parts = id.split(separator: "/", omittingEmptySubsequences: false)
      return parts.indices.map { $0 == parts.count - 1 ? parts[$0].uppercased() : String(parts[$0]) }
        .joined(separator: "/")
    case 9:
      return id.replacing("/Microsoft.Compute/virtualMachines/", with: "/microsoft.compute/virtualmachines/")
        .replacing("/Microsoft.HybridCompute/machines/", with: "/microsoft.hybridcompute/machines/")
    default: return id
    }
  }

  /// Percent-encoded as the portal does it: all but letters, digits, `-`, `_`, `.` and `~`.
  static func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F, 0x2E, 0x7E: bytes.append(byte)
      default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// 64 bits of an id without regard to ASCII case, for look-ups; equal bits do not prove equal ids.
  static func foldedHash(_ text: some StringProtocol) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 {
      let folded = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
      hash = (hash ^ UInt64(folded)) &* 0x0000_0100_0000_01B3
    }
    return hash
  }
}
