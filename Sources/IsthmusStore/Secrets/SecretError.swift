/// Why a stored secret, or the key to it, can't be used. No text of a secret or key is in it.
package struct SecretError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: Sendable, Hashable {
    /// Secrets are stored, and there is no key at all.
    case keyMissing
    /// The key is not of the right form, or others than its owner may read its file.
    case keyUnusable
    /// The secret was sealed with a key that is not here.
    case unknownKey
    /// What is stored was changed, or moved to another place.
    case damaged
  }

  package var kind: Kind
  package var summary: String
  package var remedy: String

  package init(_ kind: Kind, _ summary: String, remedy: String) {
    self.kind = kind
    self.summary = summary
    self.remedy = remedy
  }

  package var description: String { "\(summary) \(remedy)" }
}
