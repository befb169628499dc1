import Crypto

/// The sum of all rows' digests: the same in whichever order they come, another if a row is missing, twice or changed.
struct RowsDigest: Equatable {
  private(set) var rows = 0
  private var sum: UInt128 = 0
  private var bytes: [UInt8] = []

  static func == (one: Self, other: Self) -> Bool { one.rows == other.rows && one.sum == other.sum }

  mutating func add(_ row: [SQLValue]) {
    bytes.removeAll(keepingCapacity: true)
    for value in row {
      switch value {
      case .integer(let number): append(1, UInt64(bitPattern: number))
      case .real(let number): append(2, number.bitPattern)
      case .text(let text):
        append(3, UInt64(text.utf8.count))
        bytes += text.utf8
      case .blob(let blob):
        append(4, UInt64(blob.count))
        bytes += blob
      // The others are no values of rows.
      default: bytes.append(0)
      }
    }
    var part: UInt128 = 0
    for byte in SHA256.hash(data: bytes).prefix(16) { part = part << 8 | UInt128(byte) }
    sum &+= part
    rows += 1
  }

  private mutating func append(_ kind: UInt8, _ number: UInt64) {
    bytes.append(kind)
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  /// 32 hexadecimal digits.
  var text: String {
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }
}
