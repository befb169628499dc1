import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore
import TestSupport

/// Runs connectors at once and to their end, where a server would hand them to its scheduler.
struct InterfaceRunner: Sendable {
  let store: any InventoryStore
  let configuration: ConfigurationService
  let vault: SecretVault
  let environment: [String: String]
  let now: Timestamp

  var control: RunControl {
    RunControl(
      start: { try await start($0) }, cancel: { throw Problem(.conflict, "\($0) is over.") },
      approve: { try await service(TrafficMeter()).approve($0) },
      play: { id, _ in throw Problem(.conflict, "\(id) is no staged run.") },
      discard: { _ = try await service(TrafficMeter()).discard($0) }, configurationChanged: {})
  }

  func check(_ connector: ConnectorConfiguration) async throws -> ConnectionCheck {
    try await connected(connector, TrafficMeter()) { await $0.check() }
  }

  private func start(_ request: RunControl.Request) async throws {
    var secrets = SecretSource(environment: environment, stored: try await vault.connectorSecrets())
    secrets.only = request.connector
    let connectors = try await configuration.connectors(secrets: secrets)
    guard let connector = connectors.first(where: { $0.name == request.connector }) else {
      throw ChangeError.notFound("There is no connector \"\(request.connector)\".")
    }
    for plan in connector.plans where request.profile == nil || plan.profile == request.profile {
      let meter = TrafficMeter()
      _ = try await connected(connector, meter) { await service(meter).run(plan, over: $0) }
    }
  }

  private func service(_ meter: TrafficMeter) -> SyncService {
    SyncService(
      store: store,
      environment: RunEnvironment(now: { now }, time: ManualTime().client, meter: meter, report: { _ in }))
  }

  private func connected<T>(
    _ connector: ConnectorConfiguration, _ meter: TrafficMeter, _ body: (any SourceConnection) async -> T
  ) async throws -> T {
    let transport = try AsyncHTTPTransport(TransportSettings())
    let time = ManualTime().client
    let connection = try connector.kind.connect(
      connector.connection,
      in: ConnectionEnvironment(
        makeTransport: { _ in transport }, time: time, pacer: { QuotaPacer(standard: $1, time: time) }, meter: meter))
    let result = await body(connection)
    await transport.shutdown()
    return result
  }
}
