/// A resource's findings in two rows of bytes, about eight bytes a finding: what lists count by, without texts.
///
/// A finding in `states` is the distance of its control's number from the one before, a byte of ``State`` and, where the byte
/// says so, the listing that it was opened in and the variant that is its own. In `dates` stand, as the byte says, the
/// source's date and that of the first failure, in microseconds, each as the distance from the one of its kind before. Numbers
/// are varints (seven bits a byte, lowest first), distances of dates are folded (0, -1, 1, -2 …) before.
struct FindingPack {
  struct Entry: Equatable {
    var control: Int64
    /// Where it is not the control's.
    var variant: Int64?
    /// A ``Posture`` as it is stored; nil for none.
    var posture: Int64?
    var life: Int64
    var openedListing: Int64?
    var sourceUpdated: Int64?
    var firstFound: Int64?
  }

  /// Posture (3: none), life, and what stands behind it.
  struct State {
    var byte: UInt8

    static let noPosture: UInt8 = 3

    init(byte: UInt8) { self.byte = byte }

    /// With nothing behind it.
    init(posture: Int64?, life: Int64) {
      byte = posture.map { UInt8(truncatingIfNeeded: $0 & 3) } ?? Self.noPosture
      byte |= UInt8(truncatingIfNeeded: life & 3) << 2
    }

    init(_ entry: Entry) {
      self.init(posture: entry.posture, life: entry.life)
      if entry.variant != nil { byte |= 1 << 4 }
      if entry.openedListing != nil { byte |= 1 << 5 }
      if entry.sourceUpdated != nil { byte |= 1 << 6 }
      if entry.firstFound != nil { byte |= 1 << 7 }
    }

    /// Failed or passed: what lists show by themselves.
    var isAssessed: Bool { byte & 3 < 2 }
    var posture: Int64? { byte & 3 == Self.noPosture ? nil : Int64(byte & 3) }
    var life: Int64 { Int64(byte >> 2 & 3) }
    var hasVariant: Bool { byte & 1 << 4 != 0 }
    var hasListing: Bool { byte & 1 << 5 != 0 }
    var hasUpdated: Bool { byte & 1 << 6 != 0 }
    var hasFirstFound: Bool { byte & 1 << 7 != 0 }
  }

  private(set) var states: [UInt8] = []
  private(set) var dates: [UInt8] = []

  /// - Parameter entries: In the order of their controls' numbers, which makes the distances small.
  init(_ entries: [Entry]) {
    var (control, updated, first) = (Int64(0), Int64(0), Int64(0))
    for entry in entries {
      Self.append(UInt64(bitPattern: entry.control &- control), to: &states)
      control = entry.control
      states.append(State(entry).byte)
      if let listing = entry.openedListing { Self.append(UInt64(bitPattern: listing), to: &states) }
      if let variant = entry.variant { Self.append(UInt64(bitPattern: variant), to: &states) }
      if let date = entry.sourceUpdated {
        Self.append(Self.folded(date &- updated), to: &dates)
        updated = date
      }
      if let date = entry.firstFound {
        Self.append(Self.folded(date &- first), to: &dates)
        first = date
      }
    }
  }

  private static func folded(_ distance: Int64) -> UInt64 { UInt64(bitPattern: distance << 1 ^ distance >> 63) }

  private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    var number = number
    while number >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: number) | 0x80)
      number >>= 7
    }
    bytes.append(UInt8(number))
  }
}

/// Reads a ``FindingPack``, one finding after the other.
struct FindingPackReader {
  private(set) var control: Int64 = 0
  private(set) var state = FindingPack.State(byte: 0)
  /// Valid where the state has them.
  private(set) var openedListing: Int64 = 0
  private(set) var variant: Int64 = 0
  private(set) var sourceUpdated: Int64 = 0
  private(set) var firstFound: Int64 = 0

  private var states: Bytes
  private var dates: Bytes?

  /// - Parameter dates: nil where they are not asked for. Both are valid as long as the reader is used.
  init(states: UnsafeRawBufferPointer, dates: UnsafeRawBufferPointer?) {
    self.states = Bytes(bytes: states)
    self.dates = dates.map { Bytes(bytes: $0) }
  }

  /// Moves to the next finding; false after the last.
  ///
  /// - Throws: ``StoreError`` for bytes that are no pack.
  mutating func next() throws -> Bool {
    guard !states.isAtEnd else { return false }
    control &+= Int64(bitPattern: try states.number())
    state.byte = try states.byte()
    if state.hasListing { openedListing = Int64(bitPattern: try states.number()) }
    if state.hasVariant { variant = Int64(bitPattern: try states.number()) }
    guard dates != nil else { return true }
    if state.hasUpdated { sourceUpdated &+= try dates?.distance() ?? 0 }
    if state.hasFirstFound { firstFound &+= try dates?.distance() ?? 0 }
    return true
  }

  /// With the dates.
  var entry: FindingPack.Entry {
    FindingPack.Entry(
      control: control, variant: state.hasVariant ? variant : nil, posture: state.posture, life: state.life,
      openedListing: state.hasListing ? openedListing : nil, sourceUpdated: state.hasUpdated ? sourceUpdated : nil,
      firstFound: state.hasFirstFound ? firstFound : nil)
  }

  private struct Bytes {
    let bytes: UnsafeRawBufferPointer
    var place = 0

    var isAtEnd: Bool { place >= bytes.count }

    mutating func byte() throws -> UInt8 {
      guard place < bytes.count else { throw FindingPackReader.damage }
      defer { place += 1 }
      return bytes[place]
    }

    mutating func number() throws -> UInt64 {
      var number: UInt64 = 0
      var shift: UInt64 = 0
      while true {
        let byte = try byte()
        number |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return number }
        shift += 7
        if shift > 63 { throw FindingPackReader.damage }
      }
    }

    mutating func distance() throws -> Int64 {
      let number = try number()
      return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }
  }

  static var damage: StoreError {
    StoreError(.damaged, "What is kept of findings for counting can't be read.", remedy: "Run isthmus doctor.")
  }
}
