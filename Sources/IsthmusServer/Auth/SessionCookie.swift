package import IsthmusConnect

/// A cookie of ours: that of a session, or that of a sign-in which is on its way by an identity provider.
package struct SessionCookie: Sendable {
  package enum Purpose: Sendable {
    case session
    case signIn
  }

  package var purpose: Purpose
  /// Whether browsers reach the server over TLS; the `__Host-` name then keeps other hosts of the domain from setting it.
  package var isSecure: Bool

  package init(_ purpose: Purpose = .session, isSecure: Bool) {
    self.purpose = purpose
    self.isSecure = isSecure
  }

  private static let signInSeconds = 600
  private static let longestValue = 2048

  package var name: String {
    let plain = purpose == .session ? "isthmus" : "isthmus-sign-in"
    return isSecure ? "__Host-\(plain)" : plain
  }

  /// The value of a `Set-Cookie` header. Scripts don't see it, and other sites' forms don't send it; links do, and they
  /// change nothing. A session's goes with the browser at the latest; the server's own limits end it before.
  package func setting(_ text: Secret) -> String {
    let age = purpose == .signIn ? "Max-Age=\(Self.signInSeconds); " : ""
    return "\(name)=\(text.reveal()); \(age)\(attributes)"
  }

  /// Takes it away.
  package var clearing: String { "\(name)=; Max-Age=0; \(attributes)" }

  private var attributes: String { "Path=/; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")" }

  /// - Parameter header: The value of a request's `Cookie` header.
  /// - Returns: nil if it is not there, or there twice.
  package func text(in header: String) -> Secret? {
    let values = header.split(separator: ";").compactMap { pair -> Substring? in
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == name[...] else { return nil }
      return parts[1]
    }
    guard values.count == 1, let value = values.first, value.utf8.count <= Self.longestValue else { return nil }
    return Secret(String(value))
  }
}
