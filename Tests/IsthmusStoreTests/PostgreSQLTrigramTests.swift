import IsthmusCore
import Testing

@testable import IsthmusStore
@testable import TestSupport

@Suite(
  "Texts by their parts in PostgreSQL",
  .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
struct PostgreSQLTrigramTests {
  private let database: TestPostgreSQL

  init() throws {
    database = try TestPostgreSQL()
    _ = try PostgreSQLStore(database.address, newSeed: 1)
  }

  private func connect() throws -> PostgreSQLConnection { try PostgreSQLConnection(database.address, settings: []) }

  private func state() throws -> PostgreSQLServer.TextSearch { try PostgreSQLTrigrams(connect()).state() }

  private func dropIndexes() throws {
    let connection = try connect()
    try connection.transaction(["BEGIN"]) {
      for index in ["source_external_asset_id", "resource_folded_id"] {
        try connection.send("DROP INDEX \(index)_trigrams")
      }
    }
  }

  @Test("The indexes are made with the schema; those that are missing, by the next process of the owner")
  func madeAnew() throws {
    #expect(try state() == .byTrigrams)
    try dropIndexes()
    #expect(try state() == .withoutIndexes)
    _ = try PostgreSQLStore(database.address, newSeed: 1)
    #expect(try state() == .byTrigrams)
  }

  @Test("An opening does not wait for another one to make them")
  func leavesThemToAnother() throws {
    try dropIndexes()
    let other = try connect()
    try PostgreSQLLock.wait(PostgreSQLLock.opening(database.address), other)
    _ = try PostgreSQLStore(database.address, newSeed: 1)
    #expect(try state() == .withoutIndexes)
    try PostgreSQLLock.release(PostgreSQLLock.opening(database.address), other)
    _ = try PostgreSQLStore(database.address, newSeed: 1)
    #expect(try state() == .byTrigrams)
  }

  @Test("A user who may not make them uses the inventory without")
  func withoutRights() async throws {
    let schema = database.address.schema
    let role = "\(schema)_user"
    let owner = try connect()
    let rights = [
      "CREATE ROLE \(role) LOGIN", "GRANT USAGE ON SCHEMA \(schema) TO \(role)",
      "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \(schema) TO \(role)",
      "GRANT ALL ON ALL SEQUENCES IN SCHEMA \(schema) TO \(role)",
    ]
    for statement in rights { _ = try owner.query(statement, PostgreSQLValues()) }
    defer {
      for statement in ["DROP OWNED BY \(role)", "DROP ROLE \(role)"] {
        _ = try? owner.query(statement, PostgreSQLValues())
      }
    }
    try dropIndexes()
    let store = try PostgreSQLStore(
      PostgreSQLAddress(database.url.replacing("isthmus@", with: "\(role)@")), newSeed: 1)
    #expect(try await store.assetRows().isEmpty)
    #expect(try state() == .withoutIndexes)
  }

  @Test("The server looks into the index")
  func plan() async throws {
    let store = try PostgreSQLStore(database.address, newSeed: 1)
    _ = try await store.write { try SampleInventory($0, connector: "A").connector }
    let connection = try connect()
    for statement in [
      """
      INSERT INTO resource (connector_id, folded_id, written_id)
      SELECT (SELECT min(id) FROM connector), 'id-' || md5(n::text), '' FROM generate_series(1, 3000) n
      """, "VACUUM ANALYZE resource", "SET enable_seqscan = off",
    ] {
      _ = try connection.query(statement, PostgreSQLValues())
    }
    for column in PostgreSQLTrigrams.Column.allCases {
      let found = try #require(PostgreSQLTrigrams.holding(["web-01"], column))
      let alias = column.rawValue.prefix(1)
      let text = found.text.replacing("?", with: "'%web-01%'")
      let plan = try connection.query(
        "EXPLAIN SELECT 1 FROM \(column.table) \(alias) WHERE \(text)", PostgreSQLValues())
      let steps = (0..<plan.rows).map { plan.text($0, 0) }
      #expect(steps.contains { $0.contains("Bitmap Index Scan on \(column.index)") }, "\(steps)")
    }
  }

  @Test("What is found is the same with and without: with each character that means something to the server")
  func sameAnswers() async throws {
    let names = [
      "web-01", "WEB-01.corp", "web_01", "web%01", "we\\b01", "weXb01", "ÄÖÜ-srv", "äöü-SRV", "İstanbul-1",
      "istanbul-1",
      "straße", "STRASSE", "日本語ホスト", "a b c", "x", "%", "\\", "_", "web-01 web-01", "ΣΑΣ", "σας",
    ]
    let store = try PostgreSQLStore(database.address, newSeed: 1)
    try await store.write { transaction in
      let inventory = try SampleInventory(transaction, connector: "A")
      let sql = try #require(transaction as? SQLTransaction)
      for (index, name) in names.enumerated() {
        let host = try inventory.host("host-\(index)", in: transaction)
        try sql.run(
          "UPDATE source SET external_asset_id = ? WHERE resource_id = ?", [.text(name), .integer(host.resource)])
      }
    }
    let patterns = [
      "*web-0*", "*b_0*", "*b%0*", "*\\b0*", "*äöü*", "*ÄÖÜ-s*", "*stanb*", "*İst*", "*straß*", "*strasse*", "*本語ホ*",
      "*b c*",
      "*x*", "*%*", "web 01", "web-01", "*corp", "web*", "*σας*", "*01 w*", "*nothing*",
    ]
    var found = 0
    for pattern in patterns {
      var answers: [[String]] = []
      for hasTrigrams in [true, false] {
        let connection = try connect()
        connection.hasTrigrams = hasTrigrams
        // So few rows would be looked through.
        try connection.send("SET enable_seqscan = off")
        try connection.send("BEGIN")
        let session = PostgreSQLSession(connection, isReading: true)
        let matcher = ValueMatcher(try #require(TextPattern(pattern, form: pattern.contains("*") ? .wildcard : .words)))
        let matching = try session.matching(SQLExpression("s.external_asset_id", of: "source s"), matcher)
        guard case .texts(let texts) = matching.values.first ?? .texts([]) else { continue }
        answers.append(texts.sorted())
        try connection.send("COMMIT")
      }
      #expect(answers.count == 2 && answers[0] == answers[1], "\(pattern): \(answers)")
      found += answers.first?.count ?? 0
    }
    #expect(found > 20)
  }
}
