extension Migration {
  /// Secrets at rest, accounts with what signs them in, the audit log.
  static let accounts = Migration(version: 3, statements: secrets + people + audit)

  private static let secrets = [
    // box: sealed by the key of that name, which is not in the database.
    """
    CREATE TABLE secret (
      owner TEXT NOT NULL, field TEXT NOT NULL, key_id TEXT NOT NULL, box BLOB NOT NULL, set_at INTEGER NOT NULL,
      set_by TEXT NOT NULL, expires_at INTEGER, PRIMARY KEY (owner, field)) STRICT, WITHOUT ROWID
    """
  ]

  private static let people = [
    // AUTOINCREMENT: the audit log names accounts and tokens by numbers that are never given again.
    """
    CREATE TABLE account (
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, folded_name TEXT NOT NULL UNIQUE,
      role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')), is_disabled INTEGER NOT NULL DEFAULT 0,
      password_hash TEXT, external_id TEXT UNIQUE, made_at INTEGER NOT NULL, password_set_at INTEGER,
      last_sign_in INTEGER) STRICT
    """,
    // digest: of the text that the browser or program sends, which is kept nowhere.
    """
    CREATE TABLE session (
      digest BLOB PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account, started_at INTEGER NOT NULL,
      last_used INTEGER NOT NULL, ends_at INTEGER NOT NULL, address TEXT) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX session_by_account ON session (account_id)",
    """
    CREATE TABLE api_token (
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, digest BLOB NOT NULL UNIQUE,
      role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')), account_id INTEGER REFERENCES account,
      made_by TEXT NOT NULL, made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, last_used INTEGER) STRICT
    """,
    "CREATE INDEX api_token_by_account ON api_token (account_id)",
    """
    CREATE TABLE sign_in_attempt (
      key BLOB PRIMARY KEY, failures INTEGER NOT NULL, last_failure INTEGER, last_success INTEGER,
      changed_at INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX sign_in_attempt_by_change ON sign_in_attempt (changed_at)",
    """
    CREATE TABLE one_time_link (
      digest BLOB PRIMARY KEY, purpose TEXT NOT NULL, made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL)
    STRICT, WITHOUT ROWID
    """,
  ]

  private static let audit = [
    """
    CREATE TABLE audit (
      id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor_kind TEXT NOT NULL, actor TEXT NOT NULL,
      account_id INTEGER, token_id INTEGER, address TEXT, action TEXT NOT NULL, subject TEXT NOT NULL,
      before TEXT, after TEXT) STRICT
    """,
    "CREATE INDEX audit_by_subject ON audit (subject, id)",
    "CREATE INDEX audit_by_actor ON audit (actor, id)",
    // Nothing in the program changes the past; this keeps a defect from doing it.
    """
    CREATE TRIGGER audit_is_kept BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit entries stay'); END
    """,
  ]
}
