package import IsthmusStore

/// One thing that the interface can do: the router, the checks and the OpenAPI document are made from it.
package struct Route: Sendable {
  package enum Method: String, Sendable, CaseIterable { case get, post, put, patch, delete }

  package enum Access: Sendable, Hashable {
    case anyone
    /// Somebody who is signed in, with at least this role.
    case role(Role)
  }

  package enum Group: String, Sendable, CaseIterable {
    case inventory = "Inventory"
    case decisions = "Decisions"
    case runs = "Runs"
    case configuration = "Configuration"
    case accounts = "Accounts"
    case operations = "Operations"
  }

  package struct Parameter: Sendable {
    package var name: String
    package var schema: Schema
    package var isRepeated = false
    package var isRequired = false
    package var description: String

    package init(
      _ name: String, _ schema: Schema, repeated: Bool = false, required: Bool = false, _ description: String
    ) {
      self.name = name
      self.schema = schema
      isRepeated = repeated
      isRequired = required
      self.description = description
    }
  }

  package struct Body: Sendable {
    package var schema: Schema
    /// Media types whose content is handed on as it came, beside JSON.
    package var otherTypes: [String] = []
    package var isRequired = true

    package init(_ schema: Schema, otherTypes: [String] = [], isRequired: Bool = true) {
      self.schema = schema
      self.otherTypes = otherTypes
      self.isRequired = isRequired
    }
  }

  package enum Content: Sendable {
    case none
    case json(Schema)
    /// Of these media types.
    case other([String])
  }

  package var method: Method
  /// `/assets/{id}`, under `/api/v1`.
  package var path: String
  /// The operation's id in the document.
  package var name: String
  package var group: Group
  package var access: Access
  package var summary: String
  package var description = ""
  package var parameters: [Parameter] = []
  package var body: Body?
  package var status = 200
  package var content: Content = .none
  /// Whether the answer has an `ETag`.
  package var isTagged = false
  /// For who signed in, not for tokens: what a token makes could outlive the token.
  package var isForPeople = false
  /// Kinds of problems that are this route's own, beside those that any of its form can meet.
  package var problems: [Problem.Kind] = []
  package var perform: @Sendable (APIRequest, APIServices) async throws -> APIAnswer

  /// Whether the request may have `If-Match`.
  package var takesCondition: Bool { isTagged && [.put, .patch, .delete].contains(method) }

  /// What stands in the path's braces.
  package var pathNames: [String] {
    path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
  }

  package init(
    _ method: Method, _ path: String, _ name: String, _ group: Group, _ access: Access, _ summary: String,
    perform: @escaping @Sendable (APIRequest, APIServices) async throws -> APIAnswer
  ) {
    self.method = method
    self.path = path
    self.name = name
    self.group = group
    self.access = access
    self.summary = summary
    self.perform = perform
  }

  /// The same route with more said of it.
  package func with(_ change: (inout Route) -> Void) -> Route {
    var route = self
    change(&route)
    return route
  }

  /// All kinds of problems that it can answer with.
  package var possibleProblems: Set<Problem.Kind> {
    var kinds = Set(problems).union([
      .badRequest, .tooLarge, .addressTooLong, .headersTooLarge, .defect, .unavailable,
    ])
    if access != .anyone { kinds.formUnion([.notSignedIn, .notAllowed]) }
    if path.contains("{") { kinds.insert(.notFound) }
    if body != nil { kinds.formUnion([.unsupportedMediaType, .invalid]) }
    if takesCondition { kinds.insert(.changedMeanwhile) }
    return kinds
  }
}
