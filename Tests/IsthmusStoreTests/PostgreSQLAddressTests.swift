import Testing

@testable import IsthmusStore

@Suite("URLs of PostgreSQL inventories")
struct PostgreSQLAddressTests {
  @Test(
    "A URL that can't be used is refused with what is wrong in it, and nothing of it is told",
    arguments: [
      ("mysql://u:hunter2@h/d", "does not begin with postgres://"),
      ("postgres://u:hunter2@h/d?nosuch=1", "is not one of libpq's"),
      ("postgres://u:hunter2@h/d?hunter2", "NAME=VALUE"),
      ("postgres://u:hunter2@h/d?schema=A", "schema= takes"),
      ("postgres://u:hunter2@h/d?schema=pg_x", "schema= takes"),
      ("postgres://u:hunter2@h/d?schema=", "schema= takes"),
      ("postgres://u:hunter2@h/d?sslmode=full", "sslmode= takes"),
      ("postgres://u:hunter2@h:port/d", "port is no number"),
      ("postgres://u:hunter2@h:0/d", "port is no number"),
      ("postgres://u:hunter2@a:1,b:70000/d", "port is no number"),
      ("postgres://u:hunter2%zz@h/d", "write % itself as %25"),
      ("postgres://u:hunter2%00@h/d", "write % itself as %25"),
      // A password whose marks are not encoded would be taken for a server, a port or a database.
      ("postgres://u:1@hunter2@h/d", "%40 or %2F"),
      ("postgres://u:1/hunter2@h/d", "%40 or %2F"),
      ("postgres://u:hunter2/1@h/d", "%40 or %2F"),
    ])
  func unusable(url: String, reason: String) {
    let error = #expect(throws: StoreError.self) { try PostgreSQLAddress(url) }
    #expect(error?.summary.contains(reason) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("hunter2") == false, "\(error?.description ?? "")")
    #expect(error?.remedy.contains("--database") == true)
  }

  @Test(
    "It is told without what lets one in",
    arguments: [
      ("postgres://u:hunter2@h:5/d", "database d, schema isthmus, at h:5", "postgres://u@h:5/d"),
      (
        "postgresql://u:hunter2@a,b:6/d?schema=s1&sslmode=verify-full&password=hunter2",
        "database d, schema s1, at a,b:,6", "postgresql://u@a,b:6/d?sslmode=verify-full"
      ),
      ("postgres://u:1?hunter2@h/d?schema=x", "database d, schema x, at h", "postgres://u@h/d"),
      ("postgres://u:p%40hunter2@h/d", "database d, schema isthmus, at h", "postgres://u@h/d"),
      ("postgres:///d?user=u&host=%2Fsocket", "database d, schema isthmus, at /socket", nil),
      ("postgres://", "the user's database, schema isthmus, at the local server", nil),
    ])
  func isShown(url: String, description: String, shown: String?) throws {
    let address = try PostgreSQLAddress(url)
    #expect(address.description == description)
    #expect(address.shownURL == shown ?? url)
  }
}

@Suite("Ways to a PostgreSQL server")
struct PostgreSQLLinkTests {
  @Test(
    "Who could listen or stand in between follows from the way and from what was checked",
    arguments: [
      ("/run/postgresql", "", nil, "prefer", PostgreSQLLink.local),
      ("", "", nil, "prefer", .local),
      ("localhost", "127.0.0.1", "TLSv1.3", "prefer", .local),
      ("localhost", "::1", nil, "disable", .local),
      ("db", "192.0.2.1", nil, "prefer", .plain),
      ("db", "192.0.2.1", "TLSv1.3", "prefer", .unchecked(encryption: "TLSv1.3", mode: "prefer")),
      ("db", "192.0.2.1", "TLSv1.3", "require", .unchecked(encryption: "TLSv1.3", mode: "require")),
      ("db", "2001:db8::1", "TLSv1.2", "verify-ca", .checked(encryption: "TLSv1.2")),
      ("db", "192.0.2.1", "TLSv1.3", "verify-full", .checked(encryption: "TLSv1.3")),
    ] as [(String, String, String?, String, PostgreSQLLink)])
  func link(host: String, address: String, encryption: String?, mode: String, expected: PostgreSQLLink) {
    #expect(PostgreSQLLink(host: host, address: address, encryption: encryption, mode: mode) == expected)
  }
}

@Suite("Connections to PostgreSQL that are not to be had")
struct PostgreSQLConnectingErrorTests {
  private static func line(_ said: String, host: String = "db", address: String = "192.0.2.1") -> String {
    "connection to server at \"\(host)\" (\(address)), port 5432 failed: \(said)"
  }

  private static let refused = """
    \(line("Connection refused", address: "::1"))
    \tIs the server running on that host and accepting TCP/IP connections?

    """

  @Test(
    "What to do follows from what libpq and the server say, whatever their names are",
    arguments: [
      (refused, StoreError.Kind.unreachable, "Check host and port"),
      ("\(refused)\(line("SSL error: certificate verify failed"))", .notAllowed, "sslrootcert"),
      (
        """
        \(line("FATAL:  no pg_hba.conf entry for host \"192.0.2.1\", user \"u\", database \"d\", SSL encryption"))
        \(line("FATAL:  no pg_hba.conf entry for host \"192.0.2.1\", user \"u\", database \"d\", no encryption"))
        """, .notAllowed, "pg_hba.conf"
      ),
      (line("Connection timed out", host: "SSL-certificate.password"), .unreachable, "Check host and port"),
      (line("FATAL:  role \"u\" does not exist"), .notAllowed, "Make the user"),
      (line("FATAL:  remaining connection slots are reserved for superusers"), .busy, "max_connections"),
      (line("FATAL:  the database system is starting up"), .busy, "Wait"),
      (line("FATAL:  connection requires a valid client certificate"), .notAllowed, "sslcert"),
      (line("session is read-only"), .notAllowed, "primary server"),
      ("could not match 2 port numbers to 3 hosts", .notAllowed, "Correct --database"),
      ("", .unreachable, "Check host and port"),
    ])
  func remedy(message: String, kind: StoreError.Kind, remedy: String) throws {
    let error = StoreError(connecting: message, to: try PostgreSQLAddress("postgres://u:hunter2@db/d"))
    #expect(error.kind == kind && error.remedy.contains(remedy), "\(error)")
    #expect(!error.description.contains("\n") && !error.description.contains("hunter2"), "\(error)")
  }
}
