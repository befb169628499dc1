import CPostgreSQL

/// Where a PostgreSQL inventory is: libpq's URL, and the schema in its database.
package struct PostgreSQLAddress: Sendable, CustomStringConvertible {
  /// libpq's own form, with what connects: not to be shown.
  let url: String
  /// `schema=NAME` of the URL; `isthmus` without.
  package let schema: String
  /// Server, port and database, without user and password.
  package let description: String
  /// For PostgreSQL's own programs: the URL without passwords and without our parameter.
  package let shownURL: String

  /// - Throws: ``StoreError`` for a text that is no such URL; it says nothing of the text, which may hold a password.
  package init(_ text: String) throws(StoreError) {
    var parts = try Parts(text)
    var schema = "isthmus"
    parts.parameters.removeAll { part in
      guard part.hasPrefix("schema=") else { return false }
      schema = String(part.dropFirst(7))
      return true
    }
    guard (1...40).contains(schema.utf8.count), schema.utf8.allSatisfy(Self.isNameByte), !schema.hasPrefix("pg_") else {
      throw Self.unusable("schema= takes a name of lower-case letters, digits and _, of 40 at most.")
    }
    url = parts.text
    self.schema = schema
    let found = try Self.options(of: url)
    try Self.check(found)
    let server = found["host"] ?? found["hostaddr"] ?? "the local server"
    let database = found["dbname"].map { "database \($0)" } ?? "the user's database"
    description = "\(database), schema \(schema), at \(server)\(found["port"].map { ":\($0)" } ?? "")"
    shownURL = parts.withoutPasswords.text
  }

  private init(_ other: PostgreSQLAddress, schema: String) {
    (url, description, shownURL) = (other.url, other.description, other.shownURL)
    self.schema = schema
  }

  /// Another schema of the same database.
  func with(schema: String) -> PostgreSQLAddress { PostgreSQLAddress(self, schema: schema) }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
      || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  fileprivate static func unusable(_ why: String) -> StoreError {
    StoreError(
      .notAllowed, "The database's URL can't be used. \(why)", remedy: "Correct --database or ISTHMUS_DATABASE.")
  }
}

// MARK: - What libpq reads in it

extension PostgreSQLAddress {
  private static func options(of url: String) throws(StoreError) -> [String: String] {
    var problem: UnsafeMutablePointer<CChar>?
    defer { PQfreemem(problem) }
    guard let options = PQconninfoParse(url, &problem) else {
      throw unusable(reason(problem.map { String(cString: $0) } ?? ""))
    }
    defer { PQconninfoFree(options) }
    var found: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { found[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    return found
  }

  /// libpq quotes the text; so its problem is said again, without that.
  private static func reason(_ problem: String) -> String {
    if problem.hasPrefix("invalid URI query parameter") { return "A parameter behind the ? is not one of libpq's." }
    if problem.contains("key/value separator") { return "A parameter behind the ? is not in the form NAME=VALUE." }
    if problem.contains("percent-encoded") || problem.contains("%00") {
      return "A % must begin a percent-encoded character: write % itself as %25."
    }
    return "Its form is postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full."
  }

  /// libpq looks at these only when it connects.
  private static func check(_ options: [String: String]) throws(StoreError) {
    let ports = (options["port"] ?? "").split(separator: ",")
    guard ports.allSatisfy({ port in Int(port).map { (1...65535).contains($0) } ?? false }) else {
      throw unusable("Its port is no number from 1 to 65535.")
    }
    let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
    if let mode = options["sslmode"], !modes.contains(mode) {
      throw unusable("sslmode= takes \(modes.joined(separator: ", ")).")
    }
  }
}

/// The URL's text, cut where libpq cuts it.
private struct Parts {
  var scheme: Substring
  /// `USER:PASSWORD`, if there is any.
  var user: Substring?
  /// Servers and database.
  var place: Substring
  var parameters: [Substring] = []

  init(_ text: String) throws(StoreError) {
    guard let scheme = ["postgres://", "postgresql://"].first(where: text.hasPrefix) else {
      throw PostgreSQLAddress.unusable("It does not begin with postgres:// or postgresql://.")
    }
    self.scheme = text.prefix(scheme.count)
    var rest = text.dropFirst(scheme.count)
    if let end = rest.firstIndex(where: { $0 == "@" || $0 == "/" }), rest[end] == "@" {
      user = rest[..<end]
      rest = rest[rest.index(after: end)...]
    }
    let question = rest.firstIndex(of: "?") ?? rest.endIndex
    place = rest[..<question]
    // Else a part of a password would be taken for a server or a database, which are shown.
    guard !place.contains("@") else {
      throw PostgreSQLAddress.unusable("A @ or / in a user's name, password or database is written as %40 or %2F.")
    }
    if question < rest.endIndex { parameters = rest[rest.index(after: question)...].split(separator: "&") }
  }

  var text: String {
    let query = parameters.isEmpty ? "" : "?\(parameters.joined(separator: "&"))"
    return "\(scheme)\(user.map { "\($0)@" } ?? "")\(place)\(query)"
  }

  var withoutPasswords: Parts {
    var other = self
    other.user = user.map { $0.prefix { $0 != ":" } }
    other.parameters.removeAll { $0.hasPrefix("password=") || $0.hasPrefix("sslpassword=") }
    return other
  }
}
