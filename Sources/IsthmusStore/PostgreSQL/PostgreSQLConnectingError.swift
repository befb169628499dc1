extension StoreError {
  /// What libpq says where there was no connection to be had.
  ///
  /// - Parameter message: A line for each server and address that was tried, and lines that explain them.
  init(connecting message: String, to address: PostgreSQLAddress) {
    let lines = message.split(separator: "\n").map(String.init)
    // A name may have several addresses, of which one tells more than that nobody listens there.
    let told = lines.lazy.compactMap { line in ConnectingCause.of(line).map { (line, $0) } }.first
    let cause = told?.1 ?? .none
    self.init(
      cause.kind, "There is no connection to \(address): \(told?.0 ?? lines.first ?? "").", remedy: cause.remedy)
  }
}

/// Why there is no connection. The words are libpq's and the server's: neither gives a code.
private struct ConnectingCause {
  /// One of them is in the message.
  var words: [String]
  var kind: StoreError.Kind
  var remedy: String

  /// - Parameter line: One of libpq's message. What it says of the server's name is not looked at.
  static func of(_ line: String) -> ConnectingCause? {
    let said = line.firstRange(of: " failed: ").map { line[$0.upperBound...] } ?? line[...]
    return all.first { cause in cause.words.contains(where: said.contains) }
  }

  static let none = ConnectingCause(
    words: [], kind: .unreachable, remedy: "Check host and port of --database, and that the server runs.")

  /// The first one counts.
  private static let all = refusals + client

  /// By the server.
  private static let refusals = [
    ConnectingCause(
      words: ["no pg_hba.conf entry", "pg_hba.conf rejects"], kind: .notAllowed,
      remedy: "Allow this user, database and address in the server's pg_hba.conf, or correct --database."),
    ConnectingCause(
      words: ["valid client certificate"], kind: .notAllowed,
      remedy: "Name the user's certificate and key in --database, with sslcert and sslkey."),
    ConnectingCause(
      words: ["password authentication failed", "no password supplied", "authentication failed for user"],
      kind: .notAllowed,
      remedy: "Check the user in --database, and its password there or in the file that PGPASSFILE names."),
    ConnectingCause(
      words: ["permission denied for database"], kind: .notAllowed,
      remedy: "Grant the user CONNECT on the database, or correct --database."),
    ConnectingCause(
      words: ["is not permitted to log in"], kind: .notAllowed,
      remedy: "Give the user the right to log in (ALTER ROLE … LOGIN), or correct --database."),
    ConnectingCause(
      words: ["FATAL:  role \""], kind: .notAllowed,
      remedy: "Make the user on the server, or correct its name in --database."),
    ConnectingCause(
      words: ["too many", "remaining connection slots"], kind: .busy,
      remedy: "Wait and try again, or raise max_connections of the server, or the limit of the database or user."),
    ConnectingCause(
      words: ["starting up", "shutting down", "in recovery mode", "not yet accepting"], kind: .busy,
      remedy: "Wait and try again."),
    ConnectingCause(
      words: ["FATAL:  database \""], kind: .notAllowed,
      remedy: "Make the database (createdb), or correct its name in --database."),
    ConnectingCause(
      words: ["session is read-only", "session is not read-only", "hot standby mode"], kind: .notAllowed,
      remedy: "Name the primary server in --database, with target_session_attrs=read-write if there are several."),
    // A server may say it in another language.
    ConnectingCause(
      words: ["FATAL:"], kind: .notAllowed,
      remedy: "The server answers, and refuses: do what it says, or correct --database."),
  ]

  /// By libpq, of what it was told or of what answered.
  private static let client = [
    ConnectingCause(
      words: ["invalid response to SSL negotiation", "expected authentication request from server"],
      kind: .notAllowed, remedy: "What answers is no PostgreSQL server: check host and port of --database."),
    ConnectingCause(
      words: ["does not support SSL"], kind: .notAllowed,
      remedy: "Set the server up for TLS (ssl = on); or leave sslmode out where nobody can listen on the way."),
    ConnectingCause(
      words: ["does not match host name"], kind: .notAllowed,
      remedy: "Name the server in --database by a name in its certificate, or give it one for this name."),
    ConnectingCause(
      words: ["certificate verify failed", "root certificate"], kind: .notAllowed,
      remedy: "Name the file with the certificate of the server's authority in --database, with sslrootcert."),
    ConnectingCause(
      words: ["SSL", "certificate", "private key"], kind: .notAllowed,
      remedy: "Correct the parameters of TLS in --database (sslmode, sslrootcert, sslcert, sslkey)."),
    ConnectingCause(
      words: ["invalid ", "could not match", "weak sslmode"], kind: .notAllowed, remedy: "Correct --database."),
  ]
}
