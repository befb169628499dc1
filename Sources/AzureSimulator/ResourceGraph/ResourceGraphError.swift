/// A refusal of Resource Graph, in the service's own shape.
struct ResourceGraphError: Error, Equatable {
  struct Detail: Equatable {
    var code: String
    var message: String
    /// Where a query was refused; nil for other faults.
    var place: KQLError?
  }

  var status: Int
  var code: String
  var details: [Detail]
  var headers: [String: String] = [:]
  /// nil for the sentence that the service puts there for its support.
  var message: String?

  static func badRequest(_ code: String, _ message: String) -> ResourceGraphError {
    ResourceGraphError(status: 400, code: "BadRequest", details: [Detail(code: code, message: message)])
  }

  static let accessDenied = ResourceGraphError(
    status: 403, code: "AccessDenied",
    details: [
      Detail(
        code: "AccessDenied",
        message: "Access is denied to the requested resource. The user might not have enough "
          + "permission.")
    ])

  static let unsupportedContent = ResourceGraphError(
    status: 500, code: "InternalServerError",
    details: [Detail(code: "UnsupportedMediaType", message: "Content-Type must be application/json.")])

  static func payloadTooLarge(_ bytes: Int) -> ResourceGraphError {
    .badRequest(
      "ResponsePayloadTooLarge",
      "Response payload size is \(bytes), and has exceeded the limit of \(ResourceGraphService.maximumResponseBytes). "
        + "Please consider querying less data at a time and make paginated call if needed.")
  }

  static func query(_ error: KQLError) -> ResourceGraphError {
    let sentence =
      "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error "
      + "before retrying."
    return ResourceGraphError(
      status: 400, code: "BadRequest",
      details: [
        Detail(code: "InvalidQuery", message: sentence), Detail(code: error.code, message: error.message, place: error),
      ])
  }

  func answer(correlationID: String) -> Answer {
    let time = KQLDate.text(ticks: WallClock.ticks)
    let support =
      "Please provide below info when asking for support: timestamp = \(time), correlationId = \(correlationID)."
    let error: KQLValue = .bag([
      ("code", .string(code)), ("message", .string(message ?? support)), ("details", .array(details.map(Self.json))),
    ])
    let sorted = headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    return .json(.bag([("error", error)]), status: status, headers: sorted)
  }

  private static func json(_ detail: Detail) -> KQLValue {
    var members: [(String, KQLValue)] = [("code", .string(detail.code)), ("message", .string(detail.message))]
    if let place = detail.place {
      members.append(("line", .long(Int64(place.line))))
      members.append(("characterPositionInLine", .long(Int64(place.characterPositionInLine))))
      if let token = place.token { members.append(("token", .string(token))) }
      if let expected = place.expectedToken { members.append(("expectedToken", .string(expected))) }
    }
    return .bag(members)
  }
}
