import IsthmusCore
import IsthmusStore

/// The server that the inventory is on: the way to it, what it keeps through a crash, what the user may do there, its
/// clock.
struct ServerCheck {
  /// Clocks of machines in order differ by less.
  private static let clockTolerance = Duration.seconds(300)

  let address: PostgreSQLAddress
  let server: PostgreSQLServer
  /// When the server told its own.
  let now: Timestamp

  var checks: [HealthCheck] { [connection, crashes, rights, textSearch, clock] }

  private var connection: HealthCheck {
    let name = "database server"
    let detail = "PostgreSQL \(server.version), \(way); the inventory has \(HealthCheck.megabytes(server.size))."
    if let reason = server.readOnly {
      return .failed(
        name, "Nothing can be written to \(address): \(reason).",
        remedy: "Name the primary server in --database, and let the user write there.")
    }
    let remedy = "Use sslmode=verify-full in --database, with the authority's certificate in sslrootcert."
    switch server.link {
    case .plain, .unchecked: return .warning(name, detail, remedy: remedy)
    case .local, .checked: return .ok(name, detail)
    }
  }

  private var way: String {
    switch server.link {
    case .local: "over a socket or loopback"
    case .plain: "over a network without TLS"
    case .unchecked(let encryption, let mode): "\(encryption) to whoever answers (sslmode=\(mode))"
    case .checked(let encryption): "\(encryption) with a certificate that was checked"
    }
  }

  private var crashes: HealthCheck {
    let name = "safety in a crash"
    if server.unsafeSettings.isEmpty { return .ok(name, "fsync and full_page_writes are on.") }
    let names = server.unsafeSettings.joined(separator: " and ")
    return .warning(
      name, "Off: \(names). A crash of the server's machine can destroy the database.",
      remedy: "Switch it on in the server's configuration, unless the inventory may be lost.")
  }

  private var rights: HealthCheck {
    let name = "rights"
    let (user, rights) = (server.user, server.rights)
    let remedy =
      "Make \(user) the owner of schema \(address.schema) and of all that is in it (ALTER … OWNER TO \(user))."
    if let first = rights.missing.first {
      let more = rights.missing.count > 1 ? " and \(rights.missing.count - 1) more" : ""
      return .failed(name, "\(user) lacks \(first)\(more).", remedy: remedy)
    }
    if let owner = rights.otherOwner {
      return .warning(
        name, "Something in schema \(address.schema) is \(owner)'s: \(user) can't bring it to a newer version.",
        remedy: remedy)
    }
    if !rights.makesSchemas {
      return .warning(
        name, "\(user) may not make schemas in the database: staged runs, which copy the inventory, fail.",
        remedy: "Grant it CREATE on the database, unless nobody uses staged runs.")
    }
    return .ok(name, "\(user) has all that is needed.")
  }

  private var textSearch: HealthCheck {
    let name = "text search"
    switch server.textSearch {
    case .byTrigrams: return .ok(name, "Parts of ids are found by indexes of pg_trgm.")
    case .withoutIndexes:
      return .warning(
        name, "The database has the extension pg_trgm, but schema \(address.schema) has not all of its indexes.",
        remedy: "Start isthmus serve anew as the owner of the schema: it makes them.")
    case .withoutExtension:
      return .ok(
        name,
        """
        Ids are looked through one by one. With tens of thousands of hosts it is quicker to have the extension pg_trgm \
        in the database (CREATE EXTENSION pg_trgm) and to start isthmus serve anew.
        """)
    }
  }

  private var clock: HealthCheck {
    let name = "clock of the server"
    let clocks = [server.clock, now].sorted()
    if clocks[0].advanced(by: Self.clockTolerance) < clocks[1] {
      return .failed(
        name, "It shows \(server.clock), and this machine's \(now).",
        remedy: "Set the clocks of both; NTP keeps them right.")
    }
    return .ok(name, "\(server.clock)")
  }
}

/// Who uses an inventory on a server, and which runs are whose.
struct UsersCheck {
  let server: PostgreSQLServer
  let leases: [PostgreSQLInspection.Lease]
  /// Connectors with a run that has no end.
  let running: Set<String>

  var check: HealthCheck {
    let name = "processes"
    let lost = leases.filter { !$0.isHeld && running.contains($0.connector) }
    if let lease = lost.first {
      return .warning(
        name,
        "\(lease.holder) ran \(lease.connector) and gave no sign of life since; its right to do so ended at \(lease.endsAt).",
        remedy: "A worker takes the run over: see that one is there (isthmus serve), or run isthmus sync.")
    }
    let held = leases.filter(\.isHeld).map { "\($0.connector) by \($0.holder) until \($0.endsAt)" }
    let runs = held.isEmpty ? "no connector runs" : "running: \(held.joined(separator: ", "))"
    let users = server.sessions == 1 ? "1 connection has" : "\(server.sessions) connections have"
    let open = server.isHeldAlone ? "A process is changing or moving it" : "\(users) it open"
    return .ok(name, "\(open); \(runs).")
  }
}
