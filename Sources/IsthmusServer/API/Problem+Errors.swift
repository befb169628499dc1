import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore

extension Problem {
  /// The problem that an error of the layers below is. What is not known there is a defect, and not told outside.
  package init(_ error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let error as QueryError:
      self.init(.badQuery, error.message)
      position = error.position
      suggestion = error.suggestion
    case let error as ExportError: self.init(.badRequest, error.description)
    case let error as CursorError: self.init(.badRequest, error.description)
    case let error as ConfigurationProblem:
      self.init(.invalid, error.description, places: [Place(pointer: error.pointer, detail: error.problem)])
    case let error as ConfigurationError: self.init(.invalid, error.description)
    case let error as ConfigurationConflict:
      self.init(.changedMeanwhile, error.description)
    case let error as ChangeError:
      self.init(error.kind == .notFound ? .notFound : .invalid, error.description)
    case let error as AccessError: self.init(error)
    case let error as ConnectorError:
      self.init(error.kind == .configuration ? .conflict : .unavailable, "\(error.summary) \(error.remedy)")
    case let error as SecretError: self.init(.unavailable, error.description)
    case let error as StoreError:
      switch error.kind {
      case .busy, .lost, .full, .notAllowed, .newerVersion, .damaged, .unreachable:
        self.init(.unavailable, error.description)
      case .defect: self.init(.defect, "\(error.summary) \(error.remedy)")
      }
    default: self.init(.defect, "Something went wrong that should not; the server's log has more.")
    }
  }

  private init(_ error: AccessError) {
    switch error.kind {
    case .invalid: self.init(.invalid, error.description)
    case .notFound: self.init(.notFound, error.description)
    case .notSignedIn: self.init(.notSignedIn, error.description)
    case .notAllowed: self.init(.notAllowed, error.description)
    case .busy:
      self.init(.unavailable, error.description)
      retryAfter = 1
    case .unavailable: self.init(.unavailable, error.description)
    case .throttled(let wait):
      self.init(.tooManyRequests, error.description)
      retryAfter = max(1, Int(wait.components.seconds) + 1)
    }
  }
}
