import Crypto
import Foundation
package import IsthmusConnect

/// One sign-in on its way by the provider, from leaving for it to coming back.
///
/// All that must be remembered follows from 256 random bits in the browser's cookie: the state, the nonce and the proof
/// key. So any process can go on with it, and an answer that was made for another browser is refused.
package struct OpenIDAttempt: Sendable {
  private let key: SymmetricKey
  /// For the cookie.
  package let text: Secret
  /// A path of this server, to go to when signed in.
  package let returnPath: String

  private static let longestPath = 1024

  /// - Parameter returnPath: `/` takes the place of anything but a path of this server.
  package init(returnPath: String, random: RandomSource = .system) {
    let path = Self.isOwn(returnPath) ? returnPath : "/"
    let key = random.text()
    self.init(key: key, path: path)
  }

  /// - Parameter cookie: What the browser brought back.
  /// - Returns: nil if it is not what was given to it.
  package init?(cookie: Secret) {
    let parts = cookie.reveal().split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let key = Base64URL.bytes(parts[0]), key.count == 32,
      let path = Base64URL.bytes(parts[1]).flatMap({ String(bytes: $0, encoding: .utf8) }), Self.isOwn(path)
    else { return nil }
    self.init(key: String(parts[0]), path: path)
  }

  private init(key: String, path: String) {
    self.key = SymmetricKey(data: Data(key.utf8))
    text = Secret("\(key).\(Base64URL.text(path.utf8))")
    returnPath = path
  }

  /// Ties the answer to the browser; with the path, so that nobody changes it on the way.
  var state: String { derive("state \(returnPath)") }
  /// Ties the token to this attempt.
  var nonce: String { derive("nonce") }
  /// Proves at the token endpoint that who brings the code asked for it (RFC 7636).
  var verifier: String { derive("verifier") }
  var challenge: String { Base64URL.text(SHA256.hash(data: Data(verifier.utf8))) }

  func isState(_ text: String) -> Bool { Self.isSame(text, state) }

  /// Takes the same time wherever the difference is.
  static func isSame(_ a: String, _ b: String) -> Bool {
    SymmetricKey(data: SHA256.hash(data: Data(a.utf8))) == SymmetricKey(data: SHA256.hash(data: Data(b.utf8)))
  }

  private func derive(_ purpose: String) -> String {
    Base64URL.text(HMAC<SHA256>.authenticationCode(for: Data(purpose.utf8), using: key))
  }

  /// `//host` and `/\host` are other servers to a browser.
  private static func isOwn(_ path: String) -> Bool {
    path.hasPrefix("/") && !path.hasPrefix("//") && !path.contains("\\") && path.utf8.count <= longestPath
      && path.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
  }
}
