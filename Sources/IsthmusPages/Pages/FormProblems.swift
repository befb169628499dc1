import IsthmusConnect
import IsthmusServer
import IsthmusStore

extension PageRequest {
  /// Who asks; of a page that takes a role there is always somebody.
  var signedIn: Principal {
    get throws {
      guard let caller else { throw Problem(.notSignedIn, "Sign in first.") }
      return caller.principal
    }
  }

  /// The session's own digest, as the store keeps it.
  var sessionDigest: TokenDigest? { session.map { TokenDigest(of: $0.reveal()) } }
}

extension Problem {
  /// What the person who sent a form is told beside it.
  ///
  /// - Throws: The error itself, if the form could not have been filled in better.
  static func ofForm(_ error: any Error) throws -> String {
    let problem = Problem(error)
    guard [.invalid, .notFound, .notAllowed, .badRequest, .badQuery, .tooManyRequests].contains(problem.kind) else {
      throw error
    }
    return problem.detail
  }
}

/// Pages that stand beside each other.
struct Tab: Sendable {
  let title: String
  let path: String
  let isCurrent: Bool

  static func administration(_ current: String) -> [Tab] {
    [("Users", "/administration"), ("API tokens", "/administration/tokens"), ("Audit log", "/administration/audit")]
      .map { Tab(title: $0.0, path: $0.1, isCurrent: $0.1 == current) }
  }
}

extension ListPage.Choice {
  static func roles(upTo highest: Role = .admin, chosen: String) -> [ListPage.Choice] {
    Role.allCases.filter { $0 <= highest }.map { .init(name: $0.rawValue, isChosen: $0.rawValue == chosen) }
  }
}
