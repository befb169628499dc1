/// A statement of the store in PostgreSQL's words. The store's SQL is written for SQLite; what PostgreSQL says in other
/// words is few, and stands here and in ``PostgreSQLFunctions``:
///
/// - `?` and `?2` become `$1` and `$2`, and `IN (SELECT value FROM json_each(?))` becomes `= ANY($1)`;
/// - hints for SQLite's planner (`INDEXED BY`, `CROSS JOIN … ON`, a plus before a value) are left out;
/// - functions of other names: see ``names``;
/// - `LIMIT -1` is `LIMIT ALL`.
struct PostgreSQLText {
  private(set) var text = ""
  /// How many values it takes.
  private(set) var parameters = 0

  private static let names = [
    "IFNULL": "coalesce", "GROUP_CONCAT": "string_agg", "CHAR": "chr", "JSON_ARRAY": "json_list",
  ]
  /// What may stand before a plus that adds nothing.
  private static let beforeValues: Set = ["(", ",", "WHERE", "AND", "OR", "NOT", "BY", "SELECT", "ON", "WHEN", "THEN"]
  /// What ends the tables that `CROSS JOIN` joins.
  private static let afterTables: Set = [
    "JOIN", "CROSS", "LEFT", "WHERE", "ORDER", "GROUP", "LIMIT", "UNION", ")",
  ]

  private let tokens: [SQLTokens.Token]
  private var position = 0

  init(_ sql: String) {
    tokens = SQLTokens(sql).tokens
    while position < tokens.count { translate() }
  }

  /// The same for an `INSERT INTO table (…) VALUES (…)` of a row with a number, which is its last value.
  ///
  /// - Parameter table: Its name.
  init?(insertion sql: String, table: inout String) {
    self.init(sql)
    let words = SQLTokens(sql).tokens
    guard words.count > 4, words[0].says("INSERT"), words[1].says("INTO"), words[3].says("("),
      let columns = text.firstIndex(of: "("), let values = text.firstRange(of: "VALUES (")
    else { return nil }
    table = words[2].text
    parameters += 1
    text.replaceSubrange(values, with: "VALUES ($\(parameters), ")
    text.replaceSubrange(columns...columns, with: "(id, ")
  }

  private mutating func translate() {
    let token = tokens[position]
    let next = position + 1 < tokens.count ? tokens[position + 1] : nil
    if token.kind == .parameter { return put(token.blanks, parameter(token), taking: 1) }
    if let list = list() { return list }
    if token.says("INDEXED"), next?.says("BY") == true { return skip(3) }
    if token.says("NOT"), next?.says("INDEXED") == true { return skip(2) }
    if token.says("CROSS"), hasCondition() { return skip(1) }
    if token.says("LIMIT"), next?.says("-") == true { return put(token.blanks, "LIMIT ALL", taking: 3) }
    if token.says("+"), position == 0 || Self.beforeValues.contains(where: tokens[position - 1].says) {
      return put(token.blanks, "", taking: 1)
    }
    if next?.says("(") == true, let name = Self.names[token.text.uppercased()] {
      return put(token.blanks, name, taking: 1)
    }
    put(token.blanks, token.text, taking: 1)
  }

  private mutating func skip(_ count: Int) { position += count }

  private mutating func put(_ blanks: String, _ text: String, taking count: Int) {
    self.text += blanks
    self.text += text
    position += count
  }

  private mutating func parameter(_ token: SQLTokens.Token) -> String {
    let number = Int(token.text.dropFirst()) ?? parameters + 1
    parameters = max(parameters, number)
    return "$\(number)"
  }

  private func stands(_ words: [String], at place: Int) -> Bool {
    place + words.count <= tokens.count && words.indices.allSatisfy { tokens[place + $0].says(words[$0]) }
  }

  /// A bound list; nil if none stands here.
  private mutating func list() -> Void? {
    let inList = ["IN", "(", "SELECT", "VALUE", "FROM", "JSON_EACH", "("]
    if stands(inList, at: position), position + inList.count < tokens.count,
      tokens[position + inList.count].kind == .parameter
    {
      let list = parameter(tokens[position + inList.count])
      return put(tokens[position].blanks, "= ANY(\(list))", taking: inList.count + 3)
    }
    guard stands(["JSON_EACH", "("], at: position), position + 4 < tokens.count,
      tokens[position + 2].kind == .parameter
    else { return nil }
    let (list, name) = (parameter(tokens[position + 2]), tokens[position + 4].text)
    return put(tokens[position].blanks, "unnest(CAST(\(list) AS text[])) AS \(name)(value)", taking: 5)
  }

  /// Whether the `CROSS JOIN` that stands here has an ON, which SQLite allows.
  private func hasCondition() -> Bool {
    var depth = 0
    for token in tokens[min(position + 2, tokens.count)...] {
      if depth == 0, token.says("ON") { return true }
      if depth == 0, Self.afterTables.contains(where: token.says) { return false }
      if token.says("(") { depth += 1 }
      if token.says(")") { depth -= 1 }
    }
    return false
  }
}
