package import IsthmusCore
import IsthmusStore

/// A request, before and after it met its route; without a connection, so that routes can be tried without one.
package struct APIRequest: Sendable {
  package var method: Route.Method
  /// Decoded, by name: what stands in the path's braces.
  package var pathValues: [String: String]
  /// Decoded, in order; a name may stand several times.
  package var query: [(name: String, value: String)]
  /// By name in lower case.
  package var headers: [String: String]
  package var body: [UInt8]
  package var address: String?
  /// Who asks; nil for nobody who signed in.
  package var principal: Principal?
  /// The body, read and checked; nil where the route takes none.
  package internal(set) var json: JSONValue?

  package init(
    _ method: Route.Method, pathValues: [String: String] = [:], query: [(name: String, value: String)] = [],
    headers: [String: String] = [:], body: [UInt8] = [], address: String? = nil, principal: Principal? = nil
  ) {
    self.method = method
    self.pathValues = pathValues
    self.query = query
    self.headers = headers
    self.body = body
    self.address = address
    self.principal = principal
  }
}

extension APIRequest {
  /// A path value; the router gives each that the path names.
  func path(_ name: String) -> String { pathValues[name] ?? "" }
  func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
  func values(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }
  /// A whole number that was checked against its schema.
  func integer(_ name: String) -> Int? { value(name).flatMap { Int($0) } }
  func flag(_ name: String) -> Bool { value(name) == "true" }

  /// The number of an inventory's id, such as `A12`.
  ///
  /// - Throws: A problem of kind `notFound`: no record has such an id.
  func id<ID: InventoryID>(_ name: String, _ title: String) throws -> ID {
    guard let id = ID(text: path(name)) else { throw Problem(.notFound, "There is no \(title) \"\(path(name))\".") }
    return id
  }

  /// Who asks. The dispatcher lets nobody else to a route that needs somebody.
  var actor: Principal { principal ?? Principal(.system, name: "nobody", role: .viewer) }
}

/// An answer, before it meets a connection.
package struct APIAnswer: Sendable {
  package enum Body: Sendable {
    case bytes([UInt8])
    /// Written piece by piece; `write` waits until the client took it.
    case stream(@Sendable (_ write: @Sendable ([UInt8]) async throws -> Void) async throws -> Void)
  }

  package var status: Int
  package var headers: [(name: String, value: String)]
  package var body: Body

  package init(status: Int, type: String, bytes: [UInt8]) {
    self.status = status
    headers = [("Content-Type", type)]
    body = .bytes(bytes)
  }

  package init(
    status: Int = 200, type: String,
    stream: @escaping @Sendable (_ write: @Sendable ([UInt8]) async throws -> Void) async throws -> Void
  ) {
    self.status = status
    headers = [("Content-Type", type)]
    body = .stream(stream)
  }

  package static func json(_ value: JSONValue, status: Int = 200) -> APIAnswer {
    APIAnswer(status: status, type: "application/json", bytes: Array(value.text().utf8))
  }

  package static var nothing: APIAnswer {
    var answer = APIAnswer(status: 204, type: "", bytes: [])
    answer.headers = []
    return answer
  }

  package func with(_ name: String, _ value: String) -> APIAnswer {
    var answer = self
    answer.headers.append((name, value))
    return answer
  }
}
