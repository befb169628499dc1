import Foundation
package import IsthmusConnect
import Synchronization

/// Makes and checks password hashes, a few at a time: whoever sends many passwords must not take all the memory and
/// processors.
package final class PasswordHasher: Sendable {
  private let cost: PasswordHash.Cost
  private let random: RandomSource
  private let queue = OperationQueue()
  private let pending = Mutex(0)
  private let maximumPending: Int

  /// - Parameters:
  ///   - atOnce: Hashes that are made at the same time; each takes the cost's memory.
  ///   - waiting: More than these beside them are refused.
  package init(
    cost: PasswordHash.Cost = .standard, random: RandomSource = .system, atOnce: Int = 2, waiting: Int = 30
  ) {
    self.cost = cost
    self.random = random
    queue.maxConcurrentOperationCount = atOnce
    queue.qualityOfService = .userInitiated
    maximumPending = atOnce + waiting
  }

  /// - Throws: ``AccessError`` of kind `busy`.
  package func hash(_ password: Secret) async throws -> PasswordHash {
    try await perform { [cost, random] in try PasswordHash(of: password.reveal(), cost: cost, random: random) }
  }

  /// - Parameter stored: nil where there is no such account, or none with a password: it takes the same time.
  /// - Throws: ``AccessError`` of kind `busy`.
  package func check(_ password: Secret, against stored: String?) async throws -> PasswordCheck {
    let known = stored.flatMap { PasswordHash(parsing: $0) }
    return try await perform { [cost, random] in
      let hash = known ?? PasswordHash(matchingNothing: cost, random: random)
      let isRight = try hash.matches(password.reveal()) && known != nil
      return PasswordCheck(isRight: isRight, isOutdated: isRight && hash.cost != cost)
    }
  }

  private func perform<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    let isTaken = pending.withLock { pending in
      guard pending < maximumPending else { return false }
      pending += 1
      return true
    }
    guard isTaken else {
      throw AccessError(.busy, "Too many people are signing in at this moment. Try again in some seconds.")
    }
    defer { pending.withLock { $0 -= 1 } }
    return try await withCheckedThrowingContinuation { continuation in
      queue.addOperation { continuation.resume(with: Result(catching: work)) }
    }
  }
}

package struct PasswordCheck: Sendable {
  package var isRight: Bool
  /// It was hashed at another cost than new ones are.
  package var isOutdated: Bool
}
