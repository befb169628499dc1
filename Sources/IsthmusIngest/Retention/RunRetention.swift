package import IsthmusCore
package import IsthmusStore

/// What of which runs may go, by the numbers that are to stay.
package struct RunRetention: Sendable, Hashable {
  package private(set) var logs: [RunID] = []
  package private(set) var coverage: [RunID] = []
  package private(set) var rejects: [RunID] = []
  package private(set) var keptPages: [RunID] = []
  /// Runs that go whole.
  package private(set) var runs: [RunID] = []

  /// - Parameter all: Every run, the newest first.
  package init(_ all: [RetainedRun], _ settings: RetentionSettings) {
    for ofConnector in Dictionary(grouping: all, by: \.connector).values {
      let inUse = Self.inUse(ofConnector)
      var kept = 0
      for (index, run) in ofConnector.enumerated() {
        if run.hasKeptParts { kept += 1 }
        if inUse.contains(run.id) { continue }
        // A row that goes takes all else along; one that history refers to stays alone.
        let goesWhole = index >= settings.runs
        if goesWhole, !run.isReferredTo { runs.append(run.id) }
        if run.hasLog, goesWhole || index >= settings.logs { logs.append(run.id) }
        if run.hasCoverage, goesWhole || index >= settings.logs { coverage.append(run.id) }
        if run.hasRejects, goesWhole || index >= settings.rejects { rejects.append(run.id) }
        if run.hasKeptParts, goesWhole || kept > settings.keptPages { keptPages.append(run.id) }
      }
    }
  }

  /// Runs that somebody still works with, of one connector, the newest first: those that have not ended, staged ones that
  /// can be applied, a held one that waits for its yes, and of each profile the last good one, whole and at all, which
  /// prove what is known; and the succeeded ones back to the last that listed everything, by whose number the next such
  /// one comes (see ``DeltaBasis``).
  private static func inUse(_ runs: [RetainedRun]) -> Set<RunID> {
    var inUse = Set(runs.filter { $0.result == nil || $0.result == "staged" }.map(\.id))
    if let last = runs.first(where: { $0.mode != .staged }), last.result == "held" { inUse.insert(last.id) }
    var (whole, any, counted) = (Set<String>(), Set<String>(), Set<String>())
    for run in runs where run.mode != .staged && (run.result == "succeeded" || run.result == "partial") {
      if any.insert(run.profile).inserted { inUse.insert(run.id) }
      if run.mode != .delta, whole.insert(run.profile).inserted { inUse.insert(run.id) }
      guard run.result == "succeeded", !counted.contains(run.profile) else { continue }
      inUse.insert(run.id)
      if run.mode != .delta { counted.insert(run.profile) }
    }
    return inUse
  }
}

/// How much was deleted.
package struct RetentionOutcome: Sendable, Hashable {
  package var runs = 0
  package var logLines = 0
  /// Runs whose proof of coverage went.
  package var coverages = 0
  package var rejects = 0
  package var keptParts = 0
  package var findingEvents = 0
  package var identifications = 0
  package var scoreDays = 0
  package var auditEntries = 0

  package init() {}

  /// By what it is; without what none of went.
  package var counts: [(name: String, count: Int)] {
    let all: [(name: String, count: Int)] = [
      ("runs", runs), ("logLines", logLines), ("coverages", coverages), ("rejects", rejects), ("keptPages", keptParts),
      ("findingEvents", findingEvents), ("identifications", identifications), ("scoreDays", scoreDays),
      ("auditEntries", auditEntries),
    ]
    return all.filter { $0.count > 0 }
  }

  var isEmpty: Bool { counts.isEmpty }
}
