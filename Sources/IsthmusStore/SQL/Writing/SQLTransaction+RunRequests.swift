import IsthmusCore

extension SQLTransaction {
  func runRequests() throws -> [StoredRunRequest] {
    try rows("SELECT id, connector, profile, task, run_id, asked_at FROM run_request ORDER BY id", []) { row in
      guard let task = StoredRunRequest.Task(word: row.text(3), run: RunID(row.integer(4))) else {
        throw StoreError(
          .damaged, "A run was asked for by a word that this version does not know: \(row.text(3)).",
          remedy: "Update this program.")
      }
      return StoredRunRequest(
        id: row.integer(0), connector: row.text(1), profile: row.text(2), task: task,
        askedAt: Timestamp(microseconds: row.integer(5)))
    }
  }

  func insertRunRequest(connector: String, profile: String, _ task: StoredRunRequest.Task, at: Timestamp) throws {
    try run(
      """
      INSERT INTO run_request (connector, profile, task, run_id, asked_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (connector, profile, task, run_id) DO NOTHING
      """,
      [
        .text(connector), .text(profile), .text(task.word), .integer(task.run?.number ?? 0), .integer(at.microseconds),
      ])
  }

  func deleteRunRequest(_ id: Int64) throws -> Bool {
    try runCounting("DELETE FROM run_request WHERE id = ?", [.integer(id)]) > 0
  }
}

extension SQLReader {
  func runRequests() throws -> [StoredRunRequest] { try queries.runRequests() }
}

extension StoredRunRequest.Task {
  fileprivate init?(word: String, run: RunID) {
    switch word {
    case "run": self = .run
    case "stage": self = .stage
    case "apply": self = .apply(run, anyway: false)
    case "apply-anyway": self = .apply(run, anyway: true)
    case "replay": self = .replay(run)
    default: return nil
    }
  }

  fileprivate var word: String {
    switch self {
    case .run: "run"
    case .stage: "stage"
    case .apply(_, let anyway): anyway ? "apply-anyway" : "apply"
    case .replay: "replay"
    }
  }

  /// What is played; nil for a run of its own.
  var run: RunID? {
    switch self {
    case .run, .stage: nil
    case .apply(let run, _), .replay(let run): run
    }
  }
}
