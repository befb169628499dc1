/// Choices that depend on nothing but a seed and what they are for.
///
/// SplitMix64: the same on each machine, and cheap enough to be drawn anew wherever a choice is needed
/// instead of being stored.
struct Dice {
  /// What the choices are about; keeps draws for different purposes apart.
  enum Topic: UInt64 {
    case tenant = 1
    case subscription, group, host, network, machine, births, day, recommendation, text, package, estate
    case assessment, recommendationsOfHost, fault, client, likeness
  }

  private var state: UInt64

  init(_ seed: UInt64, _ topic: Topic, _ first: Int = 0, _ second: Int = 0) {
    state = Self.hash(seed, topic, first, second)
  }

  init(state: UInt64) {
    self.state = state
  }

  static func hash(_ seed: UInt64, _ topic: Topic, _ first: Int = 0, _ second: Int = 0) -> UInt64 {
    let start = mix(seed &+ topic.rawValue &* 0x9E37_79B9_7F4A_7C15)
    return mix(mix(start ^ UInt64(bitPattern: Int64(first))) ^ UInt64(bitPattern: Int64(second)))
  }

  static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func next() -> UInt64 {
    let value = Self.mix(state)
    state = state &+ 0x9E37_79B9_7F4A_7C15
    return value
  }

  /// A number of 0 ..< `bound`, which must be positive.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  mutating func chance(perThousand: Int) -> Bool {
    below(1000) < perThousand
  }

  /// An element of a list that is not empty.
  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// A low number of 0 ..< `bound` more often than a high one.
  mutating func lowBelow(_ bound: Int) -> Int {
    min(below(bound), below(bound))
  }

  /// A random GUID (version 4) in lower case.
  mutating func guid() -> String {
    let high = next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    var bytes: [UInt8] = []
    bytes.reserveCapacity(36)
    for position in 0..<32 {
      if position == 8 || position == 12 || position == 16 || position == 20 { bytes.append(UInt8(ascii: "-")) }
      let word = position < 16 ? high : low
      let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (position % 16))) & 15
      bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
