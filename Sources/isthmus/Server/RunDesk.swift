import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// Takes what people want of runs, in a process that works on runs or in one that does not: it is kept in the
/// inventory, where ``RunHost`` finds it.
struct RunDesk: Sendable {
  let builder: AppBuilder
  let store: any InventoryStore
  /// Tells this process's ``RunHost`` to look; nothing where it has none.
  var noticed: @Sendable () -> Void = {}
  /// Stops this process's run of the connector at once.
  var stop: @Sendable (String) async -> Void = { _ in }

  var control: RunControl {
    RunControl(
      start: { try await start($0) }, cancel: { try await cancel($0) },
      approve: { try await service.approve($0) }, play: { try await play($0, $1) },
      discard: { _ = try await service.discard($0) }, configurationChanged: noticed)
  }

  private var service: SyncService { builder.syncService(store, meter: TrafficMeter()) { _ in } }

  private func start(_ request: RunControl.Request) async throws {
    let connector = try await builder.connector(named: request.connector, in: store, secrets: nil)
    let profiles = connector.profiles.filter { request.profile == nil ? $0.isActive : $0.name == request.profile }
    if profiles.isEmpty {
      throw request.profile.map { Problem(.notFound, "\(request.connector) has no profile \"\($0)\".") }
        ?? Problem(.conflict, "No profile of \(request.connector) is active; name one to run it all the same.")
    }
    if request.isStaged { return try await ask(request.connector, profiles.map(\.name), .stage) }
    // Who asks twice while it runs wants one run.
    let running = try await running(request.connector)
    try await ask(request.connector, profiles.map(\.name).filter { $0 != running }, .run)
  }

  /// The profile that a run of the connector is on for.
  private func running(_ connector: String) async throws -> String? {
    let last = try await store.read { try $0.runs(connector: connector, limit: 1) }.first
    guard let last, last.mode != .staged, try last.shownResult(in: store) == "running" else { return nil }
    return last.profile
  }

  private func play(_ id: RunID, _ play: RunControl.Play) async throws {
    guard let run = try await store.read({ try $0.run(id) }) else { throw Problem(.notFound, "There is no run \(id).") }
    if case .apply = play, run.result != "staged" { throw Problem(.conflict, "\(id) is no staged run.") }
    let connector = try await builder.connector(named: run.connectorName, in: store, secrets: nil)
    guard connector.plan(named: run.profile) != nil else {
      throw ChangeError.notFound("There is no profile \"\(run.profile)\" of \"\(run.connectorName)\".")
    }
    switch play {
    case .apply(let anyway): try await ask(run.connectorName, [run.profile], .apply(id, anyway: anyway))
    case .replay: try await ask(run.connectorName, [run.profile], .replay(id))
    }
  }

  private func ask(_ connector: String, _ profiles: [String], _ task: StoredRunRequest.Task) async throws {
    let now = builder.clock()
    try await store.write { transaction in
      for profile in profiles {
        try transaction.insertRunRequest(connector: connector, profile: profile, task, at: now)
      }
    }
    noticed()
  }

  private func cancel(_ id: RunID) async throws {
    _ = try await service.cancel(id)
    if let run = try await store.read({ try $0.run(id) }), run.result == nil {
      // In this process it need not wait for its next page.
      await stop(run.connectorName)
    }
  }
}
