import IsthmusCore
import TestSupport
import Testing

@testable import IsthmusServer

@Suite("CSV")
struct CSVWriterTests {
  private func written(_ rows: [JSONValue], columns: [String]) -> String {
    var bytes: [UInt8] = []
    let writer = CSVWriter(columns: columns)
    writer.begin(&bytes)
    for row in rows { writer.append(row, to: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func cell(_ value: JSONValue) -> String {
    let text = written([.object(["a": value])], columns: ["a"])
    return String(decoding: Array(text.utf8).dropFirst(3).dropLast(2), as: UTF8.self)
  }

  @Test(
    "A text that begins a formula begins with an apostrophe instead, whether it is in quotes or not",
    arguments: [
      ("=1+1", "'=1+1"), ("+49", "'+49"), ("-5", "'-5"), ("-", "'-"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
      ("\r=1", "\"'\r=1\""), ("\r\n=1", "\"'\r\n=1\""), ("=A1,B1", "\"'=A1,B1\""), ("=\"x\"", "\"'=\"\"x\"\"\""),
      ("'=1", "'=1"), (" =1", " =1"), ("a=1", "a=1"), ("a-b", "a-b"), ("", ""), ("＝1", "＝1"),
      ("=\u{301}x", "'=\u{301}x"),
    ])
  func guardsFormulas(text: String, expected: String) {
    #expect(cell(.string(text)) == expected)
    #expect(cell(.array([.string(text)])) == expected)
  }

  @Test("A header that would begin a formula is guarded as well")
  func guardsHeader() { #expect(written([], columns: ["a", "=b"]) == "a,'=b\r\n") }

  @Test("Numbers stay numbers")
  func numbers() {
    #expect(cell(.integer(-5)) == "-5" && cell(.number(-0.5)) == "-0.5" && cell(.integer(.min)) == "\(Int64.min)")
    #expect(cell(.bool(true)) == "true" && cell(.null) == "")
  }

  @Test("Lists are joined, and what a row lacks is empty")
  func listsAndGaps() {
    let row = JSONValue.object([
      "b": .array([.string("x, y"), .string("z"), .integer(3)]), "a": .integer(1), "d": .null,
    ])
    #expect(written([row], columns: ["a", "b", "c", "d"]) == "a,b,c,d\r\n1,\"x, y; z; 3\",,\r\n")
  }

  @Test("Records come back from the file as they were, but for the apostrophes", arguments: SeededGenerator.seeds(20))
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let columns = (0..<random.number(1...5)).map { "c\($0)" }
    let rows = (0..<random.number(0...8)).map { _ in columns.map { _ in random.text(6) } }
    let text = written(
      rows.map { row in .object(zip(columns, row).map { JSONValue.Member($0, .string($1)) }) }, columns: columns)
    let expected =
      [columns]
      + rows.map { row in
        row.map { text in text.utf8.first.map { Array("=+-@\t\r".utf8).contains($0) } == true ? "'\(text)" : text }
      }
    #expect(try Self.parse(Array(text.utf8)) == expected, "seed \(seed)")
  }

  /// RFC 4180 by the letter.
  private static func parse(_ bytes: [UInt8]) throws -> [[String]] {
    var records: [[String]] = []
    var cells: [String] = []
    var place = 0
    while place < bytes.count {
      var cell: [UInt8] = []
      if bytes[place] == UInt8(ascii: "\"") {
        place += 1
        while bytes[place] != UInt8(ascii: "\"") || place + 1 < bytes.count && bytes[place + 1] == UInt8(ascii: "\"") {
          if bytes[place] == UInt8(ascii: "\"") { place += 1 }
          cell.append(bytes[place])
          place += 1
        }
        place += 1
      } else {
        while ![UInt8(ascii: ","), 0x0D].contains(bytes[place]) {
          try #require(bytes[place] != UInt8(ascii: "\"") && bytes[place] != 0x0A)
          cell.append(bytes[place])
          place += 1
        }
      }
      cells.append(String(decoding: cell, as: UTF8.self))
      if bytes[place] == UInt8(ascii: ",") {
        place += 1
      } else {
        try #require(bytes[place] == 0x0D && bytes[place + 1] == 0x0A)
        place += 2
        records.append(cells)
        cells = []
      }
    }
    try #require(cells.isEmpty)
    return records
  }
}
