import Foundation
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore
import Logging
import ServiceLifecycle

/// Runs the inventory's connectors by their schedules and on request, for as long as the server lasts.
struct RunHost: Service {
  private let store: any InventoryStore
  private let scheduler: SchedulerService
  private let performer: RunPerformer
  private let jobs = AsyncStream.makeStream(of: (@Sendable () async -> Void).self)

  init(_ builder: AppBuilder, _ store: any InventoryStore, logger: Logger) {
    let performer = RunPerformer(builder: builder, store: store, logger: logger)
    let schedule = ScheduleSource(builder: builder, store: store)
    self.store = store
    self.performer = performer
    scheduler = SchedulerService(
      .init(
        now: AppBuilder.now, time: .system, load: { try await schedule.load() }, keep: { try await schedule.keep($0) },
        perform: { order, stop in await performer.perform(order.profile, stop: stop) },
        report: { performer.note($0) }))
  }

  /// Ends when the server is asked to: runs finish their page, and go on at the next start.
  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask { await scheduler.run() }
        for await job in jobs.stream { group.addTask { await job() } }
      }
    }
  }

  var control: RunControl {
    let service = performer.service(TrafficMeter()) { _ in }
    return RunControl(
      start: { try await start($0) }, cancel: { try await cancel($0) },
      approve: { try await service.approve($0) }, play: { try await play($0, $1) },
      discard: { _ = try await service.discard($0) }, configurationChanged: { scheduler.lookAgain() })
  }

  private func start(_ request: RunControl.Request) async throws {
    let connector = try await performer.connector(named: request.connector, secrets: nil)
    let profiles = connector.profiles.filter { request.profile == nil ? $0.isActive : $0.name == request.profile }
    if profiles.isEmpty {
      throw request.profile.map { Problem(.notFound, "\(request.connector) has no profile \"\($0)\".") }
        ?? Problem(.conflict, "No profile of \(request.connector) is active; name one to run it all the same.")
    }
    for profile in profiles where request.isStaged {
      let name = ProfileName(connector: request.connector, profile: profile.name)
      jobs.continuation.yield { await performer.stage(name) }
    }
    for profile in profiles where !request.isStaged {
      _ = await scheduler.request(ProfileName(connector: request.connector, profile: profile.name))
    }
  }

  private func play(_ id: RunID, _ play: RunControl.Play) async throws {
    guard let run = try await store.read({ try $0.run(id) }) else { throw Problem(.notFound, "There is no run \(id).") }
    if case .apply = play, run.result != "staged" { throw Problem(.conflict, "\(id) is no staged run.") }
    let name = ProfileName(connector: run.connectorName, profile: run.profile)
    _ = try await performer.plan(name)
    jobs.continuation.yield { await performer.play(id, play, by: name) }
  }

  private func cancel(_ id: RunID) async throws {
    let service = performer.service(TrafficMeter()) { _ in }
    _ = try await service.cancel(id)
    if let run = try await store.read({ try $0.run(id) }), run.result == nil {
      // In this process it need not wait for its next page.
      _ = await scheduler.cancel(run.connectorName)
    }
  }
}
