import Testing

@testable import AzureSimulator

@Suite("The tenant's days")
struct TenantDaysTests {
  private static let tenant: Tenant = {
    var configuration = TenantConfiguration()
    configuration.hosts = 120
    configuration.findingsPerHost = 30
    return Tenant(configuration)
  }()

  /// What an assessment said on a day, by its id.
  private static func states(on number: Int) -> [String: FindingState] {
    let day = tenant.on(day: number)
    var states: [String: FindingState] = [:]
    for row in day.security.rows(in: tenant.subscriptions, hint: RowHint()) where day.security.isAssessment(row) {
      guard case .string(let id) = day.security.value(column: AzureColumns.id, row: row) else { continue }
      states[id] = day.security.state(of: row)
    }
    return states
  }

  @Test("Over ten days findings get fixed, fail again, appear and vanish")
  func changes() {
    let days = (0...10).map(Self.states(on:))
    var fixes = 0
    var failures = 0
    var regressions = 0
    var exemptions = 0
    for (id, first) in days[0] {
      var codes = [first.code]
      for day in days.dropFirst() {
        if let state = day[id], state.code != codes.last { codes.append(state.code) }
      }
      for (before, after) in zip(codes, codes.dropFirst()) {
        if before == .unhealthy && after == .healthy { fixes += 1 }
        if before == .healthy && after == .unhealthy { failures += 1 }
        if after == .notApplicable { exemptions += 1 }
      }
      if codes.first == .healthy && codes.last == .unhealthy && first.changed != first.firstEvaluated {
        regressions += 1
      }
    }
    #expect(fixes > 10)
    #expect(failures > 10)
    #expect(regressions > 0)
    #expect(exemptions > 0)
    #expect(!Set(days[10].keys).subtracting(days[0].keys).isEmpty)
    #expect(!Set(days[0].keys).subtracting(days[10].keys).isEmpty)
  }

  @Test("A status change is dated on the day on which it shows, never before the first evaluation")
  func dates() {
    let before = Self.states(on: 4)
    let after = Self.states(on: 5)
    for (id, state) in after {
      if let first = state.firstEvaluated, let changed = state.changed {
        #expect((first.day, first.tickOfDay) <= (changed.day, changed.tickOfDay))
      }
      guard let old = before[id], let changed = state.changed else { continue }
      if old.code != state.code {
        #expect(changed.day == 5)
      } else {
        #expect(changed == old.changed)
      }
    }
  }

  @Test("Hosts are made and deleted, and a deleted one keeps its assessments for some days")
  func hosts() {
    let first = Set(Self.tenant.on(day: 0).fleet.hosts.filter { $0.lives(on: 0) }.map(\.slot))
    let last = Self.tenant.on(day: 10)
    let living = Set(last.fleet.hosts.filter { $0.lives(on: 10) }.map(\.slot))
    #expect(!living.subtracting(first).isEmpty)
    #expect(!first.subtracting(living).isEmpty)
    let truths = (0...10).map { Self.tenant.on(day: $0).truth }
    #expect(truths.contains { $0.deletedHost > 0 })
    #expect(truths.allSatisfy { $0.assets > 100 })
  }

  @Test("A host made anew keeps its id and gets another machine id")
  func incarnations() throws {
    let day = Self.tenant.on(day: 40)
    let reborn = try #require(
      day.fleet.hosts.first { !$0.isInstance && $0.rebirth <= 40 && $0.birth < $0.rebirth && $0.lives(on: 40) })
    let before = Self.tenant.on(day: max(0, reborn.rebirth - 1))
    let id = ResourceNaming(fleet: day.fleet).id(of: reborn)
    func machineID(_ day: TenantDay) throws -> KQLValue {
      let hint = RowHint(ids: [id.lowercased()])
      let row = try #require(day.resources.rows(in: Self.tenant.subscriptions, hint: hint).first)
      guard case .object(let properties) = day.resources.value(column: AzureColumns.properties, row: row) else {
        return .null
      }
      return properties["vmId"] ?? .null
    }
    #expect(try machineID(before) != machineID(day))
  }

  @Test("Severities and texts of recommendations change within ten days, for all their rows")
  func recommendations() {
    let first = Self.tenant.on(day: 0).security.templates
    let last = Self.tenant.on(day: 10).security.templates
    let pairs = zip(first, last)
    #expect(pairs.contains { $0.severity != $1.severity })
    #expect(pairs.contains { $0.metadata != $1.metadata && $0.severity == $1.severity })
    #expect(pairs.allSatisfy { $0.recommendation.key == $1.recommendation.key })
  }

  @Test("No subscription is ever emptied")
  func subscriptions() {
    for number in [0, 30, 200] {
      let day = Self.tenant.on(day: number)
      for subscription in Self.tenant.subscriptions {
        #expect(!day.security.rows(in: [subscription], hint: RowHint()).isEmpty)
        #expect(!day.resources.rows(in: [subscription], hint: RowHint()).isEmpty)
      }
    }
  }

  @Test("Day 0 is 2026-06-01 and nothing is dated after its day's end")
  func calendar() {
    let calendar = TenantConfiguration().calendar
    #expect(calendar.text(day: 0, tickOfDay: 0) == "2026-06-01T00:00:00.0000000Z")
    #expect(calendar.text(day: 30, tickOfDay: 1) == "2026-07-01T00:00:00.0000001Z")
    for state in Self.states(on: 3).values {
      #expect((state.changed?.day ?? 0) <= 3)
    }
  }

  @Test("Timestamps written to bytes read as those written to text", arguments: [-700, -1, 0, 3, 9])
  func timestamps(day: Int) {
    let calendar = TenantConfiguration().calendar
    let writer = TimestampWriter(calendar, days: -30...3)
    for tick in [0, 1, 863_999_999_999, 432_123_456_789] as [Int64] {
      var bytes: [UInt8] = []
      writer.append(day: day, tickOfDay: tick, to: &bytes)
      #expect(String(decoding: bytes, as: UTF8.self) == calendar.text(day: day, tickOfDay: tick))
    }
  }
}
