package import Logging
import Synchronization

/// What is known of a request while it is answered, and its line in the log.
///
/// The line has the route's pattern, not the address: what people search for stands there.
package final class RequestTrace: Sendable {
  static let header = "X-Request-Id"
  private static let idLengths = 1...64
  /// What watches the server asks for these every few seconds.
  private static let watched: Set<String> = ["/health", "/ready", "/metrics"]

  private struct Facts {
    var route: String?
    var caller: Principal?
    /// Of the body, as far as the client took it.
    var bytes = 0
    var clientIsGone = false
  }

  package let id: String
  private let method: String
  private let address: String?
  private let began = ContinuousClock.now
  private let facts = Mutex(Facts())

  /// - Parameter trustsProxy: Whether an id that the request brings is taken.
  package init(_ raw: RawRequest, trustsProxy: Bool) {
    method = raw.method
    address = raw.address
    let brought = trustsProxy ? raw.headers[Self.header.lowercased()].flatMap(Self.id) : nil
    id = brought ?? Self.newID()
  }

  private static func id(_ text: String) -> String? {
    let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    return isPlain && idLengths.contains(text.utf8.count) ? text : nil
  }

  private static func newID() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  package func meets(route: String) { facts.withLock { $0.route = route } }
  package func isAsked(by caller: Principal) { facts.withLock { $0.caller = caller } }

  /// The same answer, with the request's line written when it has been sent.
  func logged(_ answer: APIAnswer, _ logger: Logger) -> APIAnswer {
    switch answer.body {
    case .bytes(let bytes):
      if method != "HEAD" { facts.withLock { $0.bytes = bytes.count } }
      log(answer.status, logger)
      return answer
    case .stream where method == "HEAD":
      log(answer.status, logger)
      return answer
    case .stream(let produce):
      var answer = answer
      let status = answer.status
      answer.body = .stream { [self] write in
        defer { log(status, logger) }
        do {
          try await produce { try await send($0, by: write) }
        } catch {
          if !facts.withLock({ $0.clientIsGone }), !(error is CancellationError) {
            log(error, "An answer broke off.", logger)
          }
          throw error
        }
      }
      return answer
    }
  }

  private func send(_ bytes: [UInt8], by write: @Sendable ([UInt8]) async throws -> Void) async throws {
    do {
      try await write(bytes)
      facts.withLock { $0.bytes += bytes.count }
    } catch {
      facts.withLock { $0.clientIsGone = true }
      throw error
    }
  }

  private func log(_ status: Int, _ logger: Logger) {
    let facts = facts.withLock { $0 }
    let taken = ContinuousClock.now - began
    var metadata: Logger.Metadata = [
      "request": "\(id)", "method": "\(method)", "route": "\(facts.route ?? "none")",
      "status": .stringConvertible(status), "bytes": .stringConvertible(facts.bytes),
      "milliseconds": .stringConvertible(Int(taken / .milliseconds(1))),
    ]
    if let caller = facts.caller { metadata["user"] = "\(caller.name)" }
    if let address { metadata["address"] = "\(address)" }
    if facts.clientIsGone { metadata["ended"] = "by the client" }
    let isWatching = facts.route.map(Self.watched.contains) ?? false
    logger.log(level: isWatching && status == 200 ? .debug : .info, "A request was answered.", metadata: metadata)
  }

  /// A defect of ours, which the answer does not tell more of.
  package func log(_ error: any Error, _ message: Logger.Message, _ logger: Logger) {
    logger.error(
      message,
      metadata: [
        "request": "\(id)", "method": "\(method)", "route": "\(facts.withLock { $0.route } ?? "none")",
        "error": "\(error)",
      ])
  }
}
