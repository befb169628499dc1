import ArgumentParser
import AzureSimulator
import Dispatch
import Foundation
import Logging

/// `isthmus simulate`: the simulated tenant alone, until it is told to stop.
struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Serve a simulated Azure tenant on 127.0.0.1.",
    discussion: """
      The first line of output is a JSON object: authority, resourceManager, tenantId, clientId, clientSecret,
      subscriptions, caFile (with --tls), day and secondTenant (with --second-tenant: tenantId, clientId,
      clientSecret, subscriptions). Day 0 is 2026-06-01.

      A second tenant is served under the same addresses. In it a share of the first tenant's virtual machines appear
      again as Arc machines, beside hosts of its own, some of which only look like one of the first tenant's.

      Faults: throttle, error500, error503, reset, slow, malformed take a rate from 0 to 1 per request or row;
      slow-seconds=SECONDS sets how long slow answers pause; expire-token=SECONDS and token-requests=NUMBER end
      tokens early; forbid=, hide= and empty=SUBSCRIPTION take an id or a number from 1; the second tenant's numbers
      follow the first one's. refuse=WORD refuses queries that hold the word, list-limit=NUMBER cuts the lists of make_list.
      """)

  @Option(help: "Port to listen on; 0 takes a free one.") var port = 0
  @Flag(help: "Serve HTTPS with a certificate of a private authority that is made at start.") var tls = false
  @Flag(help: "Compress answers for clients that accept gzip.") var gzip = false
  @Option(help: "Living hosts on day 0.") var hosts = 200
  @Option(help: "Assessment rows of each host.") var findingsPerHost = 40
  @Option(help: "Number of subscriptions.") var subscriptions = 3
  @Option(help: "The same seed gives the same tenant.") var seed: UInt64 = 1
  @Option(help: "Requests of a principal in a window, as 15/5s, or 'off'.") var quota = "15/5s"
  @Option(help: "Days since day 0.") var day = 0
  @Option(
    help: ArgumentHelp(
      "Serve a second tenant that shows this share of the virtual machines again, 0 to 1.", valueName: "share"))
  var secondTenant: Double?
  @Option(help: ArgumentHelp("A fault, repeatable.", valueName: "kind=value")) var fault: [String] = []
  @Option(
    help: ArgumentHelp(
      "Keep so many megabytes of answers and give them again to the same questions, to measure a client by.",
      valueName: "megabytes"))
  var keepAnswers = 0
  @Option(help: "The client secret; by default made from the seed.") var clientSecret: String?
  @Option(
    help: ArgumentHelp(
      "A certificate in PEM that the application may sign in by, repeatable; a key beside it is not read.",
      valueName: "file"))
  var clientCertificate: [String] = []
  @Option(
    help: ArgumentHelp(
      "A certificate in PEM: tokens by its key are taken, of issuer https://issuer.example, subject isthmus and audience "
        + "api://AzureADTokenExchange.", valueName: "file"))
  var federatedIssuer: String?
  @Option(
    help: ArgumentHelp("Length of each recommendation's texts; 780 gives rows of about 4 KB.", visibility: .hidden))
  var textBytes = 780

  func run() async throws {
    let configuration: SimulatorConfiguration
    do {
      configuration = try simulatorConfiguration()
    } catch {
      throw Self.refuse(error.summary)
    }
    let logger = Logger(label: "isthmus.simulator") { StreamLogHandler.standardError(label: $0) }

    let signals = TerminationSignals()
    let simulator: Simulator
    do {
      simulator = try await Simulator.start(configuration, logger: logger)
    } catch let error as SimulatorError {
      throw Self.refuse(error.summary)
    } catch {
      Self.complain("Cannot listen on port \(port) of 127.0.0.1: \(error)")
      throw ExitCode(1)
    }
    let folder = try simulator.caPEM.map(Self.writeAuthority)
    let announcement = simulator.announcement(caFile: folder?.appending(path: "ca.pem").path(percentEncoded: false))
    // Written at once and not through a buffer: programs wait for this line.
    FileHandle.standardOutput.write(Data("\(announcement)\n".utf8))
    await signals.first()
    if let folder { try FileManager.default.removeItem(at: folder) }
    // Nothing is worth saving, and connections that clients keep open must not hold the process up.
    Foundation.exit(0)
  }

  /// The configuration that the flags ask for.
  func simulatorConfiguration() throws(SimulatorError) -> SimulatorConfiguration {
    var configuration = SimulatorConfiguration()
    configuration.tenant.hosts = hosts
    guard (0...100_000).contains(keepAnswers) else {
      throw SimulatorError(summary: "--keep-answers takes megabytes, 0 to 100000, not \(keepAnswers).")
    }
    configuration.keptAnswerBytes = keepAnswers << 20
    configuration.tenant.findingsPerHost = findingsPerHost
    configuration.tenant.subscriptions = subscriptions
    configuration.tenant.seed = seed
    configuration.tenant.day = day
    configuration.tenant.textBytes = textBytes
    configuration.tenant.secondTenantShare = secondTenant
    if let fault = configuration.tenant.fault { throw SimulatorError(summary: fault) }
    guard (0...65_535).contains(port) else {
      throw SimulatorError(summary: "--port takes 0 to 65535, not \(port).")
    }
    configuration.port = port
    configuration.usesTLS = tls
    configuration.usesGzip = gzip
    configuration.clientSecret = clientSecret
    if clientSecret?.isEmpty == true { throw SimulatorError(summary: "--client-secret must not be empty.") }
    for file in clientCertificate {
      configuration.clientCertificates.append(try Self.certificate(file, "--client-certificate"))
    }
    if let federatedIssuer {
      configuration.federatedIssuer = try Self.certificate(federatedIssuer, "--federated-issuer")
    }
    if quota == "off" {
      configuration.quota = nil
    } else if let limit = RequestQuota.Limit(quota) {
      configuration.quota = limit
    } else {
      throw SimulatorError(summary: "--quota takes REQUESTS/SECONDSs, as in 15/5s, or off; not '\(quota)'.")
    }
    for text in fault {
      do throws(FaultSyntaxError) {
        try configuration.faults.add(text)
      } catch {
        throw SimulatorError(summary: "--fault: \(error.description)")
      }
    }
    return configuration
  }

  private static func certificate(_ file: String, _ option: String) throws(SimulatorError) -> String {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw SimulatorError(summary: "\(option): the file \(file) can't be read.")
    }
    return text
  }

  private static func refuse(_ summary: String) -> ExitCode {
    complain(summary)
    return ExitCode(2)
  }

  private static func complain(_ text: String) {
    FileHandle.standardError.write(Data("isthmus simulate: \(text)\n".utf8))
  }

  /// Writes the certificate to trust into a folder of its own and returns the folder.
  private static func writeAuthority(_ pem: String) throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "isthmus-simulator-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(pem.utf8).write(to: folder.appending(path: "ca.pem"))
    return folder
  }
}

/// Waits for SIGTERM or SIGINT, which then no longer end the process by themselves.
private struct TerminationSignals {
  private let signals: AsyncStream<Void>
  private let sources: [any DispatchSourceSignal]

  init() {
    let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
    self.signals = signals
    sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { continuation.yield() }
      source.resume()
      return source
    }
  }

  /// Returns when the first signal comes.
  func first() async {
    var iterator = signals.makeAsyncIterator()
    await iterator.next()
    for source in sources { source.cancel() }
  }
}
