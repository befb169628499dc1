/// One step from a released schema to the next. Append-only: a step that was released is never changed.
struct Migration: Sendable {
  var version: Int
  var statements: [String]
  /// In its own words, what PostgreSQL alone has; done after the statements of the step.
  var inPostgreSQL: [String] = []
  /// What statements can't say; done after those of all steps, so that it writes to the newest schema.
  var fill: (@Sendable (any SQLSession) throws -> Void)?

  /// In order; versions count from 1.
  static let all: [Migration] = [
    .inventory, .configuration, .accounts, .keptPages, .savedSearches, .controlEffects, .runRequests, .decisionAuthors,
    .listNumbers, .findingPacks, .quotaWindows, .packChanges,
  ]
}
