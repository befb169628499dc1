package import IsthmusCore

/// A server, and what the user may do on it.
package struct PostgreSQLServer: Sendable {
  /// As the server writes it.
  package var version: String
  package var link: PostgreSQLLink
  package var user: String
  /// Why nothing can be written; nil if it can.
  package var readOnly: String?
  /// Its clock, when it answered.
  package var clock: Timestamp
  /// Of the inventory's schema, in bytes.
  package var size: Int
  /// Settings that are off, without which a crash of the server's machine can destroy the database.
  package var unsafeSettings: [String]
  package var rights: Rights
  package var textSearch: TextSearch
  /// Connections that hold the schema's lock of use. A process holds several.
  package var sessions: Int
  /// Whether a process is alone with it, as one that changes or moves it.
  package var isHeldAlone: Bool

  /// How ids that hold a part are found; answers are the same.
  package enum TextSearch: Sendable {
    /// By indexes of the extension pg_trgm.
    case byTrigrams
    /// One by one: the database has the extension, but an index is not there.
    case withoutIndexes
    /// One by one: the database has no such extension.
    case withoutExtension
  }

  package struct Rights: Sendable {
    /// What every command needs and the user lacks.
    package var missing: [String]
    /// Somebody else whose the schema, or something in it, is; nil if all is the user's own.
    package var otherOwner: String?
    /// Whether it may make schemas, as staged runs do.
    package var makesSchemas: Bool
  }
}

extension PostgreSQLInspection {
  package func server() throws -> PostgreSQLServer {
    let facts = try rows(
      """
      SELECT current_setting('server_version'), current_user, pg_is_in_recovery(),
        (SELECT reset_val FROM pg_settings WHERE name = 'default_transaction_read_only'),
        (SELECT CAST(coalesce(sum(pg_total_relation_size(c.oid)), 0) AS bigint) FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'),
        CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)
      """, connection.address.schema)
    var readOnly: String?
    if facts.integer(0, 2) == 1 {
      readOnly = "it is a standby"
    } else if facts.text(0, 3) == "on" {
      readOnly = "default_transaction_read_only is on"
    }
    let settings = try rows(
      "SELECT name FROM pg_settings WHERE name = ANY($1) AND setting = 'off' ORDER BY 1",
      "{fsync,full_page_writes}")
    let (sessions, isHeldAlone) = try users()
    return PostgreSQLServer(
      version: facts.text(0, 0), link: connection.link, user: facts.text(0, 1), readOnly: readOnly,
      clock: Timestamp(microseconds: facts.integer(0, 5)), size: Int(facts.integer(0, 4)),
      unsafeSettings: (0..<settings.rows).map { settings.text($0, 0) }, rights: try rights(),
      textSearch: try PostgreSQLTrigrams(connection).state(), sessions: sessions, isHeldAlone: isHeldAlone)
  }

  private func rows(_ sql: String, _ value: String) throws -> PostgreSQLResult {
    var values = PostgreSQLValues()
    values.set(1, value)
    return try connection.query(sql, values)
  }

  private func users() throws -> (sessions: Int, isHeldAlone: Bool) {
    let found = try connection.query(
      """
      SELECT count(*), count(*) FILTER (WHERE mode = 'ExclusiveLock') FROM pg_locks
      WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND database = (
          SELECT oid FROM pg_database WHERE datname = current_database())
        AND (CAST(classid AS bigint) << 32 | CAST(objid AS bigint)) = \(PostgreSQLLock.use(connection.address))
      """, PostgreSQLValues())
    return (Int(found.integer(0, 0)), found.integer(0, 1) > 0)
  }

  private func rights() throws -> PostgreSQLServer.Rights {
    let schema = connection.address.schema
    // What is whose: the schema, its tables, and the sequences of their numbers.
    let found = try rows(
      """
      SELECT 'USAGE of schema ' || nspname, has_schema_privilege(oid, 'USAGE'), pg_has_role(nspowner, 'USAGE'),
        pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = $1
      UNION ALL
      SELECT p.name || ' on ' || c.relname, CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, p.name)
          ELSE has_table_privilege(c.oid, p.name) END, pg_has_role(c.relowner, 'USAGE'), pg_get_userbyid(c.relowner)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN (VALUES ('r', 'SELECT'), ('r', 'INSERT'),
        ('r', 'UPDATE'), ('r', 'DELETE'), ('S', 'SELECT'), ('S', 'UPDATE')) p (kind, name)
        ON p.kind = CAST(c.relkind AS text)
      WHERE n.nspname = $1 ORDER BY 2, 1
      """, schema)
    let all = 0..<found.rows
    let makes = try connection.query(
      "SELECT has_database_privilege(current_database(), 'CREATE')", PostgreSQLValues())
    return PostgreSQLServer.Rights(
      missing: all.filter { found.integer($0, 1) == 0 }.map { found.text($0, 0) },
      otherOwner: all.first { found.integer($0, 2) == 0 }.map { found.text($0, 3) },
      makesSchemas: makes.integer(0, 0) == 1)
  }
}
