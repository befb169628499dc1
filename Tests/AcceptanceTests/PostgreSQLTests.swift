import Foundation
import IsthmusCore
import TestSupport
import Testing

@Suite(
  "The command line over PostgreSQL", .enabled(if: TestPostgreSQL.url != nil, Comment(rawValue: TestPostgreSQL.reason)))
struct PostgreSQLTests {
  @Test("Commands of their own processes share one inventory, and none makes it only to look into it")
  func everyday() throws {
    let database = try TestPostgreSQL()
    var program = try Program()
    defer { program.remove() }
    program.environment["ISTHMUS_DATABASE"] = database.url
    let empty = try program.run("assets")
    #expect(empty.status == 1 && empty.errors.contains("There is no inventory in database"), "\(empty.errors)")
    let tenant = try SimulatedTenant(program, faults: [])
    try program.write("isthmus.yaml", tenant.configuration())
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    let first = try program.run("sync", "--output", "json")
    #expect(first.status == 0, "\(first.errors)")
    let created = try JSONValue(parsing: first.output)["counters"]?["findings"]?["created"]?.integer ?? 0
    #expect(created > 0)
    #expect(try program.run("findings", "--count").output == "\(created)\n")
    let again = try JSONValue(parsing: program.run("sync", "--output", "json").output)["counters"]?["findings"]
    #expect(again?["created"]?.integer == 0 && again?["unchanged"]?.integer == created)
    #expect(try program.shell("ls \"$ISTHMUS_DATA\" 2>/dev/null").output.contains("sqlite") == false)
    for command in [["doctor"], ["backup", "copy"]] {
      let refused = try program.start(command).wait()
      #expect(refused.status == 2 && refused.errors.contains("not in a file"), "\(refused.errors)")
    }
  }

  @Test("The password of the database's URL is told by no command")
  func hidesPassword() throws {
    var program = try Program()
    defer { program.remove() }
    program.environment["ISTHMUS_DATABASE"] = "postgres://isthmus:hunter2@127.0.0.1:1/x"
    for command in [["settings"], ["settings", "--output", "json"], ["assets"], ["sync"], ["doctor"], ["runs"]] {
      let ended = try program.start(command).wait()
      #expect(!ended.output.contains("hunter2") && !ended.errors.contains("hunter2"), "\(command)")
    }
    let refused = try program.run("assets")
    #expect(refused.status == 1 && refused.errors.contains("Check host and port"), "\(refused.errors)")
  }
}
