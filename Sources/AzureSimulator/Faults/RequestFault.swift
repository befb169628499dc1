/// What goes wrong with one request.
enum RequestFault: Equatable, Sendable {
  /// 429; `isBare` with a body of two bytes that is no JSON object.
  case throttle(isBare: Bool)
  case error500
  case error503(retryAfter: Int?)
  case reset
  case slow

  /// Draws by the request's number, so that the same sequence of requests meets the same faults.
  ///
  /// - Parameter scale: 1 for Resource Graph, less where faults should be rarer.
  static func draw(_ settings: FaultSettings, seed: UInt64, request: Int, scale: Double) -> RequestFault? {
    var dice = Dice(seed, .fault, request)
    func occurs(_ rate: Double) -> Bool { Double(dice.below(1_000_000)) < rate * scale * 1_000_000 }
    let detail = dice.below(4)
    if occurs(settings.throttle) { return .throttle(isBare: detail == 0) }
    if occurs(settings.error500) { return .error500 }
    if occurs(settings.error503) { return .error503(retryAfter: detail < 2 ? 1 : nil) }
    if occurs(settings.reset) { return .reset }
    if occurs(settings.slow) { return .slow }
    return nil
  }

  /// The answer that stands in for the real one; nil where the fault is in the way it is sent.
  func answer(correlationID: String) -> Answer? {
    switch self {
    case .throttle(isBare: true):
      return Answer(status: 429, headers: Answer.azureHeaders + [("retry-after", "1")], body: Array("\"\"".utf8))
    case .throttle(isBare: false):
      var error = ResourceGraphError.rateLimiting
      error.headers = ["retry-after": "1"]
      return error.answer(correlationID: correlationID)
    case .error500:
      return ResourceGraphError(
        status: 500, code: "InternalServerError",
        details: [.init(code: "InternalServerError", message: "An unexpected error occurred in query execution.")]
      ).answer(correlationID: correlationID)
    case .error503(let retryAfter):
      var error = ResourceGraphError(
        status: 503, code: "ServiceUnavailable",
        details: [.init(code: "ServiceUnavailable", message: "The service is temporarily unavailable.")])
      if let retryAfter { error.headers = ["retry-after": "\(retryAfter)"] }
      return error.answer(correlationID: correlationID)
    case .reset, .slow: return nil
    }
  }
}

extension ResourceGraphError {
  static let rateLimiting = ResourceGraphError(
    status: 429, code: "RateLimiting",
    details: [
      Detail(
        code: "RateLimiting",
        message:
          "Client application has been throttled and should not attempt to repeat the request until an amount of "
          + "time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.")
    ])
}
