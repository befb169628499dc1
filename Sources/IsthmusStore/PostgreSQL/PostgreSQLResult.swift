import CPostgreSQL

/// The rows of an answer, in text form.
final class PostgreSQLResult {
  fileprivate let raw: OpaquePointer?

  init(_ raw: OpaquePointer?) { self.raw = raw }

  deinit { PQclear(raw) }

  /// What is wrong; nil if nothing is.
  func error(of address: PostgreSQLAddress) -> StoreError? {
    switch PQresultStatus(raw) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_PIPELINE_SYNC, PGRES_EMPTY_QUERY: return nil
    default:
      let state = field(UInt8(ascii: "C")) ?? "08006"
      let message = field(UInt8(ascii: "M")) ?? String(cString: PQresultErrorMessage(raw)).firstLine
      if state.hasPrefix("08") {
        return StoreError(
          .unreachable, "The connection to \(address) broke (\(message)).",
          remedy: "Check the server and try again; nothing of the transaction was kept.")
      }
      return StoreError(state: state, message: message, of: address)
    }
  }

  private func field(_ code: UInt8) -> String? {
    PQresultErrorField(raw, Int32(code)).map { String(cString: $0) }
  }

  var rows: Int32 { PQntuples(raw) }
  /// Of a statement that changes rows.
  var changedRows: Int { Int(String(cString: PQcmdTuples(raw))) ?? 0 }

  func isNull(_ row: Int32, _ column: Int32) -> Bool { PQgetisnull(raw, row, column) == 1 }

  func bytes(_ row: Int32, _ column: Int32) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: PQgetvalue(raw, row, column), count: Int(PQgetlength(raw, row, column)))
  }

  func text(_ row: Int32, _ column: Int32) -> String {
    let bytes = bytes(row, column)
    guard bytes.contains(PostgreSQLValues.null[0]) else { return String(decoding: bytes, as: UTF8.self) }
    return String(decoding: Array(bytes).replacing(PostgreSQLValues.null, with: [0]), as: UTF8.self)
  }

  /// A whole number, or 1 and 0 for true and false.
  func integer(_ row: Int32, _ column: Int32) -> Int64 {
    let bytes = bytes(row, column)
    guard let first = bytes.first else { return 0 }
    if first == UInt8(ascii: "t") { return 1 }
    let isNegative = first == UInt8(ascii: "-")
    var value: Int64 = 0
    for byte in bytes.dropFirst(isNegative ? 1 : 0) {
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { break }
      // The smallest number has no positive counterpart.
      value = value &* 10 &- Int64(byte &- UInt8(ascii: "0"))
    }
    return isNegative ? value : 0 &- value
  }

  /// What `bytea_output = hex` writes.
  func blob(_ row: Int32, _ column: Int32) -> [UInt8] {
    let digits = bytes(row, column).dropFirst(2)
    func value(_ digit: UInt8) -> UInt8 { digit < UInt8(ascii: "a") ? digit & 15 : digit &- 87 }
    var blob: [UInt8] = []
    blob.reserveCapacity(digits.count / 2)
    var index = digits.startIndex
    while index + 1 < digits.endIndex {
      blob.append(value(digits[index]) << 4 | value(digits[index + 1]))
      index += 2
    }
    return blob
  }

  /// The type's number in the server's catalogue.
  func type(_ column: Int32) -> UInt32 { PQftype(raw, column) }
}

extension PostgreSQLResult {
  /// What the server says that it did: `COMMIT`.
  var tag: String { String(cString: PQcmdStatus(raw)) }
}
