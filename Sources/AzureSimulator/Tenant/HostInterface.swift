/// A network interface of a host, drawn from its slot.
struct HostInterface: Sendable {
  struct Address: Sendable {
    let name: String
    let privateAddress: String
    let isIPv6: Bool
    /// The number of the host's public address that belongs to it.
    let publicAddress: Int?
  }

  let index: Int
  /// `00-0D-3A-1B-C7-21`
  let hardwareAddress: String
  let resourceGUID: String
  let addresses: [Address]
  let isAccelerated: Bool

  /// The interfaces that a host has on a day. Arc machines have none in Azure, and a few machines lost theirs.
  static func list(of host: Host, incarnation: Int, seed: UInt64) -> [HostInterface] {
    guard !host.isArc else { return [] }
    var dice = Dice(seed, .network, host.slot)
    let draw = dice.below(100)
    let count = draw < 2 ? 0 : (draw < 90 ? 1 : (draw < 97 ? 2 : 3))
    let isPublic = dice.chance(perThousand: 150)
    var publicAddresses = 0
    return (0..<count).map { index in
      // Azure keeps the first four addresses of a network for itself.
      let number = host.slot * 8 + index * 2 + 4
      let addressDraw = dice.below(100)
      var addresses = [
        Address(
          name: "ipconfig1", privateAddress: "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)",
          isIPv6: false, publicAddress: isPublic && index == 0 ? 0 : nil)
      ]
      if addresses[0].publicAddress != nil { publicAddresses += 1 }
      if addressDraw < 6 {
        let address = "fd00:10::\(String(number, radix: 16))"
        addresses.append(Address(name: "ipconfig-v6", privateAddress: address, isIPv6: true, publicAddress: nil))
      } else if addressDraw < 11 {
        let second = number + 1
        let isSecondPublic = isPublic && index == 0 && addressDraw < 9
        addresses.append(
          Address(
            name: "ipconfig2", privateAddress: "10.\(second >> 16 & 255).\(second >> 8 & 255).\(second & 255)",
            isIPv6: false, publicAddress: isSecondPublic ? publicAddresses : nil))
        if isSecondPublic { publicAddresses += 1 }
      }
      return HostInterface(
        index: index,
        hardwareAddress: hardwareAddress(host.slot * 8 + index * 2 + incarnation, prefix: host.company.hardwarePrefix),
        resourceGUID: dice.guid(), addresses: addresses, isAccelerated: dice.chance(perThousand: 400))
    }
  }

  /// The public addresses of a host, numbered as ``Address/publicAddress``; nil for one that is not allocated.
  static func publicAddresses(of host: Host, _ interfaces: [HostInterface], seed: UInt64) -> [String?] {
    let count = interfaces.reduce(0) { $0 + $1.addresses.count { $0.publicAddress != nil } }
    return (0..<count).map { index in
      var dice = Dice(seed, .network, host.slot, 1 + index)
      let number = host.slot * 4 + index
      return dice.chance(perThousand: 60)
        ? nil
        : "\(host.company.publicNetwork).\(33 + (number >> 16 & 63)).\(number >> 8 & 255).\(number & 255)"
    }
  }

  /// A one-to-one scramble of 24 bits under a prefix.
  private static func hardwareAddress(_ number: Int, prefix: String) -> String {
    let bits = UInt32(truncatingIfNeeded: number &* 0x9E37_79) & 0xFF_FFFF ^ 0x1B_C721
    let digits = Array("0123456789ABCDEF".utf8)
    var text = Array(prefix.utf8)
    for shift in [16, 8, 0] as [UInt32] {
      let byte = Int(bits >> shift & 255)
      text += [0x2D, digits[byte >> 4], digits[byte & 15]]
    }
    return String(decoding: text, as: UTF8.self)
  }
}
