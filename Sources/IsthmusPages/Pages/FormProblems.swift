import IsthmusConfiguration
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

/// Why what a person typed was refused, for the form to show: in words above it, and at its fields.
struct FormProblem: Sendable {
  /// What a form can be filled in better for, or sent again later for.
  private static let kinds: [Problem.Kind] = [
    .invalid, .conflict, .changedMeanwhile, .notFound, .notAllowed, .badRequest, .badQuery, .tooManyRequests,
  ]

  let summary: String
  private let places: [(pointer: String, text: String)]

  /// - Parameter keys: What is configured by the form; none for a form about something else.
  /// - Throws: The error itself, if the form could not have been filled in better.
  init(_ error: any Error, of keys: ConfigurationItem.Key...) throws {
    let problem = Problem(error)
    guard Self.kinds.contains(problem.kind) else { throw error }
    summary = problem.detail
    let isElsewhere = (error as? ConfigurationProblem).map { !keys.contains($0.item) } ?? false
    places = isElsewhere ? [] : problem.places.compactMap { place in place.pointer.map { ($0, place.detail) } }
  }

  /// Whether it is about one of these fields, or about what holds them.
  func concerns(_ fields: [FormField]) -> Bool {
    places.contains { place in
      fields.contains { field in
        let (own, other) = (field.pointer, place.pointer)
        if own.isEmpty || other.isEmpty { return false }
        return own == other || other.hasPrefix("\(own)/") || own.hasPrefix("\(other)/")
      }
    }
  }

  func text(at pointer: String) -> String {
    let found = places.first { $0.pointer == pointer || $0.pointer.hasPrefix("\(pointer)/") }
    return pointer.isEmpty ? "" : found?.text ?? ""
  }

  /// Which element of the list at `pointer` it is about, from 0.
  func index(in pointer: String) -> Int? {
    places.lazy.compactMap { place in
      place.pointer.hasPrefix("\(pointer)/")
        ? place.pointer.dropFirst(pointer.count + 1).split(separator: "/").first.flatMap { Int($0) } : nil
    }.first
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
