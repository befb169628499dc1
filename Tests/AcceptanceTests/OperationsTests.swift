import Foundation
import IsthmusCore
import Testing

@Suite("Backups and the doctor")
struct OperationsTests {
  /// An inventory with an account and a secret.
  private func makeProgram() throws -> Program {
    let program = try Program(inFile: true)
    try program.write("password", "correct horse battery")
    try program.write("secret", "an invented secret")
    let made = try program.shell(
      """
      unset ISTHMUS_CONFIG
      "$ISTHMUS" user add alice --role admin < "\(program.path("password"))" &&
      "$ISTHMUS" secret set Contoso clientSecret < "\(program.path("secret"))"
      """)
    #expect(made.status == 0, "\(made.errors)")
    return program
  }

  private func names(_ program: Program) throws -> [String?] {
    try JSONValue(parsing: program.run("user", "list", "--output", "json").output).array?.map { $0["name"]?.string }
      ?? []
  }

  @Test("A backup of a running server's inventory is put in place after the server was killed, with its secrets")
  func restores() throws {
    var program = try makeProgram()
    defer { program.remove() }
    program.environment["ISTHMUS_CONFIG"] = ""
    let server = try program.start(["serve", "--port", "0"])
    #expect(server.firstLine().contains("answers at"))
    let made = try program.run("backup", program.path("copy.sqlite"), "--output", "json")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.errors.contains("secret.key apart from it"))
    let facts = try JSONValue(parsing: made.output)
    #expect(facts["accounts"] == .integer(1) && facts["secrets"] == .integer(1) && facts["holdsKey"] == .bool(false))
    let told = try program.shell(
      "cd '\(program.path(""))' && sha256sum < copy.sqlite && stat -c '%a %s' copy.sqlite && ls")
    let digest = facts["sha256"]?.string ?? "none"
    #expect(told.output.hasPrefix("\(digest)  -\n600 \(facts["bytes"]?.text() ?? "")\n"))
    #expect(!told.output.contains(".part"))
    // What comes after it, and a write-ahead log that is left behind.
    #expect(
      try program.shell("\"$ISTHMUS\" user add bob --role viewer < '\(program.path("password"))'").status == 0)
    server.kill(SIGKILL)
    _ = server.wait()
    #expect(try program.shell("test -e \"$ISTHMUS_DATA/isthmus.sqlite-wal\"").status == 0)
    let restored = try program.shell(
      """
      cd "$ISTHMUS_DATA" && rm -f isthmus.sqlite-wal isthmus.sqlite-shm &&
      cp '\(program.path("copy.sqlite"))' isthmus.sqlite
      """)
    #expect(restored.status == 0, "\(restored.errors)")
    #expect(try names(program) == ["alice"])
    let checks = try program.doctor("--full", status: 0)
    #expect(checks["key to the secrets"]?["detail"]?.string?.contains("opens the secret") == true)
  }

  @Test("A backup takes no file's place, and leaves nothing where it fails")
  func replacesNothing() throws {
    let program = try makeProgram()
    defer { program.remove() }
    try program.write("there", "as it was")
    let refused = try program.run("backup", program.path("there"))
    #expect(refused.status == 2 && refused.errors.contains("is there already"), "\(refused.errors)")
    #expect(try String(contentsOfFile: program.path("there"), encoding: .utf8) == "as it was")
    let spoilt = try program.shell(
      """
      python3 -c "
      import os
      f = open(os.environ['ISTHMUS_DATA'] + '/isthmus.sqlite', 'r+b')
      f.seek(8192); f.write(b'x' * 40960)"
      "$ISTHMUS" backup '\(program.path("copy"))'; echo $?; ls '\(program.path(""))'
      """)
    #expect(spoilt.output.hasPrefix("1\n"), "\(spoilt.output)")
    #expect(!spoilt.output.contains("copy"), "\(spoilt.output)")
    #expect(spoilt.errors.contains("damaged") || spoilt.errors.contains("not whole"), "\(spoilt.errors)")
  }

  @Test("The doctor changes nothing in an inventory that is in order")
  func changesNothing() throws {
    var program = try makeProgram()
    defer { program.remove() }
    program.environment["ISTHMUS_CONFIG"] = ""
    let sum = "cd \"$ISTHMUS_DATA\" && sha256sum isthmus.sqlite secret.key"
    let before = try program.shell(sum).output
    let checks = try program.doctor(status: 0)
    #expect(checks.values.allSatisfy { $0["result"]?.string == "ok" }, "\(checks)")
    #expect(try program.shell(sum).output == before)
  }

  struct Illness: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// What is done to the inventory before.
    var script: String
    var check: String
    var result = "failed"
    var says: String
  }

  private static func database(_ statement: String) -> String {
    """
    python3 -c "
    import os, sqlite3
    d = sqlite3.connect(os.environ['ISTHMUS_DATA'] + '/isthmus.sqlite')
    d.execute('''\(statement)'''); d.commit()"
    """
  }

  static let illnesses = [
    Illness(
      testDescription: "a database that others may read", script: "chmod 644 \"$ISTHMUS_DATA/isthmus.sqlite\"",
      check: "data folder", says: "mode 0644"),
    Illness(
      testDescription: "a key that is another one",
      script: "head -c 32 /dev/urandom | base64 > \"$ISTHMUS_DATA/secret.key\"", check: "key to the secrets",
      says: "clientSecret of connector:Contoso"),
    Illness(
      testDescription: "no key", script: "rm \"$ISTHMUS_DATA/secret.key\"", check: "key to the secrets",
      says: "the key to them is not there"),
    Illness(
      testDescription: "a secret that has ended", script: database("UPDATE secret SET expires_at = 1"),
      check: "ends of secrets", says: "1970-01-01"),
    Illness(
      testDescription: "a newer schema", script: database("PRAGMA user_version = 999"), check: "schema version",
      says: "999"),
    Illness(
      testDescription: "an older schema", script: database("PRAGMA user_version = 3"), check: "schema version",
      result: "warning", says: "The database has 3"),
    Illness(
      testDescription: "a file that is no database",
      script: "head -c 9000 /dev/zero | tr '\\0' x > \"$ISTHMUS_DATA/isthmus.sqlite\"", check: "database",
      says: "no Isthmus database"),
    Illness(
      testDescription: "times in the future",
      script: database(
        "INSERT INTO audit (at, actor_kind, actor, action, subject) VALUES (9000000000000000, 'system', 'x', 'x', 'x')"),
      check: "clock", says: "2255-"),
    Illness(
      testDescription: "a connector's variable that is not set",
      script: database(
        """
        INSERT INTO configuration VALUES ('connector', 'C', '{"name":"C","kind":"defender-for-cloud","connection":\
        {"tenantId":"00000000-0000-0000-0000-000000000001","clientId":"00000000-0000-0000-0000-000000000002",\
        "clientSecret":{"env":"ISTHMUS_TEST_NOT_SET"},"subscriptions":"all"}}', 0, 1)
        """.replacing("\"", with: "\\\"")), check: "connector C", says: "ISTHMUS_TEST_NOT_SET is not set"),
    Illness(
      testDescription: "a run that stands still",
      script: """
        \(database("INSERT INTO connector (id, name, kind, product_name) VALUES (7, 'C', 'k', 'p')"))
        \(database(
          """
          INSERT INTO run (connector_id, profile, stage, started_at, updated_at, map, map_version, score_map, counters,
          checkpoint) VALUES (7, 'p', 'hosts', 1, 1, 'm', 1, 'd', '{}', '{}')
          """))
        """, check: "runs", result: "warning", says: "R1 of C has no end"),
  ]

  @Test("The doctor names what is wrong and what to do", arguments: illnesses)
  func finds(_ illness: Illness) throws {
    var program = try makeProgram()
    defer { program.remove() }
    program.environment["ISTHMUS_CONFIG"] = ""
    let prepared = try program.shell(illness.script)
    #expect(prepared.status == 0, "\(prepared.errors)")
    let check = try program.doctor(status: illness.result == "failed" ? 1 : 0)[illness.check]
    #expect(check?["result"]?.string == illness.result)
    #expect(check?["detail"]?.string?.contains(illness.says) == true, "\(check?.text() ?? "no such check")")
    #expect((check?["remedy"]?.string?.isEmpty == false) == (illness.result != "ok"))
  }

  @Test("The doctor tries each connector on its source, if asked to")
  func triesConnections() throws {
    var program = try makeProgram()
    defer { program.remove() }
    let tenant = try SimulatedTenant(program, "--hosts", "5", "--findings-per-host", "3")
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    try program.write("isthmus.yaml", tenant.configuration())
    let good = try program.doctor("--connections", status: 0)["connector Contoso"]
    #expect(good?["detail"]?.string?.contains("All 5 steps") == true, "\(good?.text() ?? "")")
    program.environment["ISTHMUS_CLIENT_SECRET"] = "another secret"
    let bad = try program.doctor("--connections", status: 1)["connector Contoso"]
    #expect(bad?["remedy"]?.string?.isEmpty == false, "\(bad?.text() ?? "")")
  }
}
