/// What to simulate and how to serve it.
package struct SimulatorConfiguration: Sendable {
  package var tenant = TenantConfiguration()
  /// 0 takes a free port. Only 127.0.0.1 is bound.
  package var port = 0
  package var usesTLS = false
  package var usesGzip = false
  /// nil for no quota.
  package var quota: RequestQuota.Limit? = .standard
  package var faults = FaultSettings()
  /// nil for a secret made by the seed.
  package var clientSecret: String?
  /// A secret for which Entra ID says that it has expired.
  package var expiredSecret = "expired-secret"

  package init() {}
}

/// Why a simulator cannot be started or moved.
package struct SimulatorError: Error, Equatable {
  package let summary: String

  package init(summary: String) {
    self.summary = summary
  }
}
