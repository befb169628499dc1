import Foundation
import IsthmusCore
import IsthmusStore

/// The database: whether it is whole, of which version, and what its runs and times say.
struct InventoryCheck {
  /// A page takes minutes at most, waits for quota included.
  private static let quietRun = Duration.seconds(3600)
  /// Clocks of machines in order differ by less.
  private static let clockTolerance = Duration.seconds(300)
  /// 2026-01-01: this program was written later.
  private static let earliest = Timestamp(microseconds: 1_767_225_600_000_000)

  let inventory: any InventoryInspection
  let isFull: Bool
  let now: Timestamp

  /// Whether the version is this program's, so that its rows can be read; with the checks that led there.
  func checks() -> (isReadable: Bool, checks: [HealthCheck]) {
    var checks = [integrity]
    let version = self.version
    checks.append(version)
    guard checks[0].result != .failed, version.result == .ok else { return (false, checks) }
    checks += [runs, clock]
    return (true, checks)
  }

  private var integrity: HealthCheck {
    let name = "database"
    do {
      let damage = try inventory.damage(isFull ? .wholeWithReferences : .quick)
      guard let first = damage.first else {
        return .ok(
          name,
          isFull
            ? "Tables, indexes, references between tables and kept numbers are in order."
            : "It is whole, as far as a quick look tells (--full looks closer).")
      }
      let more = damage.count > 1 ? " and \(damage.count - 1) more" : ""
      return .failed(
        name, "It is damaged: \(first)\(more).", remedy: "Restore it from a backup; docs/operations.md says how.")
    } catch {
      return Self.failed(name, error)
    }
  }

  private var version: HealthCheck {
    let name = "schema version"
    do {
      let (version, known) = (try inventory.knownVersion(), SQLiteStore.schemaVersion)
      if version < known {
        return .warning(
          name, "The database has \(version), this program \(known): the next command that opens it changes it.",
          remedy: "Make a backup first, as isthmus backup does or says; end all processes of the older version.")
      }
      return .ok(name, "\(version)")
    } catch {
      return Self.failed(name, error)
    }
  }

  /// Runs that are on, or that stopped in the middle.
  private var runs: HealthCheck {
    let name = "runs"
    do {
      let (open, held) = try inventory.read { reader in
        let held = try reader.identities.connectorNumbers().keys.sorted().compactMap { connector in
          try reader.runs(connector: connector, limit: 1).first { $0.result == "held" }
        }
        return (try reader.openRuns(), held)
      }
      let quiet = open.filter { $0.updatedAt.advanced(by: Self.quietRun) < now }
      if let run = quiet.first {
        return .warning(
          name, "\(run.run) of \(run.connector) has no end and wrote nothing since \(run.updatedAt).",
          remedy: run.isStaged
            ? "Its process has ended: throw it away with isthmus run discard \(run.run)."
            : "It goes on at the next isthmus sync or schedule; to end it, isthmus run cancel \(run.run).")
      }
      if let run = held.first {
        return .warning(
          name, "\(run.id) of \(run.connectorName) is held: it would close more than it may.",
          remedy: "Look at it with isthmus run show \(run.id); isthmus run approve \(run.id) lets it go on.")
      }
      if open.isEmpty { return .ok(name, "None is on.") }
      let names = open.map { "\($0.run)" }.joined(separator: ", ")
      return .ok(name, "On, or to go on at the next sync or schedule: \(names).")
    } catch {
      return Self.failed(name, error)
    }
  }

  private var clock: HealthCheck {
    let name = "clock"
    do {
      if now < Self.earliest {
        return .failed(name, "It shows \(now).", remedy: "Set the machine's clock; NTP keeps it right.")
      }
      if let last = try inventory.read({ try $0.lastMoment() }), now.advanced(by: Self.clockTolerance) < last {
        return .failed(
          name, "It shows \(now), and the inventory was written at \(last).",
          remedy: "Set the machine's clock: schedules, sessions and the life of findings go by it.")
      }
      return .ok(name, "\(now)")
    } catch {
      return Self.failed(name, error)
    }
  }

  static func failed(_ name: String, _ error: any Error) -> HealthCheck {
    guard let error = error as? StoreError else { return .failed(name, "\(error)", remedy: "") }
    return .failed(name, error.summary, remedy: error.remedy)
  }
}
