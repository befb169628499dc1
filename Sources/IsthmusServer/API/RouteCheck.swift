import IsthmusCore

/// Brings a request to the form that its route documents, or says what is wrong with it.
struct RouteCheck {
  let components: [String: Schema]

  /// The request with its body read.
  func checked(_ request: APIRequest, for route: Route) throws -> APIRequest {
    try checkQuery(request, route)
    var request = request
    request.json = try body(of: request, route)
    return request
  }

  private func checkQuery(_ request: APIRequest, _ route: Route) throws {
    var seen: Set<String> = []
    var places: [Problem.Place] = []
    func fail(_ name: String, _ detail: String) { places.append(.init(parameter: name, detail: detail)) }
    for (name, value) in request.query {
      guard let parameter = route.parameters.first(where: { $0.name == name }) else {
        let known = route.parameters.map(\.name).joined(separator: ", ")
        fail(name, known.isEmpty ? "is unknown: none is taken here" : "is unknown; known: \(known)")
        continue
      }
      if !seen.insert(name).inserted, !parameter.isRepeated { fail(name, "stands twice") }
      for violation in SchemaCheck(components).violations(of: Self.typed(value, parameter.schema), parameter.schema) {
        fail(name, violation.problem)
      }
    }
    for parameter in route.parameters where parameter.isRequired && !seen.contains(parameter.name) {
      fail(parameter.name, "is missing")
    }
    if let first = places.first {
      throw Problem(.badRequest, "The parameter \"\(first.parameter ?? "")\" \(first.detail).", places: places)
    }
  }

  /// A parameter's text as the value that its schema speaks of.
  private static func typed(_ text: String, _ schema: Schema) -> JSONValue {
    switch schema {
    // Without a plus or zeroes before it: a number has one way to be written.
    case .integer: Int64(text).flatMap { String($0) == text ? .integer($0) : nil } ?? .string(text)
    case .boolean: text == "true" ? .bool(true) : text == "false" ? .bool(false) : .string(text)
    default: .string(text)
    }
  }

  private func body(of request: APIRequest, _ route: Route) throws -> JSONValue? {
    guard let expected = route.body else {
      // A client that sends one means something that is not done.
      if request.body.isEmpty { return nil }
      throw Problem(.badRequest, "This request takes no body.")
    }
    if request.body.isEmpty, !expected.isRequired { return nil }
    let type = request.headers["content-type"].map(Self.mediaType) ?? "application/json"
    guard type == "application/json" || expected.otherTypes.contains(type) else {
      let known = (["application/json"] + expected.otherTypes).joined(separator: ", ")
      throw Problem(.unsupportedMediaType, "A body of type \(type) is not taken here; send \(known).")
    }
    guard let text = String(validating: request.body, as: UTF8.self) else {
      throw Problem(.badRequest, "The body is no UTF-8.")
    }
    if type != "application/json" { return nil }
    let json: JSONValue
    do throws(JSONError) {
      json = try JSONValue(parsing: text).withWholeNumbers
    } catch {
      throw Problem(.badRequest, "The body is no JSON: \(error).")
    }
    if let name = json.doubledMember {
      throw Problem(.badRequest, "The body has a member twice: \"\(name.prefix(100))\".")
    }
    let violations = SchemaCheck(components).violations(of: json, expected.schema)
    if let first = violations.first {
      let place = first.pointer.isEmpty ? "The body" : first.pointer
      throw Problem(
        .invalid, "\(place) \(first.problem).",
        places: violations.map { .init(pointer: $0.pointer, detail: $0.problem) })
    }
    return json
  }

  private static func mediaType(_ header: String) -> String {
    header.split(separator: ";").first.map { $0.lowercased().filter { $0 != " " } } ?? ""
  }
}

extension JSONValue {
  /// A member that stands twice in one object: readers differ in which one they take.
  fileprivate var doubledMember: String? {
    switch self {
    case .array(let elements):
      for element in elements { if let name = element.doubledMember { return name } }
    case .object(let members):
      var names: Set<String> = []
      for member in members {
        if !names.insert(member.name).inserted { return member.name }
        if let name = member.value.doubledMember { return name }
      }
    default: break
    }
    return nil
  }

  /// Numbers such as `5.0` are whole numbers to JSON Schema.
  fileprivate var withWholeNumbers: JSONValue {
    switch self {
    case .number(let number): Int64(exactly: number).map(JSONValue.integer) ?? self
    case .array(let elements): .array(elements.map(\.withWholeNumbers))
    case .object(let members): .object(members.map { Member($0.name, $0.value.withWholeNumbers) })
    default: self
    }
  }
}
