import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder of a copy of the inventory: gone with its value, and at the next start if the process ended before.
final class RehearsalFolder: Sendable {
  let path: String
  /// Held as long as the folder is in use.
  private let lock: FileLock

  private static let prefix = "rehearsal-"
  private static let guardName = "rehearsals.lock"

  private init(path: String, lock: FileLock) {
    self.path = path
    self.lock = lock
  }

  deinit {
    // What stays is removed at the next start.
    try? FileManager.default.removeItem(atPath: path)
    lock.release()
  }

  static func make(in folder: String) throws -> RehearsalFolder {
    // Nobody looks for abandoned folders while one is made that is not locked yet.
    let turn = try FileLock.wait(path: "\(folder)/\(guardName)")
    defer { turn.release() }
    let path = "\(folder)/\(prefix)\(UUID().uuidString)"
    try SQLiteStore.makeFolder(path)
    guard let lock = try FileLock.take(path: "\(path)/owner.lock") else {
      throw StoreError(.defect, "A folder that was just made is in use.", remedy: "Report this.")
    }
    return RehearsalFolder(path: path, lock: lock)
  }

  /// Removes the folders of processes that ended without doing so.
  static func removeAbandoned(in folder: String) throws {
    // A folder that can't be listed is met by whatever uses it next.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let found = names.filter { $0.hasPrefix(prefix) }
    if found.isEmpty { return }
    guard let turn = try FileLock.take(path: "\(folder)/\(guardName)") else { return }
    defer { turn.release() }
    for name in found {
      let path = "\(folder)/\(name)"
      guard FileManager.default.fileExists(atPath: path), let lock = try FileLock.take(path: "\(path)/owner.lock")
      else { continue }
      // The next start tries again.
      try? FileManager.default.removeItem(atPath: path)
      lock.release()
    }
  }
}

/// An advisory lock on a file; the system lets go of it when the process ends, however that happens.
final class FileLock: RunLock {
  private let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// nil if somebody else holds it.
  static func take(path: String) throws -> FileLock? {
    let lock = try open(path)
    return flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0 ? lock : nil
  }

  /// Waits for others, who hold it for moments only.
  static func wait(path: String) throws -> FileLock {
    let lock = try open(path)
    while flock(lock.descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw failure(path) }
    }
    return lock
  }

  /// Beside others who hold it so; waits for one that holds it alone, for a moment only.
  static func shared(path: String) throws -> FileLock {
    let lock = try open(path)
    while flock(lock.descriptor, LOCK_SH) != 0 {
      guard errno == EINTR else { throw failure(path) }
    }
    return lock
  }

  /// Lets others hold it beside this one from now on.
  func share() { flock(descriptor, LOCK_SH) }

  private static func open(_ path: String) throws -> FileLock {
    #if canImport(Glibc)
      let descriptor = Glibc.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    #elseif canImport(Musl)
      let descriptor = Musl.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    #else
      let descriptor = Darwin.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    #endif
    guard descriptor >= 0 else { throw failure(path) }
    return FileLock(descriptor)
  }

  private static func failure(_ path: String) -> StoreError {
    StoreError(
      .notAllowed, "The lock \(path) can't be opened (\(String(cString: strerror(errno)))).",
      remedy: "Check that the folder belongs to this user.")
  }

  func release() { flock(descriptor, LOCK_UN) }

  deinit { close(descriptor) }
}
