package import IsthmusCore

/// What went wrong with a request, as RFC 9457 writes it.
package struct Problem: Error, Sendable {
  /// Stable: programs may tell them apart by it.
  package enum Kind: String, Sendable, CaseIterable {
    case badRequest = "bad-request"
    case badQuery = "bad-query"
    case notSignedIn = "not-signed-in"
    case notAllowed = "not-allowed"
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case notAcceptable = "not-acceptable"
    case conflict
    case changedMeanwhile = "changed-meanwhile"
    case tooLarge = "too-large"
    case addressTooLong = "address-too-long"
    case unsupportedMediaType = "unsupported-media-type"
    case invalid
    case tooManyRequests = "too-many-requests"
    case headersTooLarge = "headers-too-large"
    case defect
    case unavailable

    package var status: Int {
      switch self {
      case .badRequest, .badQuery: 400
      case .notSignedIn: 401
      case .notAllowed: 403
      case .notFound: 404
      case .methodNotAllowed: 405
      case .notAcceptable: 406
      case .conflict: 409
      case .changedMeanwhile: 412
      case .tooLarge: 413
      case .addressTooLong: 414
      case .unsupportedMediaType: 415
      case .invalid: 422
      case .tooManyRequests: 429
      case .headersTooLarge: 431
      case .defect: 500
      case .unavailable: 503
      }
    }

    package var title: String {
      switch self {
      case .badRequest: "The request can't be read"
      case .badQuery: "The query can't be read"
      case .notSignedIn: "Not signed in"
      case .notAllowed: "Not allowed"
      case .notFound: "Not found"
      case .methodNotAllowed: "Method not allowed"
      case .notAcceptable: "No such form"
      case .conflict: "Not possible now"
      case .changedMeanwhile: "Changed meanwhile"
      case .tooLarge: "Too large"
      case .addressTooLong: "Address too long"
      case .unsupportedMediaType: "Unsupported media type"
      case .invalid: "Invalid"
      case .tooManyRequests: "Too many requests"
      case .headersTooLarge: "Headers too large"
      case .defect: "A defect of Isthmus"
      case .unavailable: "Not available"
      }
    }
  }

  /// One place of the request and what is wrong there.
  package struct Place: Sendable {
    /// A JSON pointer into the body; nil for a parameter.
    package var pointer: String?
    package var parameter: String?
    package var detail: String

    package init(pointer: String? = nil, parameter: String? = nil, detail: String) {
      self.pointer = pointer
      self.parameter = parameter
      self.detail = detail
    }
  }

  package var kind: Kind
  /// What happened, to what, and what to do.
  package var detail: String
  package var places: [Place] = []
  /// Of a query: where it can't be read, in characters from 0.
  package var position: Int?
  package var suggestion: String?
  /// Seconds until the same request may work.
  package var retryAfter: Int?
  /// Methods that the path has.
  package var allowed: [String] = []
  /// As in the answer's header X-Request-Id and in the log.
  package var requestID: String?

  package init(_ kind: Kind, _ detail: String, places: [Place] = []) {
    self.kind = kind
    self.detail = detail
    self.places = places
  }

  static let mediaType = "application/problem+json"

  package var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("type", .string("urn:isthmus:problem:\(kind.rawValue)")), .init("title", .string(kind.title)),
      .init("status", .integer(Int64(kind.status))), .init("detail", .string(detail)),
    ]
    if !places.isEmpty {
      let errors = places.map { place in
        JSONValue.object([
          "pointer": place.pointer.map(JSONValue.string) ?? .null,
          "parameter": place.parameter.map(JSONValue.string) ?? .null, "detail": .string(place.detail),
        ])
      }
      members.append(.init("errors", .array(errors)))
    }
    if let position { members.append(.init("position", .integer(Int64(position)))) }
    if let suggestion { members.append(.init("suggestion", .string(suggestion))) }
    if let requestID { members.append(.init("requestId", .string(requestID))) }
    return .object(members)
  }

  package var answer: APIAnswer {
    var answer = APIAnswer(status: kind.status, type: Self.mediaType, bytes: Array(json.text().utf8))
    if let retryAfter { answer.headers.append(("Retry-After", String(retryAfter))) }
    if !allowed.isEmpty { answer.headers.append(("Allow", allowed.joined(separator: ", "))) }
    if kind == .notSignedIn { answer.headers.append(("WWW-Authenticate", "Bearer")) }
    return answer
  }

  static let schema = Schema.answer(
    .init("type", .string(.init(format: "uri")), required: true, "Stable; names the kind of problem."),
    .init("title", .text, required: true), .init("status", .integer(400...599), required: true),
    .init("detail", .text, required: true, "What happened, to what, and what to do."),
    .init(
      "errors",
      .list(
        .answer(
          .init("pointer", .nullable(.text), "A JSON pointer into the body."), .init("parameter", .nullable(.text)),
          .init("detail", .text, required: true))), "Places of the request with what is wrong there."),
    .init("position", .count, "Where a query can't be read, in characters from 0."),
    .init("suggestion", .text, "What was probably meant."),
    .init("requestId", .text, "As in X-Request-Id and in the server's log."))
}
