import Foundation
import IsthmusCore
import Testing

@Suite("The command line, from an empty folder")
struct SyncTests {
  @Test("Sync, lists, show, explain, runs and models agree with the simulator's truth")
  func everyday() throws {
    var program = try Program()
    defer { program.remove() }
    let tenant = try SimulatedTenant(program, "--hosts", "30", "--findings-per-host", "20", "--quota", "off", "--tls")
    try program.write("isthmus.yaml", tenant.configuration())
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")

    let check = try program.run("check", "--output", "json")
    #expect(check.status == 0, "\(check.errors)")
    #expect(try JSONValue(parsing: check.output)["steps"]?.array?.count == 5)

    let sync = try program.run("sync", "--output", "json")
    #expect(sync.status == 0, "\(sync.errors)")
    let report = try JSONValue(parsing: sync.output)
    #expect(report["result"] == .string("succeeded"))
    #expect(report["connector"] == .string("Contoso"))
    let findings = report["counters"]?["findings"]
    let leftOut = report["counters"]?["leftOut"]
    var sum: Int64 = 0
    for name in ["created", "updated", "unchanged", "rejected"] { sum += findings?[name]?.integer ?? 0 }
    if case .object(let members)? = leftOut { for member in members { sum += member.value.integer ?? 0 } }
    #expect(findings?["fetched"]?.integer == sum)

    let assets = try JSONValue(parsing: program.run("assets", "--limit", "all", "--output", "json").output)
    let rows = try #require(assets.array)
    #expect(rows.count == 30)
    let expected = [
      "id", "externalAssetId", "assetName", "macAddress", "ipAddress", "cloudResourceId", "truRiskScore", "scoreBand",
      "criticality", "internetExposed", "sources", "openFindings",
    ]
    for name in expected { #expect(rows[0][name] != nil, "assets lack \(name)") }
    #expect(rows[0]["sources"] == .array([.string("Defender for Cloud")]))
    let scores = rows.compactMap { $0["truRiskScore"]?.integer }
    #expect(scores == scores.sorted(by: >), "riskiest first")

    let lines = try program.run("findings", "--limit", "all", "--output", "jsonl").output.split(separator: "\n")
    #expect(try program.run("findings", "--count").output == "\(lines.count)\n")
    let id = try #require(rows[0]["id"]?.string)
    #expect(try program.run("show", "asset", id).output.contains("identificationLog"))
    #expect(try program.run("explain", "asset", id).output.contains("criticality 2"))
    let finding = try JSONValue(parsing: program.run("findings", "--limit", "1", "--output", "json").output).array?
      .first
    let findingID = try #require(finding?["id"]?.string)
    #expect(try program.run("show", "finding", findingID).status == 0)
    #expect(finding?["policyFindingUrl"]?.string?.hasPrefix("https://portal.azure.com/") == true)
    #expect(finding?["vendorProductName"] == .string("Defender for Cloud"))
    let control = try #require(finding?["findingName"]?.string)
    #expect(try program.run("show", "control", control).output.contains("policyTitle"))
    let descending = try program.run("assets", "--sort", "-assetName", "--columns", "assetName", "--output", "jsonl")
    let names = try descending.output.split(separator: "\n").map {
      try JSONValue(parsing: String($0))["assetName"]?.string
    }
    #expect(names.count == 30 && names.compactMap { $0 } == names.compactMap { $0 }.sorted(by: >))
    #expect(try program.run("runs").output.contains("succeeded"))
    #expect(try program.run("run", "show", "R1").output.contains("whole"))
    #expect(try program.run("rejects", "R1").status == 0)
    #expect(try program.run("model", "defender-for-cloud").output.contains("assessments_status_code"))
    #expect(try program.run("model", "inventory").output.contains("policyFindingUrl"))
  }

  @Test("Within the quota a sync waits and is not refused")
  func pacing() throws {
    var program = try Program()
    defer { program.remove() }
    let tenant = try SimulatedTenant(program, "--hosts", "12", "--findings-per-host", "10", "--quota", "4/1s")
    try program.write("isthmus.yaml", tenant.configuration())
    program.environment["ISTHMUS_CLIENT_SECRET"] = tenant.text("clientSecret")
    let report = try JSONValue(parsing: program.run("sync", "--output", "json").output)
    #expect(report["result"] == .string("succeeded"))
    #expect(report["counters"]?["retries"] == .integer(0), "paced by the headers, never throttled")
    #expect((report["counters"]?["waitedSeconds"]?.double ?? 0) > 0)
  }

  @Test("The secret is in no file of the inventory and in no output")
  func secretStaysSecret() throws {
    var program = try Program(inFile: true)
    defer { program.remove() }
    let tenant = try SimulatedTenant(program, "--hosts", "6", "--findings-per-host", "5", "--quota", "off")
    try program.write("isthmus.yaml", tenant.configuration())
    let secret = tenant.text("clientSecret")
    program.environment["ISTHMUS_CLIENT_SECRET"] = secret
    let sync = try program.run("sync", "--output", "json")
    #expect(sync.status == 0)
    for ended in [sync, try program.run("check"), try program.run("runs", "--output", "json")] {
      #expect(!ended.output.contains(secret) && !ended.errors.contains(secret))
    }
    let found = try program.shell("grep -rlF -- \"$ISTHMUS_CLIENT_SECRET\" \"$ISTHMUS_DATA\"")
    #expect(found.output == "" && found.status == 1)
    let modes = try program.shell("stat -c %a \"$ISTHMUS_DATA\" \"$ISTHMUS_DATA\"/isthmus.sqlite")
    #expect(modes.output == "700\n600\n", "nobody else reads the inventory")
  }
}
