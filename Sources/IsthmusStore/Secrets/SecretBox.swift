import Crypto
import Foundation

/// Where a secret belongs: `connector:NAME` and `clientSecret`, for one.
package struct SecretPlace: Sendable, Hashable, Comparable {
  package var owner: String
  package var field: String

  package init(owner: String, field: String) {
    self.owner = owner
    self.field = field
  }

  package static func < (a: SecretPlace, b: SecretPlace) -> Bool { (a.owner, a.field) < (b.owner, b.field) }
}

/// A secret that was sealed by AES-256-GCM.
///
/// The place and the key's name are part of what is authenticated, so that a box that was copied to another place, or
/// given another key's name, does not open.
package struct SecretBox: Sendable, Hashable {
  package var keyID: String
  /// A form's number (1), 12 random bytes, the ciphertext, 16 bytes of proof.
  package var bytes: [UInt8]

  private static let form: UInt8 = 1

  /// What was stored.
  package init(keyID: String, bytes: [UInt8]) {
    self.keyID = keyID
    self.bytes = bytes
  }

  package init(sealing text: String, at place: SecretPlace, with key: SecretKey) throws {
    keyID = key.id
    let sealed = try AES.GCM.seal(
      Data(text.utf8), using: key.symmetric, authenticating: Self.bound(to: place, keyID: key.id))
    bytes = [Self.form] + sealed.nonce + sealed.ciphertext + sealed.tag
  }

  /// - Throws: ``SecretError`` of kind `unknownKey` or `damaged`.
  package func open(at place: SecretPlace, with keys: SecretKeyring) throws(SecretError) -> String {
    guard let key = keys[keyID] else {
      throw SecretError(
        .unknownKey,
        """
        The secret "\(place.field)" of "\(place.owner)" was sealed with key \(keyID); the current key here is \
        \(keys.current.id).
        """,
        remedy: "Bring that key back, or set the secret anew with isthmus secret set.")
    }
    guard bytes.first == Self.form, let sealed = try? AES.GCM.SealedBox(combined: bytes.dropFirst()),
      // A box that does not open tells nothing of why, and shall not.
      let opened = try? AES.GCM.open(
        sealed, using: key.symmetric, authenticating: Self.bound(to: place, keyID: keyID))
    else {
      throw SecretError(
        .damaged, "The secret \"\(place.field)\" of \"\(place.owner)\" does not open: what is stored was changed.",
        remedy: "Set it anew with isthmus secret set.")
    }
    return String(decoding: opened, as: UTF8.self)
  }

  /// Each part with its length before it: no two places give the same bytes.
  private static func bound(to place: SecretPlace, keyID: String) -> Data {
    var data = Data("isthmus secret".utf8)
    data.append(form)
    for part in [keyID, place.owner, place.field] {
      withUnsafeBytes(of: UInt64(part.utf8.count).bigEndian) { data.append(contentsOf: $0) }
      data.append(contentsOf: part.utf8)
    }
    return data
  }
}
