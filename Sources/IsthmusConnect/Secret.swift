/// A text that is shown to nobody: it leaves only into a request to its own authority.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  private let value: String

  package init(_ value: String) { self.value = value }

  package var description: String { "<redacted>" }
  package var debugDescription: String { "<redacted>" }
  package var isEmpty: Bool { value.isEmpty }

  /// The text itself, for the one request that needs it.
  package func reveal() -> String { value }
}

extension Secret: CustomReflectable {
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
