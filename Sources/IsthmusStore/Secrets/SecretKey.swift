package import Crypto
import Foundation

/// A key for secrets at rest: 256 bits, for AES-GCM.
package struct SecretKey: Sendable, CustomStringConvertible, CustomReflectable {
  package static let byteCount = 32

  /// Names the key, without telling it: 64 bits of a digest of it.
  package let id: String
  let symmetric: SymmetricKey

  package init(_ symmetric: SymmetricKey) {
    self.symmetric = symmetric
    var hash = SHA256()
    hash.update(data: Data("isthmus secret key".utf8))
    symmetric.withUnsafeBytes { hash.update(bufferPointer: $0) }
    id = hash.finalize().prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// A new one, from the system's generator.
  package static func random() -> SecretKey { SecretKey(SymmetricKey(size: .bits256)) }

  /// - Returns: nil for anything but base64 of 32 bytes.
  package init?(base64 text: some StringProtocol) {
    guard let data = Data(base64Encoded: String(text)), data.count == Self.byteCount else { return nil }
    self.init(SymmetricKey(data: data))
  }

  /// For the key file alone.
  var base64: String { symmetric.withUnsafeBytes { Data($0).base64EncodedString() } }

  package var description: String { "key \(id)" }
  package var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}

/// The key that secrets are sealed with now, and those that earlier ones were sealed with.
package struct SecretKeyring: Sendable {
  package var current: SecretKey
  package var earlier: [SecretKey]

  package init(_ current: SecretKey, earlier: [SecretKey] = []) {
    self.current = current
    self.earlier = earlier.filter { $0.id != current.id }
  }

  /// More than these are a mistake.
  package static let maximumKeys = 16

  package var all: [SecretKey] { [current] + earlier }

  package subscript(id: String) -> SecretKey? { all.first { $0.id == id } }

  /// Reads keys in base64, the current one first, divided by commas, spaces or lines. `#` begins a comment.
  ///
  /// - Parameter place: Where the text is from, for the message.
  package init(parsing text: String, from place: String) throws(SecretError) {
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.drop(while: \.isWhitespace).hasPrefix("#") }
    let words = lines.flatMap { $0.split { $0 == "," || $0.isWhitespace } }
    var keys: [SecretKey] = []
    for (index, word) in words.prefix(Self.maximumKeys + 1).enumerated() {
      guard let key = SecretKey(base64: word) else {
        throw SecretError(
          .keyUnusable, "Key \(index + 1) in \(place) is not 32 bytes in base64.",
          remedy: "Make one with: head -c 32 /dev/urandom | base64")
      }
      keys.append(key)
    }
    guard let first = keys.first, keys.count <= Self.maximumKeys else {
      throw SecretError(
        .keyUnusable, "\(place) holds \(keys.isEmpty ? "no key" : "more than \(Self.maximumKeys) keys").",
        remedy: "It takes one key, during a change of keys the new one first and then the old one.")
    }
    self.init(first, earlier: Array(keys.dropFirst()))
  }
}
