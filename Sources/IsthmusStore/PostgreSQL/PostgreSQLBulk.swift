/// Rows of one insertion that go to the server some at a time: a statement for each would cost it more than the rows.
///
/// They are only gathered where nothing rests on them before they are sent; see ``PostgreSQLSession/send(before:)``.
final class PostgreSQLBulk {
  /// An insertion's text, for any number of rows.
  struct Text {
    let table: String
    private let beginning: String
    /// Of one row, in parentheses.
    private let row: String
    private let parameters: Int

    /// Tables that get most rows, and that only tables refer to which are written by statements of other forms.
    private static let tables: Set<String> = ["finding", "finding_event"]

    /// - Returns: nil for a statement that is no insertion of values into one of ``tables``.
    init?(_ text: String, parameters: Int) {
      let words = text.split(whereSeparator: { $0 == " " || $0 == "\n" }).prefix(3)
      guard words.count == 3, words[0] == "INSERT", words[1] == "INTO", Self.tables.contains(String(words[2])),
        let values = text.firstRange(of: "VALUES ("), text.hasSuffix(")")
      else { return nil }
      table = String(words[2])
      beginning = String(text[..<values.lowerBound]) + "VALUES "
      row = String(text[text.index(before: values.upperBound)...])
      self.parameters = parameters
    }

    func text(rows: Int) -> String {
      let pieces = row.split(separator: "$", omittingEmptySubsequences: false)
      let all = (0..<rows).map { number in
        pieces.dropFirst().reduce(into: String(pieces[0])) { text, piece in
          let digits = piece.prefix { $0.isNumber }
          text += "$\((Int(digits) ?? 0) + number * parameters)\(piece.dropFirst(digits.count))"
        }
      }
      return beginning + all.joined(separator: ", ")
    }
  }

  /// So many rows are sent together, from the most; few different statements are prepared so.
  private static let lengths = [most, 16, 4, 1]
  static let most = 64

  let known: PostgreSQLStatements.Known
  let text: Text
  private(set) var rows = 0
  private var values = PostgreSQLValues()

  init(_ known: PostgreSQLStatements.Known, _ text: Text) {
    self.known = known
    self.text = text
  }

  func add(_ row: borrowing PostgreSQLValues) {
    values.append(row)
    rows += 1
  }

  /// Sends all of them.
  func send(_ connection: PostgreSQLConnection) throws {
    var sent = 0
    for length in Self.lengths {
      while rows - sent >= length {
        let part = (sent * known.parameters)..<((sent + length) * known.parameters)
        try connection.send(prepared: known.name(rows: length, text, connection), values, part)
        sent += length
      }
    }
    rows = 0
    values.removeRows()
  }
}

extension PostgreSQLStatements.Known {
  /// Of the insertion of so many rows on the server.
  fileprivate func name(rows: Int, _ text: PostgreSQLBulk.Text, _ connection: PostgreSQLConnection) throws -> String {
    if let name = names[rows] { return name }
    let name = connection.statements.makeName()
    try connection.prepare(name, text.text(rows: rows))
    names[rows] = name
    return name
  }
}
