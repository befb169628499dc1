/// Why a sign-in by the identity provider did not come about, for the sign-in page's address: `/sign-in?problem=no-role`.
/// The words are stable.
package enum SignInProblem: String, Sendable, Hashable, CaseIterable {
  /// The answer is not of this browser's attempt, or came too late.
  case attempt
  /// The provider said no.
  case refused
  /// What the provider said of the person can't be believed.
  case token
  case noRole = "no-role"
  case noAccount = "no-account"
  case disabled
  /// The provider can't be reached, or does not answer as one does.
  case unavailable
  case notConfigured = "not-configured"
  /// Something of ours.
  case failed

  init(_ error: any Error) {
    guard let error = error as? AccessError else {
      self = .failed
      return
    }
    self = error.problem ?? (error.kind == .unavailable ? .unavailable : .token)
  }
}
