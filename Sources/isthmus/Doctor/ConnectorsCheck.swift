import Foundation
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore

/// Connectors of the inventory, or of the configuration file where one is named: whether all that they name is there.
struct ConnectorsCheck {
  let builder: AppBuilder
  let snapshot: ConfigurationSnapshot
  let secrets: SecretSource
  /// Whether each is also tried on its source.
  let isConnecting: Bool
  let now: Timestamp

  func checks() async -> [HealthCheck] {
    let names: [String]
    do {
      names = try read(nil).connectors.map(\.name)
    } catch {
      return [.failed("configuration", "\(error)", remedy: "Correct it with isthmus apply, or in the file.")]
    }
    if names.isEmpty { return [.ok("connectors", "None is configured.")] }
    // It writes nothing, also not to what other processes know of a quota.
    let pacers = PacerRegistry(for: nil)
    var checks: [HealthCheck] = []
    for name in names { checks.append(await check(name, pacers)) }
    return checks
  }

  private func check(_ name: String, _ pacers: PacerRegistry) async -> HealthCheck {
    let title = "connector \(name)"
    let opened: OpenConnection
    do {
      // What another one lacks is told there.
      var source = secrets
      source.only = name
      guard let connector = try read(source).connectors.first(where: { $0.name == name }) else {
        return .ok(title, "It is not configured any more.")
      }
      opened = try builder.connect(connector, pacers: pacers)
    } catch let error as ConnectorError {
      return .failed(title, error.summary, remedy: error.remedy)
    } catch {
      return .failed(
        title, "\(error)",
        remedy: "Variables are this command's own: run it as the server runs, with its environment and as its user.")
    }
    guard isConnecting else {
      await opened.close()
      return .ok(title, "Its settings, files and variables are there (--connections tries them).")
    }
    let check = await opened.connection.check()
    await opened.close()
    let bad = check.steps.filter { $0.result == .failed || $0.result == .warning }
    guard let worst = bad.first(where: { $0.result == .failed }) ?? bad.first else {
      return .ok(title, "All \(check.steps.count) steps of the connection check passed.")
    }
    let detail = "\(worst.title): \(worst.detail)"
    return worst.result == .failed
      ? .failed(title, detail, remedy: worst.remedy) : .warning(title, detail, remedy: worst.remedy)
  }

  /// - Parameter secrets: nil: secrets are not wanted.
  private func read(_ secrets: SecretSource?) throws -> ConfigurationFile {
    guard let path = builder.options.configurationPath else { return try snapshot.read(secrets: secrets, at: now) }
    return try ConfigurationFile(
      try AppBuilder.readText(path), path: path, secrets: secrets, beside: try snapshot.known, at: now,
      needsConnectors: false)
  }
}
