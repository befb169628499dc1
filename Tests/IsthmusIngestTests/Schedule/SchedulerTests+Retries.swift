import IsthmusCore
import IsthmusIngest
import TestSupport
import Testing

/// When a run is tried again that could not be begun, or was left.
extension SchedulerTests {
  @Test("A run that stays interrupted is tried again after a while, not at once")
  func staysInterrupted() throws {
    var desk = SchedulerDesk(try nightly())
    desk.connectors[0].interrupted = "nightly"
    let first = desk.starts(at: "01T12:00")
    #expect(first.first?.reason == .resumption)
    desk.end(first[0], at: "01T12:00")
    #expect(desk.starts(at: "01T12:00").isEmpty)
    #expect(desk.lookAgain() == SchedulerDesk.at("01T12:00:10"))
    #expect(desk.starts(at: "01T12:00:10").first?.reason == .resumption)
  }

  @Test("A run that another process had and left is not waited for like one that it has")
  func leftByAnother() throws {
    var desk = SchedulerDesk(try nightly())
    _ = desk.starts(at: "01T00:00")
    let orders = desk.starts(at: "01T02:00")
    desk.end(orders[0], as: .busy, at: "01T02:00")
    desk.connectors[0].interrupted = "nightly"
    #expect(desk.starts(at: "01T02:00:09").isEmpty)
    #expect(desk.starts(at: "01T02:00:10").first?.reason == .resumption)
  }

  @Test("What the inventory was away for is wanted as before: a time that is due, and what a person asked for")
  func unavailable() throws {
    var desk = SchedulerDesk(try nightly())
    _ = desk.starts(at: "01T00:00")
    let orders = desk.starts(at: "01T02:00")
    desk.end(orders[0], as: .unavailable, at: "01T02:00")
    #expect(desk.starts(at: "01T02:00:09").isEmpty)
    #expect(desk.lookAgain() == SchedulerDesk.at("01T02:00:10"))
    let again = desk.starts(at: "01T02:00:10")
    #expect(again.first?.reason == .schedule(SchedulerDesk.at("01T02:00")))
    desk.end(again[0], at: "01T02:05")
    desk.ask("A", "nightly")
    let asked = desk.starts(at: "01T02:10")
    desk.end(asked[0], as: .unavailable, at: "01T02:10")
    #expect(desk.starts(at: "01T02:10:10").first?.requests == asked[0].requests)
  }
}
