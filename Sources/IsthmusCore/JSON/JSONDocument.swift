/// A validated JSON text and the tape of its values, in document order.
///
/// Strings and numbers are not copied: a ``JSONSlice`` points into the text. Validation is that of RFC 8259:
/// UTF-8, escapes, number grammar, no trailing text; nesting is at most ``maximumDepth``.
package final class JSONDocument: @unchecked Sendable {
  package static let maximumDepth = 256

  /// One value (or an object's key) on the tape.
  struct Entry {
    /// Index just past this value and all it holds.
    var end: UInt32
    /// First byte: of the content for strings (after the quote), of the text for all else.
    var offset: UInt32
    /// Bytes from `offset`.
    var length: UInt32
    var kind: JSONSlice.Kind
    var hasEscapes: Bool
  }

  let bytes: ByteStore
  let tape: UnsafeMutablePointer<Entry>
  let entryCount: Int

  /// Parses `bytes`, which must not change afterwards. At most 4 GiB.
  package init(parsing bytes: ByteStore) throws(JSONError) {
    var parser = JSONParser(bytes)
    do throws(JSONError) {
      try parser.parseDocument()
    } catch {
      parser.tape.deallocate()
      throw error
    }
    self.bytes = bytes
    tape = parser.tape
    entryCount = parser.count
  }

  package convenience init(_ text: String) throws(JSONError) {
    try self.init(parsing: ByteStore(text.utf8))
  }

  deinit { tape.deallocate() }

  /// Calls `body` with the outermost value. Slices are valid inside only.
  package func withRoot<T>(_ body: (JSONSlice) throws -> T) rethrows -> T {
    defer { withExtendedLifetime(self) {} }
    return try body(JSONSlice(tape: UnsafePointer(tape), bytes: UnsafePointer(bytes.base), index: 0))
  }
}

/// Why a text is not JSON.
package struct JSONError: Error, CustomStringConvertible {
  /// Bytes from the start of the text.
  package var offset: Int
  package var problem: String

  package init(offset: Int, problem: String) {
    self.offset = offset
    self.problem = problem
  }

  package var description: String { "not valid JSON at byte \(offset): \(problem)" }
}
