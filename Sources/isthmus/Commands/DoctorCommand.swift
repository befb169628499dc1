import ArgumentParser
import Foundation
import IsthmusConfiguration
import IsthmusCore
import IsthmusStore

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Looks whether the inventory, its key and its connectors are in order.",
    discussion:
      "It changes nothing, and works while the server runs. Exit code 1 if a check failed; warnings are not one.")

  @OptionGroup var options: GlobalOptions
  @Flag(help: "Compares the database's indexes with its tables and follows its references; takes longer.")
  var full = false
  @Flag(help: "Also runs each connector's connection check.") var connections = false
  @Option(help: "The certificate that the server is started with: when it ends.") var tlsCertificate: String?
  @Option(help: "Its private key.") var tlsKey: String?
  @Option(help: "table or json.") var output: OutputFormat = .table

  func run() async throws {
    guard output == .table || output == .json else {
      throw CommandError.usage("doctor tells its checks as table or json, not \(output.rawValue).")
    }
    guard (tlsCertificate == nil) == (tlsKey == nil) else {
      throw CommandError.usage("--tls-certificate and --tls-key go together.")
    }
    let checks = try await self.checks()
    let isPassed = !checks.contains { $0.result == .failed }
    if output == .json {
      let report: JSONValue = .object(["passed": .bool(isPassed), "checks": .array(checks.map(\.json))])
      Console.print(report.text(indentation: 2))
    } else {
      for check in checks {
        let word = check.result.rawValue
        let space = String(repeating: " ", count: 9 - word.count)
        Console.print("\(word)\(space)\(check.name): \(RowPrinter.text(.string(check.detail)))")
        if !check.remedy.isEmpty { Console.print("         → \(check.remedy)") }
      }
    }
    if !isPassed { throw CommandError.failed }
  }

  private func checks() async throws -> [HealthCheck] {
    let builder = AppBuilder(options: options)
    let now = AppBuilder.now()
    // Before the database is opened, which makes an empty log.
    let folder = FolderCheck(folder: options.dataFolder)
    var checks = builder.hasStore ? folder.checks : []
    do {
      let inventory = try builder.inspectStore(otherwise: "isthmus check looks at its connectors.")
      let state = InventoryCheck(inventory: inventory, isFull: full, now: now).checks()
      checks += state.checks
      if state.isReadable { checks += try await configured(inventory, builder, now) }
    } catch let error as StoreError {
      checks.append(InventoryCheck.failed("database", error))
    }
    if let tlsCertificate, let tlsKey {
      checks.append(CertificateCheck(certificateFile: tlsCertificate, keyFile: tlsKey, now: now).check)
    }
    return checks
  }

  private func configured(
    _ inventory: DatabaseInspection, _ builder: AppBuilder, _ now: Timestamp
  ) async throws -> [HealthCheck] {
    let (stored, snapshot) = try inventory.read {
      (try $0.secrets.storedSecrets(), try ConfigurationSnapshot($0, ConnectorCatalog.kinds))
    }
    let secrets = SecretCheck(secrets: stored, keys: builder.keySource, now: now)
    let source = SecretSource(environment: ProcessInfo.processInfo.environment, stored: secrets.opened)
    let connectors = ConnectorsCheck(
      builder: builder, snapshot: snapshot, secrets: source, isConnecting: connections, now: now)
    return secrets.checks + (await connectors.checks())
  }
}
