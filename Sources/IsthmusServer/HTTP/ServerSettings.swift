/// Where and how the server listens.
package struct ServerSettings: Sendable {
  /// What a process does; several may share one inventory.
  package enum Role: String, Sendable {
    case all
    /// Answers people and programs, and works on no runs.
    case web
    /// Works on runs; answers `/health`, `/ready` and `/metrics` alone.
    case worker
  }

  package var role = Role.all
  package var host = "127.0.0.1"
  /// 0: one that the system gives.
  package var port = 8080
  /// PEM files; TLS where they are named.
  package var certificateFile: String?
  package var keyFile: String?
  /// In bytes.
  package var maximumBody = 4 << 20
  /// How long a connection may be idle, a request's head may take, and a client may leave an answer untaken.
  package var idleTimeout = Duration.seconds(75)
  /// How long the rest of a request may take after its head.
  package var requestTimeout = Duration.seconds(60)
  /// Whether `X-Forwarded-For` and `X-Request-Id` are believed: only behind a proxy that sets them itself. What it says
  /// of TLS is not asked for: that it speaks TLS is what this setting says.
  package var trustsProxy = false
  /// Whether browsers reach it over TLS: by its own certificate, or by the proxy's.
  package var isSecure: Bool { certificateFile != nil || trustsProxy }

  package init() {}

  package var isLoopback: Bool { host == "127.0.0.1" || host == "::1" || host == "localhost" }

  /// Why it may not listen so; nil if it may.
  package var problem: String? {
    if (certificateFile == nil) != (keyFile == nil) { return "a certificate and its key go together" }
    if !isLoopback, !isSecure {
      return """
        passwords and tokens would go over the network in the clear: give --tls-certificate and --tls-key, \
        or --trust-proxy behind a proxy that speaks TLS, or listen on 127.0.0.1
        """
    }
    return nil
  }
}
