import IsthmusCore
import TestSupport
import Testing

@testable import IsthmusStore

@Suite("Rows that PostgreSQL gets together")
struct PostgreSQLBulkTests {
  @Test("An insertion is said for any number of rows")
  func text() throws {
    let sql = "INSERT INTO finding_event (a, b, c) VALUES ($1, nullif($2, ''), $3)"
    let text = try #require(PostgreSQLBulk.Text(sql, parameters: 3))
    #expect(text.table == "finding_event" && text.text(rows: 1) == sql)
    #expect(text.text(rows: 3) == "\(sql), ($4, nullif($5, ''), $6), ($7, nullif($8, ''), $9)")
  }

  @Test(
    "Other statements are sent as they come",
    arguments: [
      "INSERT INTO asset (a) VALUES ($1)", "INSERT INTO finding (a) SELECT $1", "UPDATE finding SET a = $1",
      "INSERT INTO finding (a) VALUES ($1) ON CONFLICT DO NOTHING", "SELECT a FROM finding",
    ])
  func others(sql: String) { #expect(PostgreSQLBulk.Text(sql, parameters: 1) == nil) }

  @Test(
    "Whoever looks sees all rows, however many were given before",
    .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
  func seen() async throws {
    let database = try TestPostgreSQL()
    let store = try PostgreSQLStore(database.address, newSeed: 1)
    _ = try await store.write { try RandomInventory(seed: 3, $0) }
    let (before, events) = try await store.write { transaction in
      let known = try transaction.findings(resource: 1)
      var finding = try #require(known.first)
      var events = 0
      for number in 1...200 {
        finding.externalID = "more-\(number)"
        let id = try transaction.insertFinding(finding, resource: 1, scope: nil, ingested: RandomInventory.now)
        if number.isMultiple(of: 2) {
          try transaction.insertEvent(
            id, run: nil, at: RandomInventory.now, turn: "opened", cause: nil, until: nil, by: nil)
          events += 1
        }
        if [1, 2, 63, 64, 65, 129, 200].contains(number) {
          #expect(try transaction.findings(resource: 1).count == known.count + number)
        }
      }
      return (known.count, events)
    }
    #expect(try await store.write { try $0.findings(resource: 1).count } == before + 200)
    let connection = try PostgreSQLConnection(database.address, settings: [])
    let told = try connection.query(
      """
      SELECT count(*) FROM finding_event e JOIN finding f ON f.id = e.finding_id WHERE f.external_id LIKE 'more-%'
      """, PostgreSQLValues())
    #expect(told.integer(0, 0) == Int64(events))
  }
}
