#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes that grow while an answer arrives and are then read in place by ``JSONDocument``.
///
/// Filled by one owner and never changed once a document holds it, which is what makes it safe to send.
/// Eight zero bytes follow the last one, so that a parser may read whole words.
package final class ByteStore: @unchecked Sendable {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) package var count = 0
  private var capacity: Int
  static let padding = 8

  /// - Parameter capacity: Bytes that are expected; more is taken when needed.
  package init(capacity: Int = 0) {
    self.capacity = max(capacity, 64) + Self.padding
    base = .allocate(capacity: self.capacity)
    base.update(repeating: 0, count: Self.padding)
  }

  package convenience init(_ text: some Collection<UInt8>) {
    self.init(capacity: text.count)
    let copied: Void? = text.withContiguousStorageIfAvailable { append(UnsafeRawBufferPointer($0)) }
    if copied == nil {
      Array(text).withUnsafeBytes { append($0) }
    }
  }

  deinit { base.deallocate() }

  package func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
    reserve(count + bytes.count)
    UnsafeMutableRawPointer(base + count).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
    (base + count).update(repeating: 0, count: Self.padding)
  }

  package func withUnsafeBytes<T>(_ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
    try body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// The bytes as text; invalid UTF-8 is repaired. For messages, not for data.
  package var text: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

  private func reserve(_ needed: Int) {
    guard needed + Self.padding > capacity else { return }
    capacity = max(needed + Self.padding, capacity * 2)
    let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    grown.update(from: base, count: count)
    base.deallocate()
    base = grown
  }
}

extension [UInt8] {
  /// Whether `bytes` are the same, compared as memory.
  package func isSame(as bytes: UnsafeRawBufferPointer) -> Bool {
    guard count == bytes.count else { return false }
    guard let other = bytes.baseAddress else { return true }
    return withUnsafeBytes { own in own.baseAddress.map { memcmp($0, other, count) == 0 } ?? true }
  }
}
