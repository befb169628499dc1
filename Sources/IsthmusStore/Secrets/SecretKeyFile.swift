import Foundation

/// `secret.key` in the inventory's folder: the keys for secrets, readable by their owner alone.
///
/// The file is never half written: it is made beside its place, brought to the disk and moved there.
package struct SecretKeyFile: Sendable {
  package let path: String
  private let folder: String

  package init(folder: String) {
    self.folder = folder
    path = "\(folder)/secret.key"
  }

  private static let heading = """
    # Keys of Isthmus for the secrets in its database. Keep a copy elsewhere: without them the secrets are lost.

    """
  private static let maximumBytes = 16 << 10

  /// - Returns: nil if there is no such file.
  /// - Throws: ``SecretError`` of kind `keyUnusable`, also where others than its owner may read it.
  package func keys() throws(SecretError) -> SecretKeyring? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0, errno == ENOENT { return nil }
    guard descriptor >= 0 else { throw Self.unusable("can't be read (\(Self.reason))", path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw Self.unusable("is no file", path)
    }
    guard status.st_mode & 0o077 == 0 else {
      throw SecretError(
        .keyUnusable, "The key file \(path) may be read or written by others (mode \(Self.octal(status.st_mode))).",
        remedy: "Take their rights away with chmod 600, and change the key with isthmus secret rotate-key.")
    }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw Self.unusable("belongs to another user", path)
    }
    guard let text = Self.text(descriptor) else { throw Self.unusable("can't be read as a key file", path) }
    return try SecretKeyring(parsing: text, from: path)
  }

  /// Makes the file with a new key, or gives the keys of the one that another process made first.
  package func make() throws(SecretError) -> SecretKeyring {
    try write(SecretKeyring(.random())) { temporary in
      // Unlike a move, a link does not take the place of a file that is there.
      let linked = link(temporary, path)
      let error = errno
      unlink(temporary)
      return linked == 0 || error == EEXIST
    }
    guard let keys = try keys() else { throw Self.unusable("was taken away while it was made", path) }
    return keys
  }

  /// Puts other keys in place of those that are there.
  package func replace(with keys: SecretKeyring) throws(SecretError) {
    try write(keys) { temporary in rename(temporary, path) == 0 }
  }

  private func write(_ keys: SecretKeyring, moving: (String) -> Bool) throws(SecretError) {
    // An inventory on a server has made no folder here. Where it can't be made, opening the file says so.
    try? SQLiteStore.makeFolder(folder)
    let temporary = "\(path).\(UInt64.random(in: .min ... .max))"
    let descriptor = open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.unusable("can't be made (\(Self.reason))", path) }
    let text = Self.heading + keys.all.map { "\($0.base64)\n" }.joined()
    let bytes = Array(text.utf8)
    // So few bytes are written in one go, or not at all.
    let isWritten =
      fchmod(descriptor, 0o600) == 0 && Foundation.write(descriptor, bytes, bytes.count) == bytes.count
      && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, moving(temporary) else {
      let reason = Self.reason
      unlink(temporary)
      throw Self.unusable("can't be written (\(reason))", path)
    }
    syncFolder()
  }

  /// The name is on the disk too, before a secret is sealed with a key that only the file knows.
  private func syncFolder() {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func text(_ descriptor: Int32) -> String? {
    var bytes = [UInt8](repeating: 0, count: maximumBytes + 1)
    var count = 0
    while count < bytes.count {
      let read = bytes[count...].withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { return nil }
      if read == 0 { break }
      count += read
    }
    guard count <= maximumBytes else { return nil }
    return String(bytes: bytes[..<count], encoding: .utf8)
  }

  private static var reason: String { String(cString: strerror(errno)) }

  private static func octal(_ mode: mode_t) -> String { "0\(String(mode & 0o777, radix: 8))" }

  private static func unusable(_ what: String, _ path: String) -> SecretError {
    SecretError(
      .keyUnusable, "The key file \(path) \(what).",
      remedy: "It is a file of this user alone, in the inventory's folder; see docs/accounts-and-secrets.md.")
  }
}
