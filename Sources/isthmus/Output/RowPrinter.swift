import ArgumentParser
import Foundation
import IsthmusConfiguration
import IsthmusCore

enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case table, json, jsonl, csv

  /// Where the command line names none.
  static var standard: OutputFormat {
    EffectiveSettings.text(.output, flag: nil, environment: ProcessInfo.processInfo.environment)
      .flatMap(OutputFormat.init(rawValue:)) ?? .table
  }

  /// - Throws: An error where the variable has no format in it: ``standard`` can't say so.
  static func checkVariable() throws {
    let environment = ProcessInfo.processInfo.environment
    _ = try EffectiveSettings(
      flags: [:], environment: environment.filter { $0.key == Setting.output.variable })
  }
}

/// Prints rows, one after the other, in the chosen format.
///
/// A table's column widths come from its first rows; longer cells further on are cut.
struct RowPrinter {
  private static let rowsForWidths = 500
  private static let widestCell = 60

  private let format: OutputFormat
  private let columns: [String]
  /// For json and jsonl: whole rows unless columns were chosen.
  private let isChosen: Bool
  private var waiting: [[String]] = []
  private var widths: [Int]?
  private var printed = 0

  init(_ format: OutputFormat, columns: [String], isChosen: Bool) {
    self.format = format
    self.columns = columns
    self.isChosen = isChosen
    if format == .csv { Console.print(columns.map(Self.csvCell).joined(separator: ",")) }
    if format == .json { Console.write("[") }
  }

  mutating func print(_ row: JSONValue) {
    switch format {
    case .json:
      Console.write(printed == 0 ? "\n" : ",\n")
      Console.write(shown(row).text())
    case .jsonl: Console.print(shown(row).text())
    case .csv: Console.print(columns.map { Self.csvCell(Self.text(row[$0])) }.joined(separator: ","))
    case .table:
      let cells = columns.map { Self.text(row[$0]) }
      if widths == nil {
        waiting.append(cells)
        if waiting.count == Self.rowsForWidths { flush() }
      } else {
        printLine(cells)
      }
    }
    printed += 1
  }

  mutating func finish() {
    switch format {
    case .json: Console.print(printed == 0 ? "]" : "\n]")
    case .table: flush()
    case .jsonl, .csv: break
    }
  }

  private func shown(_ row: JSONValue) -> JSONValue {
    guard isChosen else { return row }
    return .object(columns.map { JSONValue.Member($0, row[$0] ?? .null) })
  }

  private mutating func flush() {
    guard widths == nil else { return }
    let lines = [columns] + waiting
    // The last column may be as long as it is: nothing stands after it.
    let natural = columns.indices.map { column in
      let widest = lines.map { $0[column].count }.max() ?? 0
      return column == columns.count - 1 ? widest : min(widest, Self.widestCell)
    }
    widths = Self.fit(natural, into: Console.width)
    printLine(columns)
    for cells in waiting { printLine(cells) }
    waiting = []
  }

  /// Narrows the widest columns until the line fits the terminal.
  private static func fit(_ natural: [Int], into width: Int?) -> [Int] {
    guard let width else { return natural }
    var widths = natural
    let gaps = 2 * max(widths.count - 1, 0)
    while widths.reduce(0, +) + gaps > width, let widest = widths.max(), widest > 10 {
      widths = widths.map { $0 == widest ? widest - 1 : $0 }
    }
    return widths
  }

  private func printLine(_ cells: [String]) {
    guard let widths else { return }
    var line = ""
    for (index, (cell, width)) in zip(cells, widths).enumerated() {
      let isLast = index == cells.count - 1
      let isCut = cell.count > width && (!isLast || Console.width != nil)
      let text = isCut ? "\(cell.prefix(max(width - 1, 0)))…" : cell
      line += text
      if !isLast { line += String(repeating: " ", count: width - text.count + 2) }
    }
    Console.print(line)
  }

  /// A cell for people: empty for null, lists joined, line breaks as spaces.
  static func text(_ value: JSONValue?) -> String {
    switch value {
    case nil, .null?: ""
    // Names and tags come from the tenant: a terminal must not take them for its own commands.
    case .string(let text)?: String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isControl ? " " : $0 }))
    case .array(let elements)?: elements.map { text($0) }.joined(separator: ", ")
    case .bool(let flag)?: flag ? "yes" : "no"
    case .some(let other): other.text()
    }
  }

  /// RFC 4180. A cell that a spreadsheet would take for a formula gets a quote before it.
  static func csvCell(_ text: String) -> String {
    let guarded = text.first.map { "=+-@\t\r".contains($0) } == true && Double(text) == nil ? "'\(text)" : text
    guard guarded.contains(where: { ",\"\r\n".contains($0) }) else { return guarded }
    return "\"\(guarded.replacing("\"", with: "\"\""))\""
  }
}

extension Unicode.Scalar {
  /// C0, DEL and C1.
  fileprivate var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}

/// One record as lines of name and value.
enum RecordPrinter {
  static func print(_ record: JSONValue, indentation: Int = 0) {
    guard case .object(let members) = record else { return }
    let width = members.map(\.name.count).max() ?? 0
    let space = String(repeating: " ", count: indentation)
    for member in members {
      let name = "\(space)\(member.name)\(String(repeating: " ", count: width - member.name.count))"
      switch member.value {
      case .array(let elements) where elements.contains(where: isObject):
        Console.print("\(space)\(member.name)")
        for element in elements {
          print(element, indentation: indentation + 2)
          Console.print("")
        }
      case .object: print(member, space, indentation)
      case .null: continue
      default: print(member.value, after: name, indentation: indentation + width + 2)
      }
    }
  }

  /// A value beside its name; the source's `<br>` begins a line.
  private static func print(_ value: JSONValue, after name: String, indentation: Int) {
    let text = RowPrinter.text(value).replacing("<br/>", with: "<br>")
    let lines = text.split(separator: "<br>").map { $0.trimmingPrefix(" ") }
    let rest = String(repeating: " ", count: indentation)
    for (index, line) in lines.enumerated() { Console.print("\(index == 0 ? "\(name)  " : rest)\(line)") }
  }

  private static func print(_ member: JSONValue.Member, _ space: String, _ indentation: Int) {
    Console.print("\(space)\(member.name)")
    print(member.value, indentation: indentation + 2)
  }

  private static func isObject(_ value: JSONValue) -> Bool { if case .object = value { true } else { false } }
}
