import IsthmusConfiguration
import IsthmusCore
import IsthmusIngest
import IsthmusStore

/// What the scheduler is told: which connectors there are, how their runs stand, from when schedules count.
struct ScheduleSource: Sendable {
  let builder: AppBuilder
  let store: any InventoryStore

  func load() async throws -> SchedulerService.Situation {
    let connectors = try await builder.configurationService(store).connectors(secrets: nil)
    let (runs, marks, asked) = try await store.read { inventory in
      let runs = try connectors.map { try inventory.runs(connector: $0.name, limit: 100) }
      return (runs, try inventory.scheduleMarks(), try inventory.runRequests())
    }
    let scheduled = try zip(connectors, runs).map { try self.scheduled($0, $1) }
    var known: [ProfileName: ScheduleMark] = [:]
    for mark in marks {
      // One that an earlier version wrote otherwise counts as none: the schedule counts from now.
      guard let written = try? WrittenSchedule(JSONValue(parsing: mark.schedule)) else { continue }
      known[ProfileName(connector: mark.connector, profile: mark.profile)] = ScheduleMark(
        schedule: written, countedFrom: mark.countedFrom)
    }
    let requests = asked.filter { $0.task == .run }.map { Scheduler.Request(id: $0.id, profile: $0.name) }
    return .init(connectors: scheduled, marks: known, requests: requests)
  }

  func keep(_ changes: Scheduler.Changes) async throws {
    try await store.write { transaction in
      for request in changes.withdrawn { _ = try transaction.deleteRunRequest(request) }
      for change in changes.marks {
        let (connector, profile) = (change.profile.connector, change.profile.profile)
        guard let mark = change.mark else {
          try transaction.deleteScheduleMark(connector: connector, profile: profile)
          continue
        }
        try transaction.setScheduleMark(
          StoredScheduleMark(
            connector: connector, profile: profile, schedule: mark.schedule.json.text(),
            countedFrom: mark.countedFrom))
      }
    }
  }

  /// - Parameter runs: The newest first.
  private func scheduled(_ connector: ConnectorConfiguration, _ runs: [StoredRun]) throws -> ScheduledConnector {
    let profiles = connector.profiles.map { profile in
      ScheduledProfile(
        name: profile.name, isActive: profile.isActive, schedule: profile.schedule,
        lastStarted: runs.first { $0.profile == profile.name }?.startedAt)
    }
    let last = runs.first
    let isInterrupted = try last.map { try $0.shownResult(in: store) == "interrupted" } ?? false
    return ScheduledConnector(
      name: connector.name, profiles: profiles, interrupted: isInterrupted ? last?.profile : nil,
      held: last?.result == "held" ? last?.profile : nil)
  }
}

extension StoredRunRequest {
  var name: ProfileName { ProfileName(connector: connector, profile: profile) }
}
