import IsthmusConfiguration
package import IsthmusConnect
package import IsthmusCore
import IsthmusIngest
import IsthmusStore

extension APIRoutes {
  static let connectorRoutes: [Route] =
    ItemRoutes(kind: .connector, noun: "connectors", name: "Connector", schema: connectorSchema, role: .admin).routes
    + [
      Route(.get, "/connector-kinds", "listConnectorKinds", .configuration, .role(.viewer), "Lists connector kinds") {
        _, services in
        answer(items: services.configuration.kinds.descriptors.map(\.json))
      }.with {
        $0.description = "With the settings that each needs: forms are made from it."
        $0.content = .json(items(.reference("ConnectorKind")))
      },
      Route(
        .get, "/connector-statuses", "listConnectorStatuses", .runs, .role(.viewer),
        "Tells how all connectors stand: state, last run, next runs"
      ) { _, services in
        answer(items: try await services.statuses().map(\.json))
      }.with { $0.content = .json(items(.reference("ConnectorStatus"))) },
      Route(
        .get, "/connectors/{name}/status", "getConnectorStatus", .runs, .role(.viewer),
        "Tells how a connector stands: state, last run, next runs"
      ) { request, services in
        let name = request.path("name")
        guard let status = try await services.status(of: name) else {
          throw ItemRoutes.missing(.init(.connector, name))
        }
        return .json(status.json)
      }.with { $0.content = .json(.reference("ConnectorStatus")) },
      Route(
        .get, "/connectors/{name}/events", "watchConnector", .runs, .role(.viewer),
        "Tells a connector's status each time it changes, as server-sent events"
      ) { request, services in
        let name = request.path("name")
        guard try await services.status(of: name) != nil else { throw ItemRoutes.missing(.init(.connector, name)) }
        return EventStream {
          guard let status = try await services.status(of: name) else { return (.null, true) }
          return (status.json, false)
        }.answer
      }.with { $0.content = .other(["text/event-stream"]) },
      Route(
        .post, "/connectors/{name}/check", "checkConnector", .configuration, .role(.operator),
        "Checks a connector's connection, in five steps"
      ) { request, services in
        .json(try await services.check(saved: request.path("name")).json)
      }.with {
        $0.content = .json(.reference("Check"))
        $0.problems = [.conflict, .invalid]
      },
      Route(
        .post, "/connector-checks", "checkUnsavedConnector", .configuration, .role(.admin),
        "Checks the connection of a connector that is not saved yet"
      ) { request, services in
        let document = request.json ?? .null
        let name = document["name"]?.string ?? "new"
        return .json(try await services.check(document, of: name).json)
      }.with {
        $0.body = .init(connectorSchema)
        $0.content = .json(.reference("Check"))
        $0.problems = [.conflict]
      },
    ]
}

extension APIServices {
  /// Checks the connection of a connector as it is saved; sends requests to its tenant.
  ///
  /// - Throws: ``Problem``, or ``ConfigurationProblem`` where its secrets can't be read.
  package func check(saved name: String) async throws -> ConnectionCheck {
    let snapshot = try await configuration.snapshot()
    let key = ConfigurationItem.Key(.connector, name)
    guard let item = snapshot.items[key] else { throw ItemRoutes.missing(key) }
    if item.isDraft { throw Problem(.conflict, "The \(key) is a draft: finish it, or check it unsaved.") }
    let file = try snapshot.read(secrets: try await secrets(of: name), at: now())
    guard let connector = file.connectors.first(where: { $0.name == name }) else { throw ItemRoutes.missing(key) }
    return try await check(connector)
  }

  /// Checks the connection of a connector as a document describes it, saved or not; sends requests to its tenant.
  ///
  /// - Parameter document: Secrets stand in it as texts, or it says where they are.
  /// - Throws: ``Problem``, or ``ConfigurationProblem`` where it is not in order.
  package func check(_ document: JSONValue, of name: String) async throws -> ConnectionCheck {
    let (kept, secrets) = try PlainSecrets(configuration.kinds).takenOut(of: document, connector: name)
    var snapshot = try await configuration.snapshot()
    let item = ConfigurationItem(.connector, name, kept.without("draft").with("name", .string(name)))
    try configuration.checkSecrets(of: item, given: Set(secrets.keys), in: snapshot)
    snapshot.put(item)
    var source = try await self.secrets(of: name)
    for (place, secret) in secrets { source.stored[place] = .success(secret) }
    let file = try snapshot.read(secrets: source, at: now())
    guard let connector = file.connectors.first(where: { $0.name == name }) else {
      throw ItemRoutes.missing(.init(.connector, name))
    }
    return try await check(connector)
  }

  /// The secrets that the connector may name, as they are now. What another one lacks is not its business.
  func secrets(of connector: String) async throws -> SecretSource {
    var source = SecretSource(environment: environment, stored: try await vault.connectorSecrets())
    source.only = connector
    return source
  }
}

extension KindDescriptor {
  fileprivate var json: JSONValue {
    let settings = settings.map { setting in
      var members: [JSONValue.Member] = [
        .init("key", .string(setting.key)), .init("form", .string(setting.form.name)),
        .init("required", .bool(setting.isRequired)), .init("oneOf", setting.oneOf.map(JSONValue.string) ?? .null),
        .init("description", .string(setting.description)),
      ]
      if case .choice(let choices) = setting.form {
        members.append(.init("choices", .array(choices.map(JSONValue.string))))
      }
      return JSONValue.object(members)
    }
    return .object([
      "name": .string(name), "productName": .string(productName), "vendorName": .string(vendorName),
      "description": .string(description), "settings": .array(settings), "sourceModel": .string(sourceModel.name),
      "defaultMap": .string(defaultMap.name),
    ])
  }
}

extension SettingDescriptor.Form {
  fileprivate var name: String {
    switch self {
    case .text: "text"
    case .url: "url"
    case .guid: "guid"
    case .secret: "secret"
    case .path: "path"
    case .secretFile: "secretFile"
    case .choice: "choice"
    case .listOrAll: "listOrAll"
    case .list: "list"
    }
  }
}

extension ConnectionCheck {
  /// For programs.
  package var json: JSONValue {
    func number(_ value: Int?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }
    return .object([
      "passed": .bool(isPassed),
      "steps": .array(
        steps.map { step in
          .object([
            "title": .string(step.title), "result": .string(step.result.rawValue), "detail": .string(step.detail),
            "remedy": .string(step.remedy),
          ])
        }), "hosts": number(hosts), "findings": number(findings), "requests": number(requests),
      "seconds": number(seconds),
    ])
  }
}

extension JSONValue {
  /// An object's other members; anything else as it is.
  package func without(_ name: String) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { $0.name != name })
  }

  /// An object with this member; anything else as it is.
  package func with(_ name: String, _ value: JSONValue) -> JSONValue {
    guard case .object(let members) = without(name) else { return self }
    return .object(members + [.init(name, value)])
  }
}
