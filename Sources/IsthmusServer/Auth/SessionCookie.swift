package import IsthmusConnect

/// The cookie that carries a session's text.
package struct SessionCookie: Sendable {
  /// Whether browsers reach the server over TLS; the `__Host-` name then keeps other hosts of the domain from setting it.
  package var isSecure: Bool

  package init(isSecure: Bool) { self.isSecure = isSecure }

  package var name: String { isSecure ? "__Host-isthmus" : "isthmus" }

  /// The value of a `Set-Cookie` header. Scripts don't see it, and other sites' forms don't send it; links do, and they
  /// change nothing. It goes with the browser at the latest; the server's own limits end it before.
  package func setting(_ text: Secret) -> String { "\(name)=\(text.reveal()); \(attributes)" }

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
    guard values.count == 1, let value = values.first, value.utf8.count <= 128 else { return nil }
    return Secret(String(value))
  }
}
