/// Why the inventory could not be read or written.
package struct StoreError: Error, Sendable, CustomStringConvertible {
  package enum Kind: Sendable {
    /// A newer version of the program has changed the database.
    case newerVersion
    /// There is no room, or the file may not grow.
    case full
    /// The folder or file can't be read or written by this user.
    case notAllowed
    /// The file is no database of ours, or is damaged.
    case damaged
    /// The database server can't be reached, or has ended the connection.
    case unreachable
    /// Another process holds it too long.
    case busy
    /// Another process has taken over what this one was to do.
    case lost
    /// A defect of ours.
    case defect
  }

  package var kind: Kind
  /// What happened, to what; no row's content.
  package var summary: String
  package var remedy: String

  package init(_ kind: Kind, _ summary: String, remedy: String) {
    self.kind = kind
    self.summary = summary
    self.remedy = remedy
  }

  package var description: String { "\(summary) \(remedy)" }
}
