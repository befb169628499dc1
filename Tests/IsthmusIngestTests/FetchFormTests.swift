import AzureSimulator
import DefenderForCloud
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import TestSupport
import Testing

@testable import IsthmusStore

@Suite("Whole, projected and packed records")
struct FetchFormTests {
  @Test(
    "Each form makes the same inventory, day by day, and the run says which one it was", arguments: [1, 5] as [UInt64])
  func sameInventory(seed: UInt64) async throws {
    let simulator = try await SyncHarness.tenant(hosts: 30, seed: seed)
    let harnesses = try FetchForm.allCases.map { ($0, try SyncHarness(simulator: simulator)) }
    for day in [0, 1, 4, 9] {
      try simulator.setDay(day)
      var whole: (snapshot: [String], digests: [Int64], counters: RunCounters)?
      for (form, harness) in harnesses {
        let report = try await harness.sync { $0.fetch = form }
        #expect(report.result == "succeeded" && report.fetch == form, "\(form), day \(day)")
        #expect(try await harness.counts() == simulator.truth.counts, "\(form), day \(day)")
        var counters = report.counters
        counters.traffic = Traffic()
        let made = (snapshot: try await harness.snapshot(), digests: try await harness.digests(), counters: counters)
        let expected = whole ?? made
        #expect(made.counters == expected.counters, "\(form), day \(day)")
        #expect(Set(made.snapshot).symmetricDifference(expected.snapshot) == [], "\(form), day \(day)")
        #expect(made.digests == expected.digests, "\(form), day \(day)")
        whole = expected
      }
    }
    await simulator.stop()
  }

  @Test("Malformed rows are rejected alike in each form")
  func malformed() async throws {
    let simulator = try await SyncHarness.tenant(hosts: 40)
    try simulator.setFaults(FaultSettings("malformed=0.06"))
    var rejected: [FetchForm: [String]] = [:]
    for form in FetchForm.allCases {
      let harness = try SyncHarness(simulator: simulator)
      let report = try await harness.sync { $0.fetch = form }
      #expect(report.counters.findings.rejected > 10 && report.fetch == form)
      let run = try #require(report.run)
      rejected[form] = try await harness.store.read { inventory in
        var lines: [String] = []
        try inventory.forEachReject(run) { row in
          lines.append("\(row["stream"]?.text() ?? "") \(row["recordId"]?.text() ?? "") \(row["kind"]?.text() ?? "")")
        }
        return lines.sorted()
      }
    }
    // In some words of the reasons they differ: what was not asked for is missing, not of a wrong type.
    #expect(rejected[.projected] == rejected[.whole])
    #expect(rejected[.packed] == rejected[.whole])
    await simulator.stop()
  }

  @Test("A map that reads other places, and evaluates expressions on them, finds the same in each form")
  func otherMap() async throws {
    let simulator = try await SyncHarness.tenant(hosts: 12)
    let rows = [
      TransformRow("keys(properties.additionalData || `{}`)", "custom.keys", .list(.string), level: .finding),
      TransformRow("properties.statusPerInitiative[0].policyInitiativeName", "custom.initiative", level: .finding),
      TransformRow("join(' ', [name, properties.status.code])", "custom.both", level: .control),
      TransformRow("properties.displayName && properties.status.cause", "custom.mixed", level: .finding),
      TransformRow("properties.\"no such member\"", "custom.none", level: .finding),
      TransformRow("nowhere.at.all", "custom.nowhere", level: .finding),
      TransformRow("networkInterfaces[0].properties.enableIPForwarding", "custom.forwarding", level: .asset),
      TransformRow("length(tags || `{}`)", "custom.tags", .integer, level: .asset),
    ]
    var snapshots: [FetchForm: [String]] = [:]
    for form in FetchForm.allCases {
      let harness = try SyncHarness(simulator: simulator)
      let report = try await harness.sync { plan in
        plan.fetch = form
        plan.map.name = "own"
        plan.map.rows += rows
      }
      #expect(report.result == "succeeded", "\(report.error?.summary ?? "")")
      snapshots[form] = try await harness.snapshot()
    }
    #expect(snapshots[.whole]?.contains { $0.contains("custom.initiative") } == true)
    #expect(snapshots[.projected] == snapshots[.whole])
    #expect(snapshots[.packed] == snapshots[.whole])
    await simulator.stop()
  }

  @Test("A map that reads a record as it is gets whole ones")
  func wholeRecords() async throws {
    let simulator = try await SyncHarness.tenant(hosts: 5)
    let harness = try SyncHarness(simulator: simulator)
    let report = try await harness.sync { plan in
      plan.map.name = "own"
      plan.map.rows.append(TransformRow("length(keys(@))", "custom.members", .integer, level: .finding))
    }
    #expect(report.result == "succeeded" && report.fetch == .whole)
    await simulator.stop()
  }

  struct Refusal: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var fault: String
    var form: FetchForm
  }

  @Test(
    "What the service refuses, or gives short, is asked for less densely, and nothing is lost",
    arguments: [
      Refusal(testDescription: "lists of rows are refused", fault: "refuse=make_list", form: .projected),
      Refusal(testDescription: "objects are refused", fault: "refuse=bag_pack", form: .whole),
      Refusal(testDescription: "a function is refused", fault: "refuse=replace_string", form: .projected),
      Refusal(testDescription: "aggregation is refused", fault: "refuse=take_any", form: .whole),
      Refusal(testDescription: "resources can't be counted", fault: "refuse=dcount", form: .projected),
      Refusal(testDescription: "lists lose their ends", fault: "list-limit=7", form: .projected),
    ])
  func fallsBack(_ refusal: Refusal) async throws {
    let simulator = try await SyncHarness.tenant(hosts: 30)
    let harness = try SyncHarness(simulator: simulator)
    for day in [0, 3] {
      try simulator.setDay(day)
      try simulator.setFaults(FaultSettings(refusal.fault))
      let report = try await harness.sync()
      #expect(report.result == "succeeded" && report.fetch == refusal.form, "\(report.fetch?.rawValue ?? "")")
      #expect(try await harness.counts() == simulator.truth.counts)
      let run = try #require(report.run)
      let log = try await harness.store.read { try $0.log(of: run) }.filter { $0["level"] == .string("warning") }
      #expect(!log.isEmpty)
    }
    await simulator.stop()
  }

  @Test("A listing goes on after each of its pages in another process", arguments: FetchForm.allCases)
  func goesOn(form: FetchForm) async throws {
    // More resources than one answer holds.
    let simulator = try await SyncHarness.tenant(hosts: 700, findingsPerHost: 8, subscriptions: 2)
    let harness = try SyncHarness(simulator: simulator)
    let needs = try Self.needs()
    try await harness.connected { _, connection in
      let source = connection.narrowed(to: needs, as: form)
      let scopes = try await connection.scopes().readable
      func pages(after cursor: String?) async throws -> [(ids: [String], cursor: String)] {
        let listing = source.list(.findings, in: scopes, after: cursor)
        var pages: [(ids: [String], cursor: String)] = []
        while let page = try await listing.next() {
          #expect(page.form == form && !page.startsOver)
          var ids: [String] = []
          page.forEachRecord { ids.append($0["id"]?.string ?? "") }
          pages.append((ids, page.cursor))
        }
        return pages
      }
      let all = try await pages(after: nil)
      #expect(all.count > 3 && Set(all.flatMap(\.ids)).count == all.flatMap(\.ids).count)
      for place in all.indices {
        let rest = try await pages(after: all[place].cursor)
        #expect(rest.flatMap(\.ids) == all[(place + 1)...].flatMap(\.ids), "page \(place)")
      }
    }
    await simulator.stop()
  }

  private static func needs() throws -> RecordNeeds {
    let kind = DefenderForCloud.descriptor
    return try kind.mapper(kind.defaultMap, of: .findings, seed: 1).needs
  }

  @Test(
    "A listing that goes on where its form is refused by now begins anew, and says so",
    arguments: [FetchForm.packed, .projected])
  func leavesFormWhenResumed(form: FetchForm) async throws {
    let simulator = try await SyncHarness.tenant(hosts: 60, findingsPerHost: 40)
    let harness = try SyncHarness(simulator: simulator)
    try await harness.connected { _, connection in
      let source = connection.narrowed(to: try Self.needs(), as: form)
      let scopes = try await connection.scopes().readable
      let first = try #require(try await source.list(.findings, in: scopes, after: nil).next())
      #expect(first.form == form)
      try simulator.setFaults(FaultSettings("refuse=bag_pack"))
      let resumed = try #require(try await source.list(.findings, in: scopes, after: first.cursor).next())
      #expect(resumed.form == .whole && resumed.startsOver && !resumed.warnings.isEmpty)
      // Nothing can be made of a place of another program.
      let foreign = try #require(try await source.list(.findings, in: scopes, after: "elsewhere").next())
      #expect(foreign.startsOver)
    }
    await simulator.stop()
  }

  @Test("Where nothing is listed a page says in which form", arguments: FetchForm.allCases)
  func nothing(form: FetchForm) async throws {
    let simulator = try await SyncHarness.tenant(hosts: 6, subscriptions: 1)
    let harness = try SyncHarness(simulator: simulator)
    try await harness.connected { _, connection in
      let scopes = try await connection.scopes().readable
      try simulator.setFaults(FaultSettings("empty=1"))
      let listing = connection.narrowed(to: try Self.needs(), as: form).list(.findings, in: scopes, after: nil)
      let page = try #require(try await listing.next())
      #expect(page.count == 0 && page.form == form)
      #expect(try await listing.next() == nil)
    }
    await simulator.stop()
  }

  @Test("A source whose pages are kept is asked for whole records: another map may read more of them")
  func keepsWhole() async throws {
    let simulator = try await SyncHarness.tenant(hosts: 6)
    let harness = try SyncHarness(simulator: simulator)
    let report = try await harness.sync { $0.keepsPages = true }
    #expect(report.fetch == .whole)
    await simulator.stop()
  }
}

extension SyncHarness {
  /// Of all findings, in the order of their ids in the source.
  fileprivate func digests() async throws -> [Int64] {
    try await store.read { inventory in
      try (inventory as? SQLReader)?.rows(
        """
        SELECT f.digest FROM finding f JOIN resource r ON r.id = f.resource_id JOIN control c ON c.id = f.control_id
        ORDER BY r.folded_id, c.key, f.external_id
        """, []
      ) { $0.integer(0) } ?? []
    }
  }
}
