import Foundation
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import Logging

/// Performs one run of a connector that the inventory has configured.
struct RunPerformer: Sendable {
  let builder: AppBuilder
  let store: any InventoryStore
  let logger: Logger
  private let pacers = PacerRegistry()

  init(builder: AppBuilder, store: any InventoryStore, logger: Logger) {
    self.builder = builder
    self.store = store
    self.logger = logger
  }

  /// - Throws: ``ConfigurationProblem`` if what it needs can't be read.
  func connector(named name: String, secrets: SecretSource?) async throws -> ConnectorConfiguration {
    var source = secrets
    source?.only = name
    let connectors = try await builder.configurationService(store).connectors(secrets: source)
    guard let connector = connectors.first(where: { $0.name == name }) else {
      throw ChangeError.notFound("There is no connector \"\(name)\".")
    }
    return connector
  }

  func service(_ meter: TrafficMeter, report: @escaping @Sendable (RunEvent) -> Void) -> SyncService {
    builder.syncService(store, meter: meter, report: report)
  }

  func perform(_ name: ProfileName, stop: RunStop) async -> RunReport {
    do {
      // Without its secrets first: what is wrong with them belongs into the run's own record.
      let plain = try await connector(named: name.connector, secrets: nil)
      guard let plan = plain.plan(named: name.profile) else {
        throw ChangeError.notFound("\(name.connector) has no profile \"\(name.profile)\".")
      }
      let service = service(TrafficMeter()) { _ in }
      let opened: OpenConnection
      do {
        let whole = try await connector(named: name.connector, secrets: try await builder.secrets(store))
        opened = try builder.connect(whole, pacers: pacers)
      } catch let error as ConnectorError {
        return await service.refuse(plan, error)
      } catch {
        return await service.refuse(
          plan, ConnectorError(.configuration, "\(error)", remedy: "Correct the connector's settings."))
      }
      let kept = try await builder.keepMaps(
        of: [plan], try await builder.configurationService(store).snapshot().read(secrets: nil, at: AppBuilder.now()).maps,
        store)
      let running = builder.syncService(
        store, meter: opened.meter, isShuttingDown: { Task.isCancelled && !stop.isByPerson }, report: { event in
          if case .warning(let message) = event { logger.notice("\(message)", metadata: ["connector": "\(name)"]) }
        })
      let report = await running.run(kept[0], over: opened.connection)
      await opened.close()
      return report
    } catch {
      return RunReport(
        refused: name.connector,
        (error as? ConnectorError)
          ?? ConnectorError(.configuration, "\(error)", remedy: "Correct the connector's settings."))
    }
  }

  func note(_ event: SchedulerService.Event) {
    switch event {
    case .started(let order): logger.info("A run has begun.", metadata: ["connector": "\(order.profile)"])
    case .ended(let order, let report):
      var metadata: Logger.Metadata = ["connector": "\(order.profile)", "result": "\(report.result)"]
      if let run = report.run { metadata["run"] = "\(run)" }
      if let error = report.error { metadata["error"] = "\(error.summary)" }
      logger.log(level: report.result == "succeeded" ? .info : .warning, "A run has ended.", metadata: metadata)
    case .failed(let error):
      logger.error("The schedules can't be read or kept.", metadata: ["error": "\(error)"])
    }
  }
}
