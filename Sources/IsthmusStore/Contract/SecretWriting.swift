package import IsthmusCore

/// A secret as it is kept: sealed.
package struct StoredSecret: Sendable, Hashable {
  package var place: SecretPlace
  package var box: SecretBox
  package var setAt: Timestamp
  /// Who set it, as the audit log names them.
  package var setBy: String
  /// When the other side stops to take it, as far as was said; nothing ends here by itself.
  package var expiresAt: Timestamp?

  package init(place: SecretPlace, box: SecretBox, setAt: Timestamp, setBy: String, expiresAt: Timestamp?) {
    self.place = place
    self.box = box
    self.setAt = setAt
    self.setBy = setBy
    self.expiresAt = expiresAt
  }
}

package protocol SecretReading {
  /// By owner and field.
  func storedSecrets() throws -> [StoredSecret]
  func storedSecret(at place: SecretPlace) throws -> StoredSecret?
}

package protocol SecretWriting: SecretReading {
  /// In place of the one that was there.
  func setStoredSecret(_ secret: StoredSecret) throws
  /// - Returns: Whether there was one.
  func deleteStoredSecret(at place: SecretPlace) throws -> Bool
}
