package import IsthmusCore
package import IsthmusStore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Slows down who tries passwords: by account, and by the client's address. Holds across processes.
///
/// Each attempt is counted as a failure before the password is looked at, so that many at once count as many; a right
/// one is taken back. Waits double with each failure up to a longest one: nobody is locked out for ever. Who signed in
/// from an address before is not held up there by what strangers try on the account from elsewhere.
package struct SignInThrottle: Sendable {
  /// How many failures are free, and how the waits grow.
  package struct Allowance: Sendable {
    package var free: Int
    package var first: Duration
    package var longest: Duration

    package init(free: Int, first: Duration, longest: Duration) {
      self.free = free
      self.first = first
      self.longest = longest
    }

    /// How long after the last failure the next attempt may be made.
    func delay(after failures: Int) -> Duration {
      guard failures >= free else { return .zero }
      return min(longest, first * (1 << min(failures - free, 30)))
    }
  }

  package var account = Allowance(free: 5, first: .seconds(1), longest: .seconds(60))
  package var address = Allowance(free: 20, first: .seconds(1), longest: .seconds(15 * 60))
  /// Failures are forgotten this long after the last one.
  package var memory: Duration = .seconds(3600)
  /// How long an address at which an account signed in is known for it.
  package var familiarity: Duration = .seconds(30 * 86_400)

  package init() {}

  /// What one attempt is counted under. Only digests are kept: a password may have been typed for the name.
  package struct Attempt: Sendable {
    fileprivate var account: TokenDigest
    fileprivate var address: TokenDigest?
    fileprivate var pair: TokenDigest

    package init(name: String, address: String?) {
      let name = name.lowercased()
      let network = address.map(Self.network)
      account = TokenDigest(of: "account\u{0}\(name)")
      self.address = network.map { TokenDigest(of: "address\u{0}\($0)") }
      pair = TokenDigest(of: "pair\u{0}\(network ?? "")\u{0}\(name)")
    }

    /// An IPv4 address; of an IPv6 address the 64 bits that one customer has.
    private static func network(_ address: String) -> String {
      var storage = in6_addr()
      guard inet_pton(AF_INET6, address, &storage) == 1 else { return address }
      let bytes = withUnsafeBytes(of: &storage) { Array($0) }
      if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
        return bytes[12...].map(String.init).joined(separator: ".")
      }
      return bytes[..<8].map { String($0, radix: 16) }.joined(separator: ":")
    }
  }

  /// Counts an attempt, before its password is looked at.
  ///
  /// - Throws: ``AccessError`` of kind `throttled` if it comes too early; that is not counted.
  package func begin(_ attempt: Attempt, at: Timestamp, in transaction: any AccountWriting) throws {
    try transaction.deleteSignInAttempts(
      failedBefore: at.advanced(by: .zero - memory), succeededBefore: at.advanced(by: .zero - familiarity))
    let keys = try counted(attempt, at: at, transaction)
    let known = try keys.map { ($0, try remembered($0.key, at: at, transaction)) }
    let wait = known.map { entry, attempts in Self.wait(entry.allowance, attempts, at: at) }.max() ?? .zero
    if wait > .zero {
      let seconds = wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0)
      throw AccessError(
        .throttled(wait: .seconds(seconds)),
        "Too many attempts to sign in failed. Try again in \(seconds) second\(seconds == 1 ? "" : "s").")
    }
    for (entry, attempts) in known {
      var attempts = attempts
      attempts.failures += 1
      attempts.lastFailure = at
      try transaction.setSignInAttempts(entry.key, attempts)
    }
  }

  /// Takes back what ``begin(_:at:in:)`` counted, and remembers the address for the account.
  package func succeed(_ attempt: Attempt, at: Timestamp, in transaction: any AccountWriting) throws {
    for entry in try counted(attempt, at: at, transaction) where entry.key != attempt.pair {
      var attempts = try remembered(entry.key, at: at, transaction)
      attempts.failures = max(attempts.failures - 1, 0)
      try transaction.setSignInAttempts(entry.key, attempts)
    }
    try transaction.setSignInAttempts(attempt.pair, StoredAttempts(lastSuccess: at))
  }

  /// The account's own count, or that of the address which is known for it; and the address's.
  private func counted(
    _ attempt: Attempt, at: Timestamp, _ transaction: any AccountReading
  ) throws -> [(key: TokenDigest, allowance: Allowance)] {
    let since = at.advanced(by: .zero - familiarity)
    let isFamiliar = try transaction.signInAttempts(attempt.pair)?.lastSuccess.map { $0 > since } ?? false
    var keys = [(isFamiliar ? attempt.pair : attempt.account, account)]
    if let key = attempt.address { keys.append((key, address)) }
    return keys
  }

  private func remembered(
    _ key: TokenDigest, at: Timestamp, _ transaction: any AccountReading
  ) throws -> StoredAttempts {
    var attempts = try transaction.signInAttempts(key) ?? StoredAttempts()
    if let last = attempts.lastFailure, last <= at.advanced(by: .zero - memory) { attempts.failures = 0 }
    return attempts
  }

  private static func wait(_ allowance: Allowance, _ attempts: StoredAttempts, at: Timestamp) -> Duration {
    guard let last = attempts.lastFailure else { return .zero }
    let delay = allowance.delay(after: attempts.failures)
    // A clock that was set back must not make the wait longer than it is.
    let passed = Duration.microseconds(max(at.microseconds - last.microseconds, 0))
    return max(delay - passed, .zero)
  }
}
