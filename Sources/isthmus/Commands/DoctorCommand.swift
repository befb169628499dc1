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
  @Flag(help: "Also compares indexes with tables, follows references and counts what is kept as numbers; takes longer.")
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
    var checks: [HealthCheck] = []
    do {
      if let address = try builder.databaseAddress() {
        let inventory = try builder.inspectDatabase(address)
        let server = try inventory.server()
        checks += ServerCheck(address: address, server: server, now: AppBuilder.now()).checks
        checks += try await self.checks(of: inventory, builder, now) {
          let running = Set(try inventory.read { try $0.openRuns() }.map(\.connector))
          return UsersCheck(server: server, leases: try inventory.leases(), running: running).check
        }
      } else {
        // Before the database is opened, which makes an empty log.
        if builder.hasStore { checks += FolderCheck(folder: options.dataFolder).checks }
        checks += try await self.checks(of: try builder.inspectFile(), builder, now)
      }
    } catch let error as StoreError {
      checks.append(InventoryCheck.failed("database", error))
    }
    if let tlsCertificate, let tlsKey {
      checks.append(CertificateCheck(certificateFile: tlsCertificate, keyFile: tlsKey, now: now).check)
    }
    return checks
  }

  /// What is looked at wherever the inventory is.
  ///
  /// - Parameter users: Who uses it, where that can be told; asked for only if the rows can be read.
  private func checks(
    of inventory: any InventoryInspection, _ builder: AppBuilder, _ now: Timestamp,
    users: () throws -> HealthCheck? = { nil }
  ) async throws -> [HealthCheck] {
    let state = InventoryCheck(inventory: inventory, isFull: full, now: now).checks()
    guard state.isReadable else { return state.checks }
    let used = try users().map { [$0] } ?? []
    return state.checks + used + (try await configured(inventory, builder, now))
  }

  private func configured(
    _ inventory: any InventoryInspection, _ builder: AppBuilder, _ now: Timestamp
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
