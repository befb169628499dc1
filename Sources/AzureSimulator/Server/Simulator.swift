import Hummingbird
import HummingbirdTLS
package import Logging
import NIOCore
import NIOSSL

/// A simulated tenant that answers over HTTP in this process.
package final class Simulator: Sendable {
  package let port: Int
  /// The authority's certificate in PEM, with TLS.
  package let caPEM: String?
  private let state: SimulatorState
  private let server: Task<Void, any Error>

  /// Makes the tenant and begins to answer; returns when the port is bound.
  ///
  /// - Throws: ``SimulatorError`` for a configuration that cannot be, NIO's errors if the port is taken.
  package static func start(
    _ configuration: SimulatorConfiguration, logger: Logger = Logger(label: "isthmus.simulator")
  ) async throws -> Simulator {
    if let fault = configuration.tenant.fault { throw SimulatorError(summary: fault) }
    let tenant = Tenant(configuration.tenant)
    let registration = try AppRegistration(tenantID: tenant.id, configuration)
    let state: SimulatorState
    do throws(FaultSyntaxError) {
      state = try SimulatorState(
        tenant: tenant, registration: registration, quota: configuration.quota, faults: configuration.faults,
        keptAnswerBytes: configuration.keptAnswerBytes)
    } catch {
      throw SimulatorError(summary: error.description)
    }
    let authority = configuration.usesTLS ? try PrivateAuthority() : nil
    let (bound, boundContinuation) = AsyncStream.makeStream(of: Int.self)
    let responder = SimulatorResponder(
      dispatcher: RequestDispatcher(state: state), usesGzip: configuration.usesGzip)
    // Clients that break off and the end itself are errors to the server, but ordinary here.
    var serverLogger = logger
    serverLogger.logLevel = .critical
    let address = ApplicationConfiguration(
      address: .hostname("127.0.0.1", port: configuration.port), serverName: "Kestrel")
    let onBound: @Sendable (any Channel) async -> Void = { channel in
      boundContinuation.yield(channel.localAddress?.port ?? 0)
      boundContinuation.finish()
    }
    let application: Application<SimulatorResponder>
    if let authority {
      application = Application(
        responder: responder, server: try .tls(tlsConfiguration: serverTLS(authority)), configuration: address,
        onServerRunning: onBound, logger: serverLogger)
    } else {
      application = Application(
        responder: responder, configuration: address, onServerRunning: onBound, logger: serverLogger)
    }
    let server = Task {
      defer { boundContinuation.finish() }
      try await application.run()
    }
    var ports = bound.makeAsyncIterator()
    guard let port = await ports.next() else {
      try await server.value
      throw SimulatorError(summary: "The simulator stopped before it was ready.")
    }
    state.baseURL = "\(configuration.usesTLS ? "https" : "http")://127.0.0.1:\(port)"
    return Simulator(port: port, caPEM: authority?.caPEM, state: state, server: server)
  }

  private init(port: Int, caPEM: String?, state: SimulatorState, server: Task<Void, any Error>) {
    self.port = port
    self.caPEM = caPEM
    self.state = state
    self.server = server
  }

  private static func serverTLS(_ authority: PrivateAuthority) throws -> TLSConfiguration {
    let chain = try NIOSSLCertificate.fromPEMBytes(Array(authority.serverPEM.utf8))
    let key = try NIOSSLPrivateKey(bytes: Array(authority.serverKeyPEM.utf8), format: .pem)
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    tls.minimumTLSVersion = .tlsv12
    tls.applicationProtocols = ["http/1.1"]
    return tls
  }

  /// Ends all connections and waits until the server is down.
  package func stop() async {
    server.cancel()
    // However it ended, it is down.
    _ = try? await server.value
  }

  /// `http://127.0.0.1:<port>/`: where tokens are got.
  package var authority: String { "\(state.baseURL)/" }
  package var resourceManager: String { state.baseURL }
  package var tenantID: String { state.registration.tenantID }
  package var clientID: String { state.registration.clientID }
  package var clientSecret: String { state.registration.clientSecret }
  /// The secret's id, which Entra ID refuses like any wrong secret.
  package var secretID: String { state.registration.secretID }
  package var subscriptions: [String] { state.tenant.subscriptions }
  package var day: Int { state.day.day }
  package var truth: SimulatorTruth { state.day.truth }
  package var counts: RequestCounts { state.counts }
  /// The truth of all served tenants.
  package var combinedTruth: CombinedTruth { state.truth }
  /// How to sign in to the second tenant; nil where there is none.
  package var secondTenant: SecondTenantAccess? { state.second.map(SecondTenantAccess.init) }

  /// Moves the tenant, as `POST /simulator/day` does.
  ///
  /// - Throws: ``SimulatorError`` if the day is out of range.
  package func setDay(_ day: Int) throws {
    guard TenantConfiguration.dayRange.contains(day) else {
      throw SimulatorError(summary: "The day must be 0 to \(TenantConfiguration.dayRange.upperBound), not \(day).")
    }
    state.setDay(day)
  }

  /// Replaces all faults, as `POST /simulator/faults` does.
  ///
  /// - Throws: ``FaultSyntaxError`` if a subscription is unknown.
  package func setFaults(_ faults: FaultSettings) throws {
    try state.setFaults(faults)
  }

  /// The first line of output of `isthmus simulate`.
  ///
  /// - Parameter caFile: Where the authority's certificate was written, with TLS.
  package func announcement(caFile: String?) -> String {
    var members: [(String, KQLValue)] = [
      ("authority", .string(authority)), ("resourceManager", .string(resourceManager)),
      ("tenantId", .string(tenantID)), ("clientId", .string(clientID)), ("clientSecret", .string(clientSecret)),
      ("subscriptions", .array(subscriptions.map { .string($0) })),
    ]
    if let caFile { members.append(("caFile", .string(caFile))) }
    members.append(("day", .long(Int64(day))))
    if let secondTenant { members.append(("secondTenant", secondTenant.json)) }
    var bytes: [UInt8] = []
    KQLValue.bag(members).appendJSON(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
