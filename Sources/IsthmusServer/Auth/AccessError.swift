/// Why somebody may not do what they asked for, or a change of accounts can't be made.
package struct AccessError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: Sendable, Hashable {
    /// The input can't be used as it is.
    case invalid
    case notFound
    /// Nobody is signed in, or what was shown for it is wrong; never says which.
    case notSignedIn
    /// Signed in, without the right to do this.
    case notAllowed
    /// Too many attempts; the same request may work after the wait.
    case throttled(wait: Duration)
    /// The server has more to do than it takes on; the same request may work in a moment.
    case busy
    /// The identity provider can't be reached, or does not answer as one does.
    case unavailable
  }

  package var kind: Kind
  /// What happened and what to do. No password, token or secret is in it.
  package var description: String

  /// Of a sign-in by the identity provider: the word for its page.
  package var problem: SignInProblem?

  package init(_ kind: Kind, _ description: String, problem: SignInProblem? = nil) {
    self.kind = kind
    self.description = description
    self.problem = problem
  }
}
