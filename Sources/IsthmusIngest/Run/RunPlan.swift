package import IsthmusConnect
package import IsthmusCore
package import IsthmusStore

/// What a run is to do: a connector's configuration with one of its profiles, made ready.
package struct RunPlan: Sendable {
  package var connector: String
  package var kind: KindDescriptor
  package var profile: String
  package var map: TransformMap
  package var scoreMap: ScoreMap
  package var selection: FindingSelection
  /// Selections of the connector's other active profiles.
  package var otherSelections: [FindingSelection] = []
  /// nil: the inventory's own stay as they are.
  package var scoreSettings: ScoreSettings?
  /// Names of identification rules that are off.
  package var disabledRules: Set<String> = []
  /// nil: the inventory's own stay as they are.
  package var identification: IdentificationSettings?
  /// A run that would fix or remove, for absence, more than this share of the connector's records is held.
  package var maximumAbsentShare = 0.3
  /// Whether what the source says is kept, so that the run can be played again.
  package var keepsPages = false
  package var retention = RetentionSettings()
  /// `full` or `delta`.
  package var mode = RunMode.full
  /// How densely records are asked for, where the source gives them so.
  package var fetch = FetchForm.packed
  /// Of a profile that brings changes: one of so many runs lists everything.
  package var fullEvery = 7
  /// The run whose kept pages it plays; nil for one that asks the source.
  var replayOf: RunID?

  package init(
    connector: String, kind: KindDescriptor, profile: String, map: TransformMap, scoreMap: ScoreMap,
    selection: FindingSelection
  ) {
    self.connector = connector
    self.kind = kind
    self.profile = profile
    self.map = map
    self.scoreMap = scoreMap
    self.selection = selection
  }
}

/// What a run is given from outside.
package struct RunEnvironment: Sendable {
  package var now: @Sendable () -> Timestamp
  package var time: ClientTime
  package var meter: TrafficMeter
  package var report: @Sendable (RunEvent) -> Void
  /// Asked once the run's task is cancelled: true if the process ends and the run is to go on later, false if a
  /// person ends the run.
  package var isShuttingDown: @Sendable () -> Bool = { false }
  /// Whether a person asked to stop what the run is a part of.
  var isCancelled: @Sendable () async throws -> Bool = { false }

  package init(
    now: @escaping @Sendable () -> Timestamp, time: ClientTime, meter: TrafficMeter,
    report: @escaping @Sendable (RunEvent) -> Void
  ) {
    self.now = now
    self.time = time
    self.meter = meter
    self.report = report
  }
}

/// What a run tells while it is on.
package enum RunEvent: Sendable {
  case resumed(RunID)
  case connected(subscriptions: Int)
  /// `total`: how many records the query under way has in all, where that is known.
  case progress(SourceStream, RunCounters, total: Int?)
  /// Something that a person should know of.
  case warning(String)
  /// What was deleted after the run, for its age.
  case cleanedUp(RetentionOutcome)
}

/// How a run ended.
enum RunResult: Sendable {
  enum Doubt: Sendable {
    /// It would close more than the share that the plan allows; nothing was closed.
    case tooMuch(Reconciler.Absence)
    /// These scopes show nothing where something was known; the others were reconciled.
    case empty([String])
  }

  case succeeded
  /// Something could not be listed whole; what came is in.
  case partial
  /// A person decides.
  case held(Doubt)

  var isHeld: Bool { if case .held = self { true } else { false } }

  var name: String {
    switch self {
    case .succeeded: "succeeded"
    case .partial: "partial"
    case .held: "held"
    }
  }

  /// What a person is asked.
  func failure(of run: RunID) -> RunReport.Failure? {
    let remedy = "The likeliest cause is a lost permission. If it is right, run: isthmus run approve \(run)."
    switch self {
    case .succeeded, .partial: return nil
    case .held(.tooMuch(let absence)):
      let percent = Int((absence.share * 100).rounded())
      let what = "\(absence.hostCount) hosts and \(absence.findingCount) findings, \(percent) % of what is known,"
      return RunReport.Failure(
        kind: "held", summary: "\(what) are not listed any more.", remedy: "\(remedy) Nothing was closed.")
    case .held(.empty(let scopes)):
      let names = scopes.joined(separator: ", ")
      return RunReport.Failure(
        kind: "held", summary: "Nothing is listed any more of: \(names).",
        remedy: "\(remedy) What is known of it stays as it is until then.")
    }
  }
}

extension RunLedger {
  /// How the run ends once it is reconciled.
  var result: RunResult {
    var empty: Set<String> = []
    for scopes in checkpoint.coverage.values {
      for (name, coverage) in scopes where coverage == .empty { empty.insert(name) }
    }
    if !empty.isEmpty, mode != .delta { return .held(.empty(empty.sorted())) }
    return isAllCovered ? .succeeded : .partial
  }
}

/// What is told of a run that has ended.
package struct RunReport: Sendable {
  package struct Failure: Sendable {
    package var kind: String
    package var summary: String
    package var remedy: String
  }

  package var connector: String
  /// nil if it could not begin.
  package var run: RunID?
  /// Whether it listed everything or brought changes alone.
  package var mode = RunMode.full
  /// How findings came; nil if none did.
  package var fetch: FetchForm?
  /// `succeeded`, `partial`, `held`, `failed`, `unauthorised`, `cancelled` or `staged`; ``interrupted`` if it goes on
  /// later.
  package var result: String
  package var counters: RunCounters
  package var seconds: Double
  package var error: Failure?
  /// Why none was begun; nil if one was, or if it failed before.
  package var hindrance: Hindrance?

  package enum Hindrance: Sendable, Hashable {
    /// A run of the connector is on already, in this or another process.
    case busy
    /// Another process has begun or ended what this run was to.
    case overtaken
    /// The inventory could not be used: the run is wanted as before, and nobody has been told anything of it.
    case unavailable

    /// - Parameter error: That of a run which has not begun.
    /// - Returns: nil for an error that says what is wrong with the run itself.
    package init?(_ error: any Error) {
      guard let error = error as? StoreError, error.kind != .defect else { return nil }
      self = .unavailable
    }
  }

  /// The result of a run that ended with its process: its row has none, and the next run goes on from its checkpoint.
  package static let interrupted = "interrupted"
  /// Of a staged run: what it would do.
  package var preview: JSONValue?

  package var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("connector", .string(connector)), .init("run", run.map { .string($0.description) } ?? .null),
      .init("mode", .string(mode.rawValue)), .init("fetch", fetch.map { .string($0.rawValue) } ?? .null),
      .init("result", .string(result)), .init("counters", counters.json),
      .init("seconds", .number(seconds)),
    ]
    if let error { members.append(.init("error", error.json)) }
    if let preview { members.append(.init("preview", preview)) }
    return .object(members)
  }
}

extension RunReport {
  /// A run that could not begin, since the connector's settings can't work.
  package init(refused connector: String, _ error: ConnectorError) {
    self.init(
      connector: connector, run: nil, result: "failed", counters: RunCounters(), seconds: 0,
      error: Failure(kind: error.kind.rawValue, summary: error.summary, remedy: error.remedy))
  }
}

extension RunReport.Failure {
  package var json: JSONValue {
    .object(["kind": .string(kind), "summary": .string(summary), "remedy": .string(remedy)])
  }

  /// As it was kept with the run.
  init(_ json: JSONValue) {
    func text(_ name: String) -> String { json[name]?.string ?? "" }
    self.init(kind: text("kind"), summary: text("summary"), remedy: text("remedy"))
  }
}
