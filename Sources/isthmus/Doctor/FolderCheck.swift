import Foundation
import IsthmusStore

/// The inventory's folder: whose it is, who may read it, how much room is left.
struct FolderCheck {
  private static let leastRoom = 64 << 20
  private static let largeLog = 256 << 20

  let folder: String

  var checks: [HealthCheck] { [rights, room, log] }

  private var database: String { "\(folder)/isthmus.sqlite" }

  /// The folder and what stands in it; the key's file has a check of its own.
  private var rights: HealthCheck {
    let name = "data folder"
    for path in [folder, database, "\(database)-wal"] {
      guard let attributes = Self.attributes(path), let rights = attributes[.posixPermissions] as? Int,
        let owner = attributes[.ownerAccountID] as? Int
      else { continue }
      if rights & 0o077 != 0 {
        let mode = String(rights & 0o777, radix: 8)
        return .failed(
          name, "\(path) may be used by others (mode 0\(mode)).",
          remedy: "Take their rights away: chmod go= \(path)")
      }
      if owner != Int(geteuid()) {
        return .failed(
          name, "\(path) belongs to the user with number \(owner), and this is \(geteuid()).",
          remedy: "Run isthmus as the user whose it is, or give it to this one with chown.")
      }
    }
    guard access(folder, W_OK | X_OK) == 0, access(database, R_OK | W_OK) == 0 else {
      return .failed(
        name, "\(folder) can't be written by this user.", remedy: "Check its rights and how its disk is mounted.")
    }
    return .ok(name, "\(folder) is this user's alone.")
  }

  /// A backup, or a run that is tried on a copy, needs as much again as the inventory.
  private var room: HealthCheck {
    let name = "disk space"
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else {
      return .warning(
        name, "The room on the disk of \(folder) can't be told (\(String(cString: strerror(errno)))).",
        remedy: "Look with df.")
    }
    let free = Int(status.f_bavail) * Int(status.f_frsize)
    let used = Self.size(database)
    let detail = "\(HealthCheck.megabytes(free)) free; the inventory has \(HealthCheck.megabytes(used))."
    if free < Self.leastRoom { return .failed(name, detail, remedy: "Make room: runs stop when the disk is full.") }
    if free < used {
      return .warning(
        name, detail, remedy: "Make room: a staged run or a backup on this disk needs as much as the inventory has.")
    }
    return .ok(name, detail)
  }

  private var log: HealthCheck {
    let name = "write-ahead log"
    let size = Self.size("\(database)-wal")
    if size > Self.largeLog {
      return .warning(
        name, "It has \(HealthCheck.megabytes(size)).",
        remedy: """
          It is taken into the database when nobody reads an old view of it: end exports or backups that hang. If no \
          process uses the inventory, the next command does it.
          """)
    }
    return .ok(name, "It has \(HealthCheck.megabytes(size)).")
  }

  /// Of what the path leads to; nil if there is nothing.
  private static func attributes(_ path: String) -> [FileAttributeKey: Any]? {
    let place = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    // Nothing there is no error here; a folder that can't be searched fails the inventory's own check.
    return try? FileManager.default.attributesOfItem(atPath: place)
  }

  private static func size(_ path: String) -> Int { attributes(path)?[.size] as? Int ?? 0 }
}
