import IsthmusCore

/// How an export writes records.
package enum ExportFormat: String, Sendable, CaseIterable {
  /// RFC 4180, for spreadsheets; see ``CSVWriter``.
  case csv
  /// One JSON object a line: whole rows as lists show them.
  case jsonl
  /// One OCSF event a line: Compliance Finding for findings, Device Inventory Info for assets.
  case ocsf

  package var mediaType: String {
    switch self {
    case .csv: "text/csv; charset=utf-8; header=present"
    case .jsonl, .ocsf: "application/jsonl"
    }
  }

  /// Of a file, without the point.
  package var fileExtension: String { self == .csv ? "csv" : "jsonl" }

  /// - Parameter columns: Members of rows; without meaning for OCSF.
  func writer(of entity: QueryEntity, columns: [String], isChosen: Bool) -> any RowWriter {
    switch self {
    case .csv: CSVWriter(columns: columns)
    case .jsonl: JSONLinesWriter(columns: isChosen ? columns : nil)
    case .ocsf: OCSFWriter(entity: entity)
    }
  }
}

/// Turns rows of a list into bytes, one after the other.
protocol RowWriter: Sendable {
  /// What stands before the first row.
  func begin(_ bytes: inout [UInt8])
  func append(_ row: JSONValue, to bytes: inout [UInt8])
}

/// One JSON object a line, as <https://jsonlines.org> has it.
struct JSONLinesWriter: RowWriter {
  /// The members to write, in this order, null where a row has none; nil: the row as it is.
  let columns: [String]?

  func begin(_ bytes: inout [UInt8]) {}

  func append(_ row: JSONValue, to bytes: inout [UInt8]) {
    let shown = columns.map { JSONValue.object($0.map { JSONValue.Member($0, row[$0] ?? .null) }) } ?? row
    shown.append(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }
}

/// One OCSF event a line.
struct OCSFWriter: RowWriter {
  let entity: QueryEntity

  func begin(_ bytes: inout [UInt8]) {}

  func append(_ row: JSONValue, to bytes: inout [UInt8]) {
    let event = entity == .finding ? OCSFFinding(row).event : OCSFDevice(row).event
    event.append(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }
}
