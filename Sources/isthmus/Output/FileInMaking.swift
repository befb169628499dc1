import Foundation

/// A file that is written beside its place and moved there when it is whole: whoever reads it never sees half of one,
/// and a failure leaves what was there.
final class FileInMaking: Sendable {
  private let path: String
  private let target: String
  private let place: String
  private let descriptor: Int32

  /// - Throws: ``CommandError`` if no file can be made there.
  init(_ path: String) throws {
    // No attributes: there is nothing yet.
    let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
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
    guard fsync(descriptor) == 0, close(descriptor) == 0, rename(place, target) == 0 else {
      let reason = Self.reason
      unlink(place)
      throw FileError(description: "\(path) can't be written (\(reason)).")
    }
  }

  func abandon() {
    close(descriptor)
    unlink(place)
  }

  private static var reason: String { String(cString: strerror(errno)) }
}

/// Why a file was not written.
struct FileError: Error, CustomStringConvertible {
  let description: String
}
