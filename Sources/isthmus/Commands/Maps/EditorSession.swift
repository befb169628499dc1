import Foundation

/// A text in a file of its own, for the user's editor. The file stays until it is removed: nothing typed is lost.
struct EditorSession {
  let path: String
  private let folder: String

  init(_ text: String, named name: String) throws {
    let place = FileManager.default.temporaryDirectory.appending(path: "isthmus-map-\(UUID().uuidString)")
    let safe = String(name.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_" })
    let file = place.appending(path: "\(safe).yaml")
    (folder, path) = (place.path(percentEncoded: false), file.path(percentEncoded: false))
    do {
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    } catch {
      throw CommandError.usage("No file to edit can be made in \(folder). Set TMPDIR to a folder with room.")
    }
  }

  /// Lets the user edit, and reads what was saved.
  func edit() throws -> String {
    let environment = ProcessInfo.processInfo.environment
    let named = ["VISUAL", "EDITOR"].compactMap { environment[$0] }.first { !$0.isEmpty }
    let editor = named ?? "vi"
    guard try Self.run(["/bin/sh", "-c", "\(editor) \"$1\"", "sh", path]) == 0 else {
      throw CommandError.usage("The editor (\(editor)) ended with an error. What was saved is in \(path).")
    }
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw CommandError.usage("What was saved in \(path) can't be read as text.")
    }
  }

  /// One that is left behind in the system's own temporary folder does no harm.
  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// In this process's own group, as an editor needs that reads the terminal: Foundation starts others outside of it.
  /// Interrupts from the keyboard are the editor's meanwhile.
  private static func run(_ command: [String]) throws -> Int32 {
    let before = [SIGINT, SIGQUIT].map { ($0, signal($0, SIG_IGN)) }
    defer { for (number, handler) in before { signal(number, handler) } }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var own = sigset_t()
    sigemptyset(&own)
    for number in [SIGINT, SIGQUIT, SIGXFSZ, SIGPIPE] { sigaddset(&own, number) }
    posix_spawnattr_setsigdefault(&attributes, &own)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, command[0], nil, &attributes, arguments, environ)
    guard failure == 0 else {
      throw CommandError.usage("The editor can't be started (\(String(cString: strerror(failure)))).")
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return status
  }
}
