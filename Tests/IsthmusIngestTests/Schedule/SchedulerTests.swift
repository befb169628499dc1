import IsthmusCore
import IsthmusIngest
import TestSupport
import Testing

@Suite("Scheduler")
struct SchedulerTests {
  func nightly() throws -> ScheduledConnector {
    ScheduledConnector(name: "A", profiles: [try .daily("nightly", at: "02:00")])
  }

  @Test("A profile starts when it is due, once, and it is looked again at its next time")
  func due() throws {
    var desk = SchedulerDesk(try nightly())
    #expect(desk.starts(at: "01T00:00").isEmpty)
    #expect(desk.lookAgain() == SchedulerDesk.at("01T02:00"))
    #expect(desk.starts(at: "01T01:59").isEmpty)
    let orders = desk.starts(at: "01T02:00")
    #expect(orders.names == ["A/nightly"])
    #expect(orders.first?.reason == .schedule(SchedulerDesk.at("01T02:00")))
    #expect(desk.scheduler.runs == orders)
    #expect(desk.lookAgain() == nil, "a run is on: its end is waited for")
    desk.end(orders[0], at: "01T03:00")
    #expect(desk.starts(at: "01T03:00").isEmpty)
    #expect(desk.lookAgain() == SchedulerDesk.at("02T02:00"))
  }

  @Test("Times missed while no server was on run once")
  func missed() throws {
    var desk = SchedulerDesk(try nightly())
    _ = desk.starts(at: "01T00:00")
    desk.restart()
    let orders = desk.starts(at: "05T12:00")
    #expect(orders.names == ["A/nightly"])
    #expect(orders.first?.reason == .schedule(SchedulerDesk.at("01T02:00")))
    desk.end(orders[0], at: "05T12:30")
    desk.restart()
    #expect(desk.starts(at: "05T13:00").isEmpty)
    #expect(desk.lookAgain() == SchedulerDesk.at("06T02:00"))
  }

  @Test("A single time that was missed runs once and never again; one that was past when first seen never does")
  func once() throws {
    let schedule = try SchedulerDesk.schedule(WrittenSchedule(once: "2026-12-02T10:00"))
    var desk = SchedulerDesk(
      ScheduledConnector(name: "A", profiles: [.init(name: "one", isActive: true, schedule: schedule)]))
    _ = desk.starts(at: "01T00:00")
    desk.restart()
    let orders = desk.starts(at: "03T00:00")
    #expect(orders.names == ["A/one"])
    desk.end(orders[0], at: "03T00:10")
    #expect(desk.starts(at: "04T00:00").isEmpty)
    #expect(desk.lookAgain() == nil)

    var late = SchedulerDesk(
      ScheduledConnector(name: "A", profiles: [.init(name: "one", isActive: true, schedule: schedule)]))
    #expect(late.starts(at: "02T10:01").isEmpty)
  }

  @Test("A run that began, however it was started, counts: its process may have died before anything was marked")
  func lastStarted() throws {
    var desk = SchedulerDesk(try nightly())
    _ = desk.starts(at: "01T00:00")
    desk.restart()
    desk.connectors[0].profiles[0].lastStarted = SchedulerDesk.at("01T02:00")
    #expect(desk.starts(at: "01T02:30").isEmpty)
    desk.connectors[0].profiles[0].lastStarted = SchedulerDesk.at("02T01:59")
    #expect(desk.starts(at: "02T02:00").names == ["A/nightly"])
  }

  @Test("Two profiles of a connector never run at a time; what waits starts at the end, once, the longest due first")
  func oneAtATime() throws {
    let hourly = try SchedulerDesk.schedule(WrittenSchedule(every: "1h"))
    var desk = SchedulerDesk(
      ScheduledConnector(
        name: "A",
        profiles: [
          .init(name: "hourly", isActive: true, schedule: hourly), try .daily("early", at: "02:30"),
          try .daily("late", at: "02:45"),
        ]))
    _ = desk.starts(at: "01T01:30")
    let first = desk.starts(at: "01T02:00")
    #expect(first.names == ["A/hourly"])
    // Three times of the hourly one and one of each other pass.
    #expect(desk.starts(at: "01T03:00").isEmpty)
    #expect(desk.starts(at: "01T05:10").isEmpty)
    desk.end(first[0], at: "01T05:10")
    let second = desk.starts(at: "01T05:10")
    #expect(second.names == ["A/early"])
    desk.end(second[0], at: "01T05:20")
    let third = desk.starts(at: "01T05:20")
    #expect(third.names == ["A/late"])
    desk.end(third[0], at: "01T05:30")
    let fourth = desk.starts(at: "01T05:30")
    #expect(fourth.names == ["A/hourly"])
    desk.end(fourth[0], at: "01T05:40")
    #expect(desk.starts(at: "01T05:40").isEmpty)
    #expect(desk.lookAgain() == SchedulerDesk.at("01T06:00"))
  }

  @Test("Connectors run beside each other, up to the bound")
  func bound() throws {
    var desk = SchedulerDesk(try nightly(), try nightly(), try nightly())
    desk.scheduler = Scheduler(maximumRuns: 2)
    for (place, name) in ["A", "B", "C"].enumerated() { desk.connectors[place].name = name }
    _ = desk.starts(at: "01T00:00")
    let first = desk.starts(at: "01T02:00")
    #expect(first.count == 2)
    #expect(desk.starts(at: "01T02:01").isEmpty)
    desk.end(first[0], at: "01T02:02")
    let second = desk.starts(at: "01T02:02")
    #expect(second.count == 1)
    #expect(Set((first + second).names).count == 3)
  }

  @Test("An inactive profile never starts by itself; a person may start it; active again it counts from then")
  func inactive() throws {
    var desk = SchedulerDesk(
      ScheduledConnector(name: "A", profiles: [try .daily("nightly", at: "02:00", isActive: false)]))
    #expect(desk.starts(at: "01T00:00").isEmpty)
    #expect(desk.starts(at: "02T00:00").isEmpty)
    #expect(desk.kept.isEmpty)
    desk.ask("A", "nightly")
    let orders = desk.starts(at: "02T00:01")
    #expect(orders.first?.reason == .request)
    desk.end(orders[0], at: "02T00:10")
    desk.connectors[0].profiles = [try .daily("nightly", at: "02:00")]
    #expect(desk.starts(at: "03T12:00").isEmpty)
    #expect(desk.lookAgain() == SchedulerDesk.at("04T02:00"))
    // Switched off and on again: what passed meanwhile does not count.
    desk.connectors[0].profiles = [try .daily("nightly", at: "02:00", isActive: false)]
    _ = desk.starts(at: "03T13:00")
    #expect(desk.kept.isEmpty)
    desk.connectors[0].profiles = [try .daily("nightly", at: "02:00")]
    #expect(desk.starts(at: "06T12:00").isEmpty)
  }

  @Test("A changed schedule counts from the change, not from the past")
  func changed() throws {
    var desk = SchedulerDesk(try nightly())
    _ = desk.starts(at: "01T00:00")
    desk.restart()
    // 02:00 of two days was missed, and meanwhile the schedule has become another one.
    desk.connectors[0].profiles = [try .daily("nightly", at: "01:00")]
    #expect(desk.starts(at: "03T00:00").isEmpty)
    #expect(desk.lookAgain() == SchedulerDesk.at("03T01:00"))
    #expect(desk.starts(at: "03T01:00").names == ["A/nightly"])
  }

  @Test("Run now: starts at once, waits for the connector's run, is not doubled, and counts for the schedule")
  func request() throws {
    var desk = SchedulerDesk(
      ScheduledConnector(
        name: "A",
        profiles: [try .daily("nightly", at: "02:00"), .init(name: "other", isActive: true, schedule: nil)]))
    desk.ask("A", "nightlyy")
    #expect(desk.starts(at: "01T00:00").isEmpty)
    #expect(desk.asked.isEmpty, "there is no such profile")
    desk.ask("A", "nightly")
    desk.ask("A", "nightly")
    let first = desk.starts(at: "01T02:00")
    #expect(first.first?.reason == .request)
    #expect(first.first?.requests == [1, 2])
    desk.ask("A", "other")
    #expect(desk.starts(at: "01T02:30").isEmpty)
    desk.end(first[0], at: "01T03:00")
    let second = desk.starts(at: "01T03:00")
    #expect(second.names == ["A/other"], "what was due at 02:00 is done")
    desk.end(second[0], at: "01T03:10")
    #expect(desk.starts(at: "01T03:10").isEmpty)
  }

  @Test("A run that another process began first is over for this one, and is not due again")
  func overtaken() throws {
    var desk = SchedulerDesk(try nightly())
    _ = desk.starts(at: "01T00:00")
    let orders = desk.starts(at: "01T02:00")
    desk.connectors[0].profiles[0].lastStarted = SchedulerDesk.at("01T02:00")
    desk.end(orders[0], as: .overtaken, at: "01T02:01")
    #expect(desk.starts(at: "01T02:01").isEmpty)
    #expect(desk.lookAgain() == SchedulerDesk.at("02T02:00"))
  }

  @Test("An interrupted run goes on first, before what people ask for and what is due; then what was missed runs once")
  func interrupted() throws {
    var desk = SchedulerDesk(
      ScheduledConnector(
        name: "A",
        profiles: [try .daily("nightly", at: "02:00"), .init(name: "other", isActive: true, schedule: nil)]))
    _ = desk.starts(at: "01T00:00")
    let orders = desk.starts(at: "01T02:00")
    desk.end(orders[0], as: .interrupted, at: "01T02:05")
    desk.restart()
    desk.connectors[0].interrupted = "nightly"
    desk.connectors[0].profiles[0].lastStarted = SchedulerDesk.at("01T02:00")
    desk.now = SchedulerDesk.at("03T12:00")
    desk.configure()
    desk.ask("A", "other")
    let resumed = desk.starts(at: "03T12:00")
    #expect(resumed.names == ["A/nightly"])
    #expect(resumed.first?.reason == .resumption)
    desk.connectors[0].interrupted = nil
    desk.end(resumed[0], at: "03T12:10")
    let asked = desk.starts(at: "03T12:10")
    #expect(asked.names == ["A/other"])
    desk.end(asked[0], at: "03T12:20")
    let due = desk.starts(at: "03T12:20")
    #expect(due.first?.reason == .schedule(SchedulerDesk.at("02T02:00")))
    desk.end(due[0], at: "03T12:30")
    #expect(desk.starts(at: "03T12:30").isEmpty)
  }

  @Test("An interrupted run of an inactive profile, or of one that is gone, stays; others run")
  func interruptedInactive() throws {
    var desk = SchedulerDesk(
      ScheduledConnector(
        name: "A",
        profiles: [try .daily("old", at: "02:00", isActive: false), try .daily("nightly", at: "02:00")],
        interrupted: "old"))
    #expect(desk.starts(at: "01T00:00").isEmpty)
    let orders = desk.starts(at: "01T02:00")
    #expect(orders.names == ["A/nightly"])
    desk.connectors[0].interrupted = "gone"
    desk.end(orders[0], at: "01T03:00")
    #expect(desk.starts(at: "02T02:00").names == ["A/nightly"])
  }

  @Test("Where another process has the connector, it is tried again later and nothing is lost")
  func busy() throws {
    var desk = SchedulerDesk(try nightly())
    _ = desk.starts(at: "01T00:00")
    let orders = desk.starts(at: "01T02:00")
    desk.end(orders[0], as: .busy, at: "01T02:00")
    #expect(desk.starts(at: "01T02:00").isEmpty)
    #expect(desk.lookAgain() == SchedulerDesk.at("01T02:01"))
    let again = desk.starts(at: "01T02:01")
    #expect(again.names == ["A/nightly"])
    desk.end(again[0], as: .busy, at: "01T02:01")
    // The other process' run was of this profile.
    desk.connectors[0].profiles[0].lastStarted = SchedulerDesk.at("01T02:00")
    #expect(desk.starts(at: "01T02:10").isEmpty)
    // What a person asked for is not satisfied by it.
    desk.ask("A", "nightly")
    let asked = desk.starts(at: "01T02:11")
    desk.end(asked[0], as: .busy, at: "01T02:11")
    #expect(desk.starts(at: "01T02:12").first?.reason == .request)
  }

  @Test("While a run waits for a yes, other profiles wait too; the held one and what people ask for do not")
  func held() throws {
    var desk = SchedulerDesk(
      ScheduledConnector(
        name: "A", profiles: [try .daily("nightly", at: "02:00"), try .daily("other", at: "01:00")], held: "nightly"))
    _ = desk.starts(at: "01T00:00")
    #expect(desk.starts(at: "01T01:30").isEmpty)
    #expect(desk.lookAgain() == SchedulerDesk.at("01T02:00"))
    let orders = desk.starts(at: "01T02:00")
    #expect(orders.names == ["A/nightly"])
    desk.end(orders[0], at: "01T02:10")
    desk.ask("A", "other")
    #expect(desk.starts(at: "01T02:10").first?.reason == .request)
  }

  @Test("A clock that was far ahead once does not keep a schedule from running")
  func wrongClock() throws {
    var desk = SchedulerDesk(try nightly())
    desk.now = try #require(Timestamp(iso8601: "2040-01-01T00:00:00Z"))
    desk.configure()
    #expect(desk.starts(at: "01T00:00").isEmpty)
    #expect(desk.starts(at: "01T02:00").names == ["A/nightly"])
  }

  @Test("A clock that is set back an hour does not run a profile twice")
  func setBack() throws {
    var desk = SchedulerDesk(try nightly())
    _ = desk.starts(at: "01T00:00")
    let orders = desk.starts(at: "01T02:00")
    desk.end(orders[0], at: "01T02:01")
    #expect(desk.starts(at: "01T01:30").isEmpty)
    #expect(desk.starts(at: "01T02:00").isEmpty)
    #expect(desk.starts(at: "02T02:00").count == 1)
  }

  @Test("Only what changed is kept anew, and what is configured no more is forgotten")
  func marks() throws {
    var desk = SchedulerDesk(try nightly())
    desk.now = SchedulerDesk.at("01T00:00")
    let changes = desk.scheduler.configure(desk.connectors, marks: [:], at: desk.now)
    #expect(changes.marks.count == 1)
    let name = ProfileName(connector: "A", profile: "nightly")
    let mark = try #require(changes.marks.first?.mark)
    #expect(mark.countedFrom == desk.now)
    #expect(desk.scheduler.configure(desk.connectors, marks: [name: mark], at: SchedulerDesk.at("01T00:01")).isEmpty)
    #expect(
      desk.scheduler.configure([], marks: [name: mark], at: desk.now).marks.map(\.profile) == [name])
  }

  @Test("The next runs of a connector are those of its active profiles, in order")
  func upcoming() throws {
    let connector = ScheduledConnector(
      name: "A",
      profiles: [
        try .daily("b", at: "02:00"), try .daily("a", at: "01:00"), try .daily("off", at: "01:30", isActive: false),
      ])
    let runs = connector.upcoming(5, after: SchedulerDesk.at("01T01:00"))
    #expect(runs.map(\.profile) == ["b", "a", "b", "a", "b"])
    #expect(runs.first?.at == SchedulerDesk.at("01T02:00"))
  }

  @Test(
    "By chance: one run of a connector at a time, never before it is due, none of an inactive profile",
    arguments: SeededGenerator.seeds(60))
  func properties(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    let schedules = try ["1h", "5h", "1d"].map { try SchedulerDesk.schedule(WrittenSchedule(every: $0)) }
    var desk = SchedulerDesk()
    desk.connectors = (0..<3).map { number in
      let profiles = (0..<3).map {
        ScheduledProfile(name: "p\($0)", isActive: !chance.chance(4), schedule: chance.maybe { $0.pick(schedules) })
      }
      return ScheduledConnector(name: "c\(number)", profiles: profiles)
    }
    var running: [Scheduler.Order] = []
    var asked: Set<ProfileName> = []
    var now = SchedulerDesk.at("01T00:30")
    for _ in 0..<300 {
      now = now.advanced(by: .seconds(chance.number(1...5400)))
      desk.now = now
      desk.configure()
      if chance.chance(10) {
        let profile = ProfileName(connector: "c\(chance.number(0...2))", profile: "p\(chance.number(0...2))")
        desk.ask(profile.connector, profile.profile)
        asked.insert(profile)
        desk.configure()
      }
      for order in desk.scheduler.start(at: now) {
        let message: Comment = "seed \(seed), \(now): \(order)"
        #expect(!running.contains { $0.profile.connector == order.profile.connector }, message)
        switch order.reason {
        case .schedule(let due):
          #expect(due <= now, message)
          let connector = desk.connectors.first { $0.name == order.profile.connector }
          #expect(connector?.profiles.first { $0.name == order.profile.profile }?.isActive == true, message)
        case .request: #expect(asked.remove(order.profile) != nil, message)
        case .resumption: Issue.record("seed \(seed): nothing was interrupted")
        }
        running.append(order)
      }
      #expect(running.count <= 4)
      // Nothing that is due is left lying while its connector is free.
      let idle = desk.connectors.filter { one in !running.contains { $0.profile.connector == one.name } }
      #expect(idle.isEmpty || desk.scheduler.lookAgain(after: now).map { $0 > now } != false, "seed \(seed)")
      running.removeAll { order in
        guard chance.chance(2) else { return false }
        desk.scheduler.ended(order, as: .ended, at: now)
        desk.asked.removeAll { order.requests.contains($0.id) }
        return true
      }
    }
  }
}
