import IsthmusCore
import Testing

@testable import IsthmusStore
@testable import TestSupport

@Suite(
  "Looks into an inventory in PostgreSQL",
  .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
struct PostgreSQLInspectionTests {
  private let database: TestPostgreSQL
  private let store: PostgreSQLStore

  init() async throws {
    database = try TestPostgreSQL()
    store = try PostgreSQLStore(database.address, newSeed: 1)
    try await store.write { transaction in
      _ = try RandomInventory(seed: 3, transaction)
      _ = try SampleInventory(transaction, connector: "Sample")
    }
  }

  private func change(_ statements: [String]) throws {
    let connection = try PostgreSQLConnection(database.address, settings: [])
    for statement in statements { _ = try connection.query(statement, PostgreSQLValues()) }
  }

  private func damage(_ depth: InspectionDepth) throws -> [String] {
    try PostgreSQLInspection(database.address).damage(depth)
  }

  @Test("Of one that is in order nothing is told, and it can be read beside processes that write")
  func isInOrder() async throws {
    #expect(try damage(.quick).isEmpty)
    #expect(try damage(.wholeWithReferences).isEmpty)
    let inspection = try PostgreSQLInspection(database.address)
    #expect(try inspection.knownVersion() == SQLiteStore.schemaVersion)
    let (open, last) = try inspection.read { (try $0.openRuns(), try $0.lastMoment()) }
    #expect(try await store.read { try $0.openRuns() } == open)
    #expect(try await store.read { try $0.lastMoment() } == last)
    #expect(last != nil && open.contains { $0.connector == "Sample" && $0.updatedAt == last }, "\(open)")
    let error = #expect(throws: StoreError.self) {
      try inspection.connection.query("DELETE FROM tag", PostgreSQLValues())
    }
    #expect(error?.summary.contains("25006") == true, "\(error?.description ?? "")")
  }

  @Test(
    "What a restore that failed leaves out is told",
    arguments: [
      ("DROP INDEX run_by_connector", "index run_by_connector is not there"),
      ("DROP TABLE kept_part", "table kept_part is not there"),
      ("ALTER TABLE tag DROP COLUMN query CASCADE", "table tag has no column query"),
      ("ALTER TABLE audit DROP CONSTRAINT audit_pkey", "table audit has no primary key"),
      (
        "ALTER TABLE run DROP CONSTRAINT run_connector_id_fkey",
        "the reference run.connector_id → connector is not in force"
      ),
      ("ALTER TABLE finding DISABLE TRIGGER ALL", "triggers of table finding are switched off"),
    ])
  func lacks(statement: String, expected: String) throws {
    try change([statement])
    #expect(try damage(.quick) == [expected])
  }

  @Test("Rows that refer to nothing, numbers of another row and kept numbers that are wrong are told")
  func isWrong() throws {
    try change([
      "SET session_replication_role = replica", "DELETE FROM connector",
      "SELECT setval('finding_id_seq', 1)", "UPDATE control_count SET findings = findings + 1",
    ])
    #expect(try damage(.quick).isEmpty)
    let damage = try damage(.wholeWithReferences)
    #expect(damage.contains { $0.hasSuffix("name rows of connector that are not there") }, "\(damage)")
    #expect(damage.contains("the next number of finding is one that a row has"), "\(damage)")
    #expect(damage.contains { $0.contains("control_count") }, "\(damage)")
  }

  @Test("The server tells who uses the inventory, what the user may do, and whose leases hold")
  func server() async throws {
    let inspection = try PostgreSQLInspection(database.address)
    let server = try inspection.server()
    #expect(server.version.first?.isNumber == true && server.link == .local && server.readOnly == nil)
    #expect(server.rights.missing.isEmpty && server.rights.otherOwner == nil && server.rights.makesSchemas)
    #expect(server.size > 0 && server.sessions >= 1 && !server.isHeldAlone)
    #expect(server.unsafeSettings.allSatisfy { ["fsync", "full_page_writes"].contains($0) })

    let connector = try await store.write { try SampleInventory($0, connector: "Leased").connector }
    #expect(try inspection.leases().isEmpty)
    let lock = try #require(try store.lock(connector))
    let held = try inspection.leases()
    #expect(held.map(\.connector) == ["Leased"] && held.allSatisfy(\.isHeld), "\(held)")
    try PostgreSQLStore.endLeases(database.address)
    let lost = try inspection.leases()
    #expect(lost.map(\.holder) == held.map(\.holder) && !lost.contains(where: \.isHeld), "\(lost)")
    lock.release()
    #expect(try inspection.leases().isEmpty)
  }

  @Test("One that another user made is told with what is lacking")
  func lacksRights() throws {
    let role = "\(database.address.schema)_reader"
    try change(["CREATE ROLE \(role)", "GRANT USAGE ON SCHEMA \(database.address.schema) TO \(role)"])
    defer { try? change(["DROP OWNED BY \(role)", "DROP ROLE \(role)"]) }
    let inspection = try PostgreSQLInspection(database.address)
    let owner = try inspection.server().user
    _ = try inspection.connection.query("SET ROLE \(role)", PostgreSQLValues())
    let server = try inspection.server()
    #expect(server.user == role && server.rights.otherOwner == owner && !server.rights.makesSchemas)
    #expect(server.rights.missing.contains("INSERT on finding"), "\(server.rights.missing)")
    #expect(server.rights.missing.contains("UPDATE on finding_id_seq"), "\(server.rights.missing)")
    #expect(!server.rights.missing.contains { $0.hasPrefix("USAGE") })
    let error = #expect(throws: StoreError.self) { try inspection.knownVersion() }
    #expect(error?.kind == .notAllowed)
  }
}
