import IsthmusConnect
import IsthmusCore
import IsthmusStore

/// A stream's way of bringing a page into the inventory.
protocol RunStage: Sendable {
  /// What ``apply(_:_:)`` keeps to.
  var extent: WriteExtent { get }
  var mapper: RecordMapper { get }
  func apply(_ page: SourcePage, _ transaction: any InventoryTransaction) throws
}

/// Which rows are one asset is decided over all connectors.
extension HostStage: RunStage { var extent: WriteExtent { .inventory } }
extension FindingStage: RunStage { var extent: WriteExtent { .findings } }

extension IngestRun {
  func stageOf(_ stream: SourceStream, _ readable: [SourceScope]) throws -> any RunStage {
    let scopes = Dictionary(readable.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    let descriptor = plan.kind.descriptor(of: stream)
    let mapper = try plan.kind.mapper(plan.map, of: stream, seed: store.seed)
    switch stream {
    case .hosts:
      return HostStage(
        mapper: mapper, ledger: ledger, seed: store.seed, scopes: scopes, isRecordID: descriptor.isRecordID)
    case .findings:
      return FindingStage(
        mapper: mapper, ledger: ledger, selection: plan.selection, otherSelections: plan.otherSelections,
        scoreMap: plan.scoreMap, scopes: scopes, isHost: plan.kind.isHost,
        isRecordID: descriptor.isRecordID)
    }
  }

  /// The scopes to list: those of the checkpoint if it is in this stream and they are still readable.
  func begin(_ stream: SourceStream, _ readable: [SourceScope]) async throws -> [SourceScope] {
    try await store.write { transaction in
      for scope in readable { _ = try ledger.scope(stream, scope, transaction) }
      let listed = Set(ledger.checkpoint.listed)
      if ledger.checkpoint.stage == Checkpoint.Stage(stream), !listed.isEmpty {
        return readable.filter { listed.contains($0.id) }
      }
      ledger.checkpoint.begin(stream, scopes: readable.map(\.id), attempt: 1)
      ledger.checkpoint.form = plan.fetch
      try save(transaction)
      return readable
    }
  }

  /// Compares what came with what the source counts; returns the scopes to list once more.
  func settleCoverage(
    _ stream: SourceStream, of asked: [SourceScope], among readable: [SourceScope]
  ) async throws -> [SourceScope] {
    let totals = try await listed.totals(of: stream, in: asked)
    let isDense = ledger.checkpoint.given[stream, default: .whole] != .whole
    let isShifted = ledger.checkpoint.isShifted || isOther(totals.values.reduce(0, +), stream)
    // Where nothing changed meanwhile, the form is to blame.
    let isFormBlamed = isDense && !isShifted
    let mayAskAgain = isFormBlamed || ledger.checkpoint.attempt == 1
    let again = try await store.write { transaction -> [SourceScope] in
      var again: [SourceScope] = []
      for scope in asked {
        let stored = try ledger.scope(stream, scope, transaction)
        let coverage = try coverage(of: scope, stored, stream, total: totals[scope] ?? 0, transaction)
        let isDoubtful = coverage == .short || isShifted && ledger.checkpoint.attempt == 1 && coverage == .whole
        if isDoubtful, mayAskAgain { again.append(scope) }
        ledger.checkpoint.coverage[stream, default: [:]][scope.id] = coverage
        try transaction.setCoverage(
          ledger.run, scope: stored.id, received: ledger.checkpoint.received[scope.id] ?? 0, total: totals[scope],
          coverage: coverage.rawValue)
      }
      if again.isEmpty {
        ledger.checkpoint.listed = []
        ledger.checkpoint.cursor = nil
        ledger.checkpoint.stage = stream == .hosts ? .findings : .reconcile
      } else {
        try ledger.startOver(stream, scopes: again.map(\.id), transaction)
        if isFormBlamed {
          ledger.checkpoint.form = ledger.checkpoint.given[stream]?.lessDense ?? .whole
        }
        ledger.checkpoint.begin(stream, scopes: again.map(\.id), attempt: 2)
      }
      try save(transaction)
      return again
    }
    try await warn(stream, readable, again: again)
    return again
  }

  private func coverage(
    of scope: SourceScope, _ stored: StoredScope, _ stream: SourceStream, total: Int,
    _ transaction: any InventoryTransaction
  ) throws -> Checkpoint.Coverage {
    let received = ledger.checkpoint.received[scope.id] ?? 0
    if ledger.checkpoint.blind.contains(scope.id) { return .blind }
    if received != total { return .short }
    guard received == 0 else { return .whole }
    // Resource Graph gives no rows and no error for what the principal may no longer read.
    switch stream {
    case .hosts: return try transaction.presentSources(scope: stored.id).isEmpty ? .whole : .empty
    // That nothing changed is no wonder.
    case .findings where ledger.mode == .delta: return .whole
    case .findings:
      var known = false
      try transaction.forEachPresentFinding(scope: stored.id) { finding in
        if plan.selection.takes(category: finding.category) { known = true }
      }
      return known ? .empty : .whole
    }
  }

  /// Subscriptions that the principal can't read now, and those that the configuration does not name any more.
  func noteUnlisted(_ scopes: ReadableScopes) async throws {
    let (unreadable, deselected) = try await store.write { transaction -> ([String], [String]) in
      let readable = Set(scopes.readable.map(\.id))
      let isResumed = !ledger.checkpoint.readable.isEmpty
      if isResumed, Set(ledger.checkpoint.readable) != readable || ledger.checkpoint.selection != plan.selection {
        try ledger.restart(transaction)
      }
      ledger.checkpoint.readable = readable.sorted()
      ledger.checkpoint.selection = plan.selection
      ledger.checkpoint.otherSelections = plan.otherSelections
      var unreadable = Set(scopes.unreadable)
      var deselected: Set<String> = []
      for stored in try transaction.scopes(ledger.connector, stream: SourceStream.hosts.rawValue)
      where !readable.contains(stored.name) {
        if try transaction.presentSources(scope: stored.id).isEmpty { continue }
        if scopes.configured?.contains(stored.name) == false {
          deselected.insert(stored.name)
        } else {
          unreadable.insert(stored.name)
        }
      }
      for name in unreadable { try note(name, .unreadable, transaction) }
      for name in deselected { try note(name, .deselected, transaction) }
      try save(transaction)
      return (unreadable.sorted(), deselected.sorted())
    }
    for name in unreadable {
      try await warn("Subscription \(name) can't be read: what is known of it stays as it is.")
    }
    for name in deselected {
      try await warn("Subscription \(name) is not configured any more: what is known of it is left out.")
    }
  }

  private func note(
    _ name: String, _ coverage: Checkpoint.Coverage, _ transaction: any InventoryTransaction
  ) throws {
    for stream in SourceStream.allCases {
      let stored = try ledger.scope(stream, SourceScope(id: name, name: name), transaction)
      ledger.checkpoint.coverage[stream, default: [:]][name] = coverage
      try transaction.setCoverage(
        ledger.run, scope: stored.id, received: 0, total: nil, coverage: coverage.rawValue)
    }
  }

  private func warn(_ stream: SourceStream, _ readable: [SourceScope], again: [SourceScope]) async throws {
    for scope in again {
      try await warn("The \(stream.rawValue) of \(scope.name) did not add up; they are listed once more.")
    }
    guard again.isEmpty else { return }
    for scope in readable {
      switch ledger.checkpoint.coverage[stream]?[scope.id] {
      case .short:
        try await warn("The \(stream.rawValue) of \(scope.name) did not add up: nothing is closed there.")
      case .blind:
        try await warn("Some \(stream.rawValue) of \(scope.name) have no readable id: nothing is closed there.")
      case .empty:
        try await warn(
          "\(scope.name) shows no \(stream.rawValue), where some are known: they stay as they are. Check its roles.")
      case .whole, .unreadable, .deselected, nil: break
      }
    }
  }

  /// The source, asked for no more than the stage reads.
  func narrowed(to stage: any RunStage) -> any SourceConnection {
    listed.narrowed(to: stage.mapper.needs, as: ledger.checkpoint.form)
  }

  /// Whether `total` is not what was counted when findings began to come in a dense form, whose pages don't tell their number.
  func isOther(_ total: Int?, _ stream: SourceStream) -> Bool {
    guard stream == .findings, ledger.checkpoint.given[stream, default: .whole] != .whole, let total else {
      return false
    }
    return ledger.checkpoint.expected.map { $0 != total } ?? false
  }

  /// The run says in which form records come.
  func noteForm(of page: SourcePage, _ stream: SourceStream, _ transaction: any InventoryTransaction) throws {
    guard ledger.checkpoint.given.updateValue(page.form, forKey: stream) != page.form else { return }
    let told: String =
      switch page.form {
      case .whole: "\(stream.rawValue) come as whole records"
      case .projected: "\(stream.rawValue) come projected: no more of each than the map reads"
      case .packed: "\(stream.rawValue) come packed: those of a resource in one row"
      }
    try transaction.appendLog(ledger.run, at: environment.now(), level: "info", message: "The \(told).")
  }

  func warn(_ message: String) async throws {
    try await store.write { try $0.appendLog(ledger.run, at: environment.now(), level: "warning", message: message) }
    report(.warning(message))
  }

  func save(_ transaction: any InventoryTransaction) throws {
    let elapsed = environment.time.now() - startedAt
    try ledger.save(transaction, at: environment.now(), traffic: environment.meter.traffic, elapsed: elapsed)
  }

  /// Between two pages, so that what came is kept.
  func checkCancelled() async throws {
    try Task.checkCancellation()
    let isAsked = try await environment.isCancelled()
    guard ledger.isCancelRequested || isAsked else { return }
    throw ConnectorError(.cancelled, "The run was cancelled.", remedy: "What came is kept; nothing was closed.")
  }

  func report(_ event: RunEvent) { environment.report(event) }
}

extension RunLedger {
  func isListed(_ stream: SourceStream) -> Bool {
    switch checkpoint.stage {
    case .hosts: false
    case .findings: stream == .hosts
    case .reconcile, .done: true
    }
  }

  /// All that can be read was listed whole, and nothing that was known is out of reach.
  var isAllCovered: Bool {
    for stream in SourceStream.allCases {
      if !checkpoint.readable.allSatisfy({ checkpoint.isWhole(stream, $0) }) { return false }
    }
    return checkpoint.coverage.values.allSatisfy { $0.values.allSatisfy { $0 == .whole || $0 == .deselected } }
  }
}
