/// One bit for each row number: what a run has seen. Saved with each page, only the parts that changed.
struct SeenBits: Sendable {
  /// Bits in one saved part.
  static let chunkBits: Int64 = 4096
  private static let wordsInChunk = Int(chunkBits / 64)

  private var words: [UInt64] = []
  private var changedChunks: Set<Int64> = []

  func contains(_ number: Int64) -> Bool {
    let index = Int(number >> 6)
    return index < words.count && words[index] & (1 << UInt64(number & 63)) != 0
  }

  /// Returns whether it was not in yet.
  mutating func insert(_ number: Int64) -> Bool {
    let index = Int(number >> 6)
    if index >= words.count {
      let chunks = index / Self.wordsInChunk + 1
      words.append(contentsOf: repeatElement(0, count: chunks * Self.wordsInChunk - words.count))
    }
    let bit: UInt64 = 1 << UInt64(number & 63)
    if words[index] & bit != 0 { return false }
    words[index] |= bit
    changedChunks.insert(number / Self.chunkBits)
    return true
  }

  mutating func remove(_ number: Int64) {
    guard contains(number) else { return }
    words[Int(number >> 6)] &= ~(1 << UInt64(number & 63))
    changedChunks.insert(number / Self.chunkBits)
  }

  mutating func removeAll() {
    for index in words.indices where words[index] != 0 {
      words[index] = 0
      changedChunks.insert(Int64(index / Self.wordsInChunk))
    }
  }

  mutating func load(chunk: Int64, bits: [UInt8]) {
    let first = Int(chunk) * Self.wordsInChunk
    let needed = first + Self.wordsInChunk
    if words.count < needed { words.append(contentsOf: repeatElement(0, count: needed - words.count)) }
    for (index, byte) in bits.prefix(Self.wordsInChunk * 8).enumerated() {
      words[first + index / 8] |= UInt64(byte) << UInt64(8 * (index % 8))
    }
  }

  /// Gives each part that changed since the last call, little-endian.
  mutating func saveChanges(_ save: (_ chunk: Int64, _ bits: UnsafeRawBufferPointer) throws -> Void) rethrows {
    for chunk in changedChunks.sorted() {
      let first = Int(chunk) * Self.wordsInChunk
      let part = words[first..<first + Self.wordsInChunk].map(\.littleEndian)
      try part.withUnsafeBytes { try save(chunk, $0) }
    }
    changedChunks = []
  }
}
