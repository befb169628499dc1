/// A 64-bit digest that tells whether something changed since it was last stored.
///
/// Not cryptographic: it compares a record with its own earlier self. It is seeded by the store, so that
/// what a tenant's users can write into tags or names cannot be made to collide on purpose.
/// The mixing step is the folded 64 × 64 multiplication known from wyhash.
package struct Digest: Sendable {
  package private(set) var value: UInt64

  package init(seed: UInt64) { value = seed ^ 0x9E37_79B9_7F4A_7C15 }

  /// Adds the bytes and their number, so that ("ab", "c") and ("a", "bc") differ.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    add(UInt64(truncatingIfNeeded: bytes.count))
    guard let base = bytes.baseAddress else { return }
    var offset = 0
    while offset + 16 <= bytes.count {
      let first = (base + offset).loadUnaligned(as: UInt64.self)
      let second = (base + offset + 8).loadUnaligned(as: UInt64.self)
      value = Self.fold(first ^ 0xA076_1D64_78BD_642F, second ^ value)
      offset += 16
    }
    if offset < bytes.count {
      var tail: (UInt64, UInt64) = (0, 0)
      withUnsafeMutableBytes(of: &tail) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset...])) }
      value = Self.fold(tail.0 ^ 0xE703_7ED1_A0B4_28DB, tail.1 ^ value)
    }
  }

  package mutating func add(_ number: UInt64) {
    value = Self.fold(value ^ 0x8EBC_6AF0_9C88_C6E3, number ^ 0x5895_93A9_2F53_1C1F)
  }

  package mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  /// As SQLite and PostgreSQL keep it.
  package var signed: Int64 { Int64(bitPattern: value) }

  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }
}
