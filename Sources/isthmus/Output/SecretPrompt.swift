import Foundation
import IsthmusConnect

/// Reads a password or secret: from a terminal without showing it, else from standard input. Never from an argument,
/// which everybody on the machine can see.
enum SecretPrompt {
  private static let maximumBytes = 64 << 10

  /// - Parameters:
  ///   - name: What is asked for: `Password of alice`.
  ///   - twice: On a terminal, where a slip does not show.
  /// - Throws: ``CommandError``; what was read is not in it.
  static func read(_ name: String, twice: Bool) throws -> Secret {
    guard isatty(STDIN_FILENO) == 1 else { return try piped(name) }
    let text = try typed(name)
    if twice, try typed("\(name), again") != text {
      throw CommandError.usage("The two are not the same. Nothing was changed.")
    }
    return Secret(text)
  }

  /// All of standard input, without the line break at its end.
  private static func piped(_ name: String) throws -> Secret {
    var bytes: [UInt8] = []
    while let byte = nextByte() {
      bytes.append(byte)
      if bytes.count > maximumBytes { throw CommandError.usage("\(name): standard input is too long.") }
    }
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard let text = String(bytes: bytes, encoding: .utf8) else {
      throw CommandError.usage("\(name): standard input is not text in UTF-8.")
    }
    if text.isEmpty {
      throw CommandError.usage("\(name): standard input is empty. Pipe it in, or run the command on a terminal.")
    }
    return Secret(text)
  }

  /// Byte by byte, so that an interruption is seen here and the terminal is left as it was.
  private static func typed(_ name: String) throws -> String {
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { return try piped(name).reveal() }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    Console.flush()
    // Before the question, so that nothing of the answer is shown or lost.
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    Console.writeError("\(name): ")
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
      Console.writeError("\n")
    }
    var bytes: [UInt8] = []
    while let byte = nextByte() {
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return try text(bytes, name)
      case 0x03: throw CommandError.interrupted
      case 0x04 where bytes.isEmpty: throw CommandError.interrupted
      case 0x7F, 0x08:
        // A letter may have several bytes; those after the first begin with the bits 10.
        while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
      case 0x15: bytes = []
      default: bytes.append(byte)
      }
      if bytes.count > maximumBytes { throw CommandError.usage("\(name): that is too long.") }
    }
    return try text(bytes, name)
  }

  private static func text(_ bytes: [UInt8], _ name: String) throws -> String {
    guard let text = String(bytes: bytes, encoding: .utf8) else {
      throw CommandError.usage("\(name): what was typed is not text in UTF-8.")
    }
    return text
  }

  /// nil at the end.
  private static func nextByte() -> UInt8? {
    var byte: UInt8 = 0
    while true {
      let count = Foundation.read(STDIN_FILENO, &byte, 1)
      if count < 0, errno == EINTR { continue }
      return count == 1 ? byte : nil
    }
  }
}
