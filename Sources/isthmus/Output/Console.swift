import Foundation
import Synchronization

/// Standard output for results, through a buffer; standard error for all else, at once.
enum Console {
  private static let standardOutput: Int32 = 1
  private static let standardError: Int32 = 2
  private static let bufferBytes = 32 << 10
  private static let buffer = Mutex<[UInt8]>([])

  static func print(_ line: String) { write("\(line)\n") }

  static func write(_ text: String) { write(text.utf8) }

  static func write(_ bytes: some Sequence<UInt8>) {
    buffer.withLock { buffer in
      buffer.append(contentsOf: bytes)
      if buffer.count >= bufferBytes { drain(&buffer) }
    }
  }

  /// Shows what was printed; also called when the process ends.
  static func flush() { buffer.withLock { drain(&$0) } }

  static func error(_ line: String) { writeError("\(line)\n") }

  static func writeError(_ text: String) {
    var bytes = Array(text.utf8)
    _ = writeAll(&bytes, to: standardError)
  }

  static var isErrorTerminal: Bool { isatty(standardError) == 1 }

  /// Whether somebody sits in front of it: what is typed and what is shown go to a terminal.
  static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(standardOutput) == 1 }

  /// Asks for a yes on the terminal; no answer is none.
  static func confirm(_ question: String) -> Bool {
    flush()
    writeError("\(question) [Y/n] ")
    guard let answer = readLine() else { return false }
    return ["", "y", "yes"].contains(answer.trimmingCharacters(in: .whitespaces).lowercased())
  }

  /// Columns of the terminal; nil where output goes elsewhere.
  static var width: Int? {
    var size = winsize()
    guard isatty(standardOutput) == 1, ioctl(standardOutput, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Ends the process: quietly where the reader has gone (`isthmus … | head`), else with a message.
  private static func drain(_ buffer: inout [UInt8]) {
    if writeAll(&buffer, to: standardOutput) { return }
    if errno == EPIPE { exit(0) }
    error("isthmus: the output can't be written (\(String(cString: strerror(errno)))).")
    exit(1)
  }

  private static func writeAll(_ bytes: inout [UInt8], to descriptor: Int32) -> Bool {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return false }
      written += count
    }
    bytes.removeAll(keepingCapacity: true)
    return true
  }
}
