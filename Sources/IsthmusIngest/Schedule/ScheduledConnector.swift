package import IsthmusCore

/// A profile's name, with its connector's.
package struct ProfileName: Sendable, Hashable, CustomStringConvertible {
  package var connector: String
  package var profile: String

  package init(connector: String, profile: String) {
    self.connector = connector
    self.profile = profile
  }

  package var description: String { "\(connector), \(profile)" }
}

/// What the scheduler knows of a profile.
package struct ScheduledProfile: Sendable, Hashable {
  package var name: String
  /// One that is not never starts by itself.
  package var isActive: Bool
  /// nil: only a person starts it.
  package var schedule: Schedule?
  /// When its last run began, whoever started it and however it ended; nil if there was none.
  package var lastStarted: Timestamp?

  package init(name: String, isActive: Bool, schedule: Schedule?, lastStarted: Timestamp? = nil) {
    self.name = name
    self.isActive = isActive
    self.schedule = schedule
    self.lastStarted = lastStarted
  }
}

/// What the scheduler knows of a connector: its configuration, and how its last run stands.
package struct ScheduledConnector: Sendable, Hashable {
  package var name: String
  package var profiles: [ScheduledProfile]
  /// The profile of its last run if that has no result and nobody works on it.
  package var interrupted: String?
  /// The profile of its last run if that is held. A run of another profile would take the place of the one that waits
  /// for a person's yes, so the others wait for it.
  package var held: String?

  package init(name: String, profiles: [ScheduledProfile], interrupted: String? = nil, held: String? = nil) {
    self.name = name
    self.profiles = profiles
    self.interrupted = interrupted
    self.held = held
  }

  /// A run that is to come.
  package struct PlannedRun: Sendable, Hashable {
    package var profile: String
    package var at: Timestamp

    package init(profile: String, at: Timestamp) {
      self.profile = profile
      self.at = at
    }
  }

  /// The next `count` times at which an active profile is due, after `moment`.
  package func upcoming(_ count: Int, after moment: Timestamp) -> [PlannedRun] {
    let runs = profiles.filter(\.isActive).flatMap { profile in
      (profile.schedule?.upcoming(count, after: moment) ?? []).map { PlannedRun(profile: profile.name, at: $0) }
    }
    return Array(runs.sorted { ($0.at, $0.profile) < ($1.at, $1.profile) }.prefix(count))
  }
}

/// From when on a profile's schedule counts, kept between processes: with the runs themselves it is all that the
/// scheduler needs to know of the past.
package struct ScheduleMark: Sendable, Hashable {
  /// The schedule that it is of: another one counts from the time at which it is first seen.
  package var schedule: WrittenSchedule
  /// The next run is the schedule's first one after this.
  package var countedFrom: Timestamp

  package init(schedule: WrittenSchedule, countedFrom: Timestamp) {
    self.schedule = schedule
    self.countedFrom = countedFrom
  }
}

/// A mark that is to be kept, or with nil to be forgotten.
package struct MarkChange: Sendable, Hashable {
  package var profile: ProfileName
  package var mark: ScheduleMark?
}
