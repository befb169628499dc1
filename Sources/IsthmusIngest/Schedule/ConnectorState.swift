package import IsthmusCore
package import IsthmusStore

/// How far a part of a run has come.
package struct RunFigure: Sendable, Hashable {
  /// Records that came.
  package var received: Int
  /// How many there are in all; nil where that is not known.
  package var expected: Int?

  package init(received: Int, expected: Int?) {
    self.received = received
    self.expected = expected
  }

  /// 0...1; nil where it is not known how many there are. Never 1 before it is over: rows may come twice.
  package var share: Double? {
    guard let expected, expected > 0 else { return nil }
    return min(Double(received) / Double(expected), 0.99)
  }
}

/// What a run shows of itself for its connector's state.
package struct RunGlance: Sendable, Hashable {
  package enum Phase: Sendable, Hashable {
    /// Somebody works on it, and its hosts are still coming.
    case bringsHosts(RunFigure)
    /// Somebody works on it; its hosts are in and its findings are still coming.
    case bringsFindings(RunFigure)
    /// It has no result and nobody works on it.
    case interrupted
    case ended(result: String)
  }

  package var phase: Phase
  package init(_ phase: Phase) { self.phase = phase }

  /// - Parameters:
  ///   - isOn: Whether somebody works on it, in whichever process.
  ///   - expected: How many records its listing under way has, where that is known.
  package init(_ run: StoredRun, isOn: Bool, expected: Int? = nil) {
    if let result = run.result {
      phase = .ended(result: result)
    } else if !isOn {
      phase = .interrupted
    } else {
      let isWithHosts = Checkpoint.Stage(rawValue: run.stage) ?? .hosts == .hosts
      let received = run.counters[isWithHosts ? "assets" : "findings"]?["fetched"]?.integer ?? 0
      let figure = RunFigure(received: Int(received), expected: expected)
      phase = isWithHosts ? .bringsHosts(figure) : .bringsFindings(figure)
    }
  }

  /// It brought all that it could: what it left, the connector's inventory is.
  fileprivate var hasProcessed: Bool {
    switch phase {
    case .ended(let result): ["succeeded", "partial", "held"].contains(result)
    case .bringsHosts, .bringsFindings, .interrupted: false
    }
  }
}

/// A connector's state, which follows from what is configured and from its runs.
package enum ConnectorState: Sendable, Hashable {
  /// Saved and valid; nothing is in and nothing is to come by itself.
  case registered
  /// Its next run is to come; nothing is in.
  case scheduled(next: Timestamp)
  /// A run is on, and its hosts are still coming.
  case processing(RunFigure)
  /// Its hosts are in. `findings` is nil, or how far the run that is on has come with its findings; `next` is the
  /// next run's time, if one is to come.
  case processed(findings: RunFigure?, next: Timestamp?)

  /// - Parameters:
  ///   - next: When the connector's next run is, if one is to come by itself.
  ///   - runs: Its runs, the newest first. All, or as far back as one that succeeded, was partial or is held: a run
  ///     that failed, was cancelled or interrupted returns the connector to the state that it had before.
  package init(next: Timestamp?, runs: some Sequence<RunGlance>) {
    var isNewest = true
    for run in runs {
      switch run.phase {
      case .bringsHosts(let figure) where isNewest:
        self = .processing(figure)
        return
      case .bringsFindings(let figure) where isNewest:
        self = .processed(findings: figure, next: next)
        return
      default: break
      }
      isNewest = false
      if run.hasProcessed {
        self = .processed(findings: nil, next: next)
        return
      }
    }
    self = next.map(ConnectorState.scheduled) ?? .registered
  }

  /// `registered`, `scheduled`, `processing` or `processed`.
  package var name: String {
    switch self {
    case .registered: "registered"
    case .scheduled: "scheduled"
    case .processing: "processing"
    case .processed: "processed"
    }
  }
}
