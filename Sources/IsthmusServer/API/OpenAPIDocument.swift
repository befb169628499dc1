package import IsthmusCore
import IsthmusStore

/// The OpenAPI 3.1 document, made from the routes that are served.
package struct OpenAPIDocument {
  private let routes: [Route]
  private let components: [String: Schema]
  private let version: String

  package init(_ routes: [Route], components: [String: Schema], version: String) {
    self.routes = routes
    self.components = components
    self.version = version
  }

  package var json: JSONValue {
    let schemas = components.merging(["Problem": Problem.schema]) { own, _ in own }
    return .object([
      "openapi": .string("3.1.0"),
      "info": .object([
        "title": .string("Isthmus"), "version": .string(version),
        "description": .string(
          "The risk inventory of Isthmus: hosts, findings and scores, and the connectors that bring them in."),
      ]),
      "servers": .array([.object(["url": .string("/api/v1")])]),
      "tags": .array(Route.Group.allCases.map { .object(["name": .string($0.rawValue)]) }),
      "paths": .object(paths),
      "components": .object([
        "schemas": .object(schemas.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.json) }),
        "securitySchemes": .object([
          "token": .object([
            "type": .string("http"), "scheme": .string("bearer"),
            "description": .string("An API token, from isthmus token create or POST /tokens."),
          ]),
          "session": .object([
            "type": .string("apiKey"), "in": .string("cookie"), "name": .string("isthmus"),
            "description": .string(
              "A signed-in browser's; changes need the session's X-CSRF-Token beside it. Behind TLS: __Host-isthmus."),
          ]),
        ]),
      ]),
    ])
  }

  private var paths: [JSONValue.Member] {
    var order: [String] = []
    var byPath: [String: [Route]] = [:]
    for route in routes {
      if byPath[route.path] == nil { order.append(route.path) }
      byPath[route.path, default: []].append(route)
    }
    return order.map { path in
      .init(path, .object((byPath[path] ?? []).map { .init($0.method.rawValue, operation($0)) }))
    }
  }

  private func operation(_ route: Route) -> JSONValue {
    var description = route.description
    if case .role(let role) = route.access {
      let who = route.isForPeople ? "\(role.rawValue), signed in: tokens may not" : role.rawValue
      description += "\(description.isEmpty ? "" : "\n\n")Role: \(who)."
    }
    var members: [JSONValue.Member] = [
      .init("operationId", .string(route.name)), .init("tags", .array([.string(route.group.rawValue)])),
      .init("summary", .string(route.summary)), .init("description", .string(description)),
    ]
    let parameters = parameters(of: route)
    if !parameters.isEmpty { members.append(.init("parameters", .array(parameters))) }
    if let body = route.body { members.append(.init("requestBody", Self.body(body))) }
    members.append(.init("responses", .object(answers(of: route))))
    members.append(.init("security", .array(Self.security(route))))
    return .object(members)
  }

  private static func security(_ route: Route) -> [JSONValue] {
    let session = JSONValue.object(["session": .array([])])
    if route.access == .anyone { return [] }
    return route.isForPeople ? [session] : [.object(["token": .array([])]), session]
  }

  private func parameters(of route: Route) -> [JSONValue] {
    let path = route.pathNames.map { name in
      JSONValue.object([
        "name": .string(name), "in": .string("path"), "required": .bool(true),
        "schema": Schema.string(.init(lengths: 1...400)).json,
      ])
    }
    let query = route.parameters.map { parameter in
      let schema = parameter.isRepeated ? Schema.list(parameter.schema) : parameter.schema
      return JSONValue.object([
        "name": .string(parameter.name), "in": .string("query"), "required": .bool(parameter.isRequired),
        "description": .string(parameter.description), "schema": schema.json,
      ])
    }
    guard route.takesCondition else { return path + query }
    let condition = JSONValue.object([
      "name": .string("If-Match"), "in": .string("header"), "required": .bool(false),
      "description": .string(
        "The ETag that was read: the change is refused if there is another one now. `*`: if there is none at all."),
      "schema": .object(["type": .string("string")]),
    ])
    return path + query + [condition]
  }

  private static func body(_ body: Route.Body) -> JSONValue {
    var content = [JSONValue.Member("application/json", .object(["schema": body.schema.json]))]
    content += body.otherTypes.map { .init($0, .object(["schema": Schema.any.json])) }
    return .object(["required": .bool(body.isRequired), "content": .object(content)])
  }

  private func answers(of route: Route) -> [JSONValue.Member] {
    var answer: [JSONValue.Member] = [.init("description", .string(route.status == 204 ? "Done." : "As asked for."))]
    switch route.content {
    case .none: break
    case .json(let schema):
      answer.append(.init("content", .object(["application/json": .object(["schema": schema.json])])))
    case .other(let types):
      answer.append(.init("content", .object(types.map { .init($0, .object(["schema": Schema.any.json])) })))
    }
    if route.isTagged, route.status != 204 {
      answer.append(
        .init("headers", .object(["ETag": .object(["required": .bool(true), "schema": Schema.text.json])])))
    }
    let problem = JSONValue.object([
      Problem.mediaType: .object(["schema": Schema.reference("Problem").json])
    ])
    let byStatus = Dictionary(grouping: route.possibleProblems, by: \.status)
    return [.init(String(route.status), .object(answer))]
      + byStatus.sorted { $0.key < $1.key }.map { status, kinds in
        let titles = kinds.map(\.title).sorted().joined(separator: "; ")
        return .init(String(status), .object(["description": .string("\(titles)."), "content": problem]))
      }
  }
}
