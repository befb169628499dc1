import Crypto
import Foundation

/// What is kept of a random text that opens something (a session's id, an API token, a link): its SHA-256.
///
/// The texts have 256 random bits, so that a plain digest can't be tried out.
package struct TokenDigest: Sendable, Hashable {
  package let bytes: [UInt8]

  package init(of text: String) { bytes = Array(SHA256.hash(data: Data(text.utf8))) }

  /// As it was stored.
  init(stored bytes: [UInt8]) { self.bytes = bytes }
}
