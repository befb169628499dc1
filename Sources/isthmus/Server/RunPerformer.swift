import Foundation
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore
import Logging

/// Performs one run of a connector that the inventory has configured.
struct RunPerformer: Sendable {
  let builder: AppBuilder
  let store: any InventoryStore
  let logger: Logger
  private let pacers: PacerRegistry

  init(builder: AppBuilder, store: any InventoryStore, pacers: PacerRegistry, logger: Logger) {
    self.builder = builder
    self.store = store
    self.pacers = pacers
    self.logger = logger
  }

  func service(_ meter: TrafficMeter, report: @escaping @Sendable (RunEvent) -> Void) -> SyncService {
    builder.syncService(store, meter: meter, report: report)
  }

  /// What a run of the profile does, and the maps that it may name kept.
  func plan(_ name: ProfileName) async throws -> RunPlan {
    let file = try await builder.configurationService(store).snapshot().read(secrets: nil, at: AppBuilder.now())
    guard let connector = file.connectors.first(where: { $0.name == name.connector }),
      let plan = connector.plan(named: name.profile)
    else { throw ChangeError.notFound("There is no profile \"\(name.profile)\" of \"\(name.connector)\".") }
    return try await builder.keepMaps(of: [plan], file.maps, store).first ?? plan
  }

  func perform(_ order: Scheduler.Order, stop: RunStop) async -> RunReport {
    let report = await over(order.profile, stop: stop) { service, plan, connection in
      await service.run(plan, over: connection, admission: RunAdmission(order))
    }
    // A run that failed before it began answers what people asked for as well.
    if report.hindrance == nil, !order.requests.isEmpty {
      do {
        try await store.write { for request in order.requests { _ = try $0.deleteRunRequest(request) } }
      } catch {
        logger.error("A request for a run could not be deleted; it is run again.", metadata: ["error": "\(error)"])
      }
    }
    return report
  }

  func stage(_ name: ProfileName) async {
    let report = await over(name, stop: nil) { service, plan, connection in
      await service.stage(plan, over: connection, keepsPages: true)
    }
    note(report, of: name)
  }

  func play(_ id: RunID, _ play: RunControl.Play, by name: ProfileName) async {
    let service = service(TrafficMeter()) { _ in }
    do {
      let plan = try await plan(name)
      let report =
        switch play {
        case .apply(let anyway): try await service.apply(id, plan, anyway: anyway)
        case .replay: try await service.replay(id, plan)
        }
      // One that could not begin has no row: it gets one, so that people see why.
      guard report.run == nil, let error = report.error else { return note(report, of: name) }
      note(await service.refuse(plan, ConnectorError(.configuration, error.summary, remedy: error.remedy)), of: name)
    } catch {
      let failure = Self.failure(error)
      guard let plan = try? await plan(name) else {
        return note(RunReport(refused: name.connector, failure), of: name)
      }
      note(await service.refuse(plan, failure), of: name)
    }
  }

  /// Runs `body` over a connection of the connector. One that can't begin is kept as a failed run.
  ///
  /// - Parameter stop: Tells a person's stop from the end of the process, after which the run goes on; nil for one that
  ///   does not go on.
  private func over(
    _ name: ProfileName, stop: RunStop?,
    _ body: @Sendable (SyncService, RunPlan, any SourceConnection) async -> RunReport
  ) async -> RunReport {
    let plan: RunPlan
    do {
      // Without its secrets first: what is wrong with them belongs into the run's own record.
      plan = try await self.plan(name)
    } catch {
      return Self.refused(name, error)
    }
    let opened: OpenConnection
    do {
      let whole = try await builder.connector(
        named: name.connector, in: store, secrets: try await builder.secrets(store))
      opened = try builder.connect(whole, pacers: pacers)
    } catch {
      // One that is tried again by itself needs no row to tell why.
      if stop != nil, RunReport.Hindrance(error) != nil { return Self.refused(name, error) }
      return await service(TrafficMeter()) { _ in }.refuse(plan, Self.failure(error))
    }
    let service = builder.syncService(
      store, meter: opened.meter, isShuttingDown: { stop.map { Task.isCancelled && !$0.isByPerson } ?? false },
      report: { event in
        switch event {
        case .warning(let message): logger.notice("\(message)", metadata: ["connector": "\(name)"])
        case .cleanedUp(let outcome):
          let counts = outcome.counts.map { ($0.name, Logger.MetadataValue.stringConvertible($0.count)) }
          logger.info(
            "What is older than it is to stay was deleted.", metadata: Dictionary(uniqueKeysWithValues: counts))
        case .resumed, .connected, .progress: break
        }
      })
    let report = await body(service, plan, opened.connection)
    await opened.close()
    return report
  }

  private static func refused(_ name: ProfileName, _ error: any Error) -> RunReport {
    var report = RunReport(refused: name.connector, failure(error))
    report.hindrance = .init(error)
    return report
  }

  private static func failure(_ error: any Error) -> ConnectorError {
    switch error {
    case let error as ConnectorError: error
    case let error as StoreError: ConnectorError(.unavailable, error.summary, remedy: error.remedy)
    default: ConnectorError(.configuration, "\(error)", remedy: "Correct the connector's settings.")
    }
  }

  func note(_ event: SchedulerService.Event) {
    switch event {
    case .started(let order): logger.info("A run has begun.", metadata: ["connector": "\(order.profile)"])
    case .ended(let order, let report): note(report, of: order.profile)
    case .failed(let error):
      logger.error("The schedules can't be read or kept.", metadata: ["error": "\(error)"])
    }
  }

  private func note(_ report: RunReport, of name: ProfileName) {
    if report.hindrance == .overtaken { return }
    var metadata: Logger.Metadata = ["connector": "\(name)", "result": "\(report.result)"]
    if let run = report.run { metadata["run"] = "\(run)" }
    if let error = report.error { metadata["error"] = "\(error.summary)" }
    let isGood = report.result == "succeeded" || report.result == "staged"
    logger.log(level: isGood ? .info : .warning, "A run has ended.", metadata: metadata)
  }
}
