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
  /// Bytes of answers that are kept, to be given again; 0: each is made anew.
  package var keptAnswerBytes = 0
  /// nil for a secret made by the seed.
  package var clientSecret: String?
  /// A secret for which Entra ID says that it has expired.
  package var expiredSecret = "expired-secret"
  /// Certificates in PEM that the first tenant's application may sign in by.
  package var clientCertificates: [String] = []
  /// A certificate in PEM: tokens that its key has signed are taken as another identity provider's.
  package var federatedIssuer: String?

  package init() {}
}

/// Why a simulator cannot be started or moved.
package struct SimulatorError: Error, Equatable {
  package let summary: String

  package init(summary: String) {
    self.summary = summary
  }
}
