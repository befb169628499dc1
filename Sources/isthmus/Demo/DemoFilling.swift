import AzureSimulator
import Foundation
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// Configures the demo's inventory and runs its connector once for each day; in the end compares it with the tenant.
struct DemoFilling: Sendable {
  let builder: AppBuilder
  let store: any InventoryStore
  let simulator: Simulator
  let calendar: DemoCalendar
  private let pacers: PacerRegistry

  init(builder: AppBuilder, store: any InventoryStore, simulator: Simulator, calendar: DemoCalendar) {
    self.builder = builder
    self.store = store
    self.simulator = simulator
    self.calendar = calendar
    pacers = PacerRegistry(for: store)
  }

  func result() async -> Result<Void, any Error> {
    do {
      try await configure()
      Self.printRow(["day", "hosts", "open findings", "new", "fixed", "reopened", "seconds"])
      for day in 0..<calendar.days { try await run(day: day) }
      try await compare()
      return .success(())
    } catch {
      return .failure(error)
    }
  }

  /// As of the first day, with the secret in the inventory.
  private func configure() async throws {
    let first = at(day: 0)
    let file = try ConfigurationFile(
      DemoTenant(simulator: simulator).configuration, path: "demo", secrets: nil, beside: try await first.known(),
      at: first.clock())
    let place = SecretSource.Place(connector: DemoTenant.connector, field: "clientSecret")
    _ = try await first.configurationService(store).change(
      secrets: [place: Secret(simulator.clientSecret)], by: builder.commandLine.actor
    ) {
      try $0.applying(file, prunes: false)
    }
  }

  private func run(day: Int) async throws {
    try simulator.setDay(day)
    let builder = at(day: day)
    let file = try await builder.configurationService(store).snapshot()
      .read(secrets: try await builder.secrets(store), at: builder.clock())
    for connector in file.connectors {
      for plan in try await builder.keepMaps(of: connector.plans, file.maps, store) {
        let opened = try builder.connect(connector, pacers: pacers)
        let report = await builder.syncService(store, meter: opened.meter) { _ in }.run(plan, over: opened.connection)
        await opened.close()
        try await conclude(report, builder)
      }
    }
  }

  private func at(day: Int) -> AppBuilder { AppBuilder(options: builder.options, clock: calendar.clock(day: day)) }

  private func conclude(_ report: RunReport, _ builder: AppBuilder) async throws {
    if report.result == "cancelled" || report.result == RunReport.interrupted { throw CommandError.interrupted }
    guard report.result == "succeeded" else {
      ReportPrinter(output: .table).print(report)
      throw CommandError.failed
    }
    let findings = report.counters.findings
    let date = builder.clock().description.prefix(10)
    let (hosts, open) = try await counts(failed: true)
    Self.printRow(
      [
        String(date), "\(hosts)", "\(open)", "\(findings.created)", "\(findings.fixed)", "\(findings.reopened)",
        String(format: "%.1f", report.seconds),
      ])
  }

  /// What the inventory holds against what the tenant has: a demo that lost a row must not go on.
  private func compare() async throws {
    let truth = simulator.truth
    let (hosts, failed) = try await counts(failed: true)
    let passed = try await counts(failed: false).findings
    let rows = [
      ("hosts", hosts, truth.assets), ("failed", failed, truth.fail), ("passed", passed, truth.pass),
    ]
    let texts = rows.map { "\($0.1) of \($0.2) \($0.0 == "hosts" ? "hosts" : "\($0.0) assessments")" }
    Console.print("The inventory has \(texts.joined(separator: ", ")) of the tenant.")
    Console.flush()
    if rows.contains(where: { $0.1 != $0.2 }) { throw CommandError.failed }
  }

  private func counts(failed: Bool) async throws -> (hosts: Int, findings: Int) {
    let query = try Query("posture: \(failed ? "FAIL" : "PASS")", for: .finding, now: AppBuilder.now())
    return try await store.read { inventory in
      (
        try inventory.countAssets(Listing(limit: nil)), try inventory.countFindings(Listing(query, limit: nil))
      )
    }
  }

  private static func printRow(_ cells: [String]) {
    let widths = [10, 6, 13, 7, 6, 8, 7]
    let texts = zip(cells, widths).map { cell, width in
      String(repeating: " ", count: max(0, width - cell.count)) + cell
    }
    Console.print(texts.joined(separator: "  "))
    Console.flush()
  }
}
