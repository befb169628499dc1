/// How a connection goes to its server, and who could listen or stand in between.
package enum PostgreSQLLink: Sendable, Equatable {
  /// Over a socket or loopback: the machine is not left.
  case local
  /// Over a network, as anybody on the way can read and change it.
  case plain
  /// Encrypted, but to whoever answers; `mode` is libpq's `sslmode`.
  case unchecked(encryption: String, mode: String)
  /// Encrypted to a server whose certificate is of a known authority.
  case checked(encryption: String)

  /// - Parameters:
  ///   - host: As libpq was told; a path or nothing for a socket.
  ///   - address: The server's, in digits.
  ///   - encryption: The protocol of TLS; nil without.
  ///   - mode: `sslmode`. <https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION>
  init(host: String, address: String, encryption: String?, mode: String) {
    if host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") || address.hasPrefix("127.") || address == "::1" {
      self = .local
    } else if let encryption {
      self =
        mode.hasPrefix("verify-") ? .checked(encryption: encryption) : .unchecked(encryption: encryption, mode: mode)
    } else {
      self = .plain
    }
  }
}
