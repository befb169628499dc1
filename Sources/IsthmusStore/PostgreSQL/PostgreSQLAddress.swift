import CPostgreSQL

/// Where a PostgreSQL inventory is: libpq's URL, and the schema in its database.
package struct PostgreSQLAddress: Sendable, CustomStringConvertible {
  /// libpq's own form, with what connects: not to be shown.
  let url: String
  /// `schema=NAME` of the URL; `isthmus` without.
  package let schema: String
  /// Server, port and database, without user and password.
  package let description: String

  /// - Throws: ``StoreError`` for a text that is no such URL; it says nothing of the text, which may hold a password.
  package init(_ text: String) throws(StoreError) {
    guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else {
      throw Self.unusable("It does not begin with postgres:// or postgresql://.")
    }
    var (url, schema) = (text, "isthmus")
    if let question = text.firstIndex(of: "?") {
      var kept: [Substring] = []
      for part in text[text.index(after: question)...].split(separator: "&") {
        if part.hasPrefix("schema=") { schema = String(part.dropFirst(7)) } else { kept.append(part) }
      }
      url = "\(text[..<question])\(kept.isEmpty ? "" : "?\(kept.joined(separator: "&"))")"
    }
    guard (1...40).contains(schema.utf8.count), schema.utf8.allSatisfy(Self.isNameByte), !schema.hasPrefix("pg_") else {
      throw Self.unusable("schema= takes a name of lower-case letters, digits and _, of 40 at most.")
    }
    guard let found = Self.parts(of: url) else {
      throw Self.unusable("Its form is postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full.")
    }
    self.url = url
    self.schema = schema
    let server = found["host"] ?? found["hostaddr"] ?? "the local server"
    let database = found["dbname"].map { "database \($0)" } ?? "the user's database"
    description = "\(database), schema \(schema), at \(server)\(found["port"].map { ":\($0)" } ?? "")"
  }

  private init(url: String, schema: String, description: String) {
    (self.url, self.schema, self.description) = (url, schema, description)
  }

  /// Another schema of the same database.
  func with(schema: String) -> PostgreSQLAddress {
    PostgreSQLAddress(url: url, schema: schema, description: description)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
      || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  private static func parts(of url: String) -> [String: String]? {
    var problem: UnsafeMutablePointer<CChar>?
    defer { PQfreemem(problem) }
    guard let options = PQconninfoParse(url, &problem) else { return nil }
    defer { PQconninfoFree(options) }
    var parts: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { parts[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    return parts
  }

  private static func unusable(_ why: String) -> StoreError {
    StoreError(
      .notAllowed, "The database's URL can't be used. \(why)", remedy: "Correct --database or ISTHMUS_DATABASE.")
  }
}
