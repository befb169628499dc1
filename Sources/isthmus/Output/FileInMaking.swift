import Foundation

/// A file that is written beside its place and moved there when it is whole: whoever reads it never sees half of one,
/// and a failure leaves what was there.
final class FileInMaking: Sendable {
  /// Where it is until it is whole; readable by its owner only.
  let place: String
  private let path: String
  private let target: String
  private let replaces: Bool
  private let descriptor: Int32

  /// - Parameter replaces: Whether it takes the place of a file that is there; else that is an error.
  /// - Throws: ``CommandError`` if no file can be made there.
  init(_ path: String, replaces: Bool = true) throws {
    self.replaces = replaces
    // No attributes: there is nothing yet, not even a link that leads nowhere.
    let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    if !replaces, kind != nil { throw Self.isThere(path) }
    if let kind, ![.typeRegular, .typeSymbolicLink].contains(kind) {
      throw CommandError.usage(
        "\(path) is no file that can be replaced. Name another one, or leave --file away to write to standard output.")
    }
    self.path = path
    // A link stays one: what it leads to is replaced.
    let end = realpath(path, nil)
    target = end.map { String(cString: $0) } ?? path
    free(end)
    place = "\(target).\(getpid()).part"
    descriptor = open(place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor < 0 {
      throw CommandError.usage(
        "\(path) can't be written (\(Self.reason)). Check its folder and that you may write there.")
    }
  }

  func write(_ bytes: ArraySlice<UInt8>) throws {
    var written = bytes.startIndex
    while written < bytes.endIndex {
      let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError(description: "\(path) can't be written (\(Self.reason)).") }
      written += count
    }
  }

  /// Moves the file to its place.
  func finish() throws {
    // On disk first: after a power cut there is the old file or the new one.
    guard fsync(descriptor) == 0, close(descriptor) == 0, try move() else {
      let reason = Self.reason
      abandonPlace()
      throw FileError(description: "\(path) can't be written (\(reason)).")
    }
    syncFolder()
  }

  private func move() throws -> Bool {
    if replaces { return rename(place, target) == 0 }
    // Unlike a move, a link does not take the place of a file that came meanwhile.
    if link(place, target) == 0 { return unlink(place) == 0 }
    if errno == EEXIST {
      abandonPlace()
      throw Self.isThere(path)
    }
    // Some file systems know no links.
    guard [EPERM, ENOTSUP, EOPNOTSUPP, ENOSYS].contains(errno) else { return false }
    return rename(place, target) == 0
  }

  /// The name is on the disk too. That it can't be brought there is no reason to call a whole file none.
  private func syncFolder() {
    let folder = open(
      URL(filePath: target).deletingLastPathComponent().path(percentEncoded: false), O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  func abandon() {
    close(descriptor)
    abandonPlace()
  }

  private func abandonPlace() {
    // SQLite's own files beside one that it was writing.
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink(place + suffix) }
  }

  private static func isThere(_ path: String) -> CommandError {
    .usage("\(path) is there already, and is left as it is. Name another file.")
  }

  private static var reason: String { String(cString: strerror(errno)) }
}

/// Why a file was not written.
struct FileError: Error, CustomStringConvertible {
  let description: String
}
