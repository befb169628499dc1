package import IsthmusConfiguration
package import IsthmusConnect
package import IsthmusCore
import IsthmusIngest
import IsthmusStore

/// The routes of one kind of configuration: list, read, make, replace, delete.
struct ItemRoutes {
  let kind: ConfigurationItem.Kind
  /// In the path: `score-maps`.
  let noun: String
  /// In operation ids: `ScoreMap`.
  let name: String
  let schema: Schema
  /// Who may change it; everybody who is signed in may look.
  let role: Role

  var routes: [Route] { [list, make, read, replace, delete] }

  private var list: Route {
    Route(.get, "/\(noun)", "list\(name)s", .configuration, .role(.viewer), "Lists \(kind.title)s") {
      [kind] _, services in
      let items = try await services.configuration.snapshot().items(of: kind)
      return APIRoutes.answer(items: items.map(\.shown))
    }.with { $0.content = .json(APIRoutes.items(schema)) }
  }

  private var read: Route {
    Route(.get, "/\(noun)/{name}", "get\(name)", .configuration, .role(.viewer), "Shows one \(kind.title)") {
      [kind] request, services in
      let key = ConfigurationItem.Key(kind, request.path("name"))
      guard let item = try await services.configuration.snapshot().items[key] else { throw Self.missing(key) }
      return .json(item.shown).tagged(item, services)
    }.with {
      $0.isTagged = true
      $0.content = .json(schema)
    }
  }

  private var make: Route {
    Route(.post, "/\(noun)", "create\(name)", .configuration, .role(role), "Makes a \(kind.title)") {
      [kind, noun] request, services in
      let document = request.json ?? .null
      let key = ConfigurationItem.Key(kind, document["name"]?.string ?? "")
      return try await ItemChange(request, services).set(key, document, isNew: true)
        .with("Location", "\(APIDispatcher.root)/\(noun)/\(PercentText.encoded(key.name))")
    }.with {
      $0.description = draftNote
      $0.parameters = draftParameter
      $0.body = .init(schema)
      $0.status = 201
      $0.isTagged = true
      $0.content = .json(schema)
      $0.problems = [.conflict]
    }
  }

  private var replace: Route {
    Route(.put, "/\(noun)/{name}", "replace\(name)", .configuration, .role(role), "Makes or replaces a \(kind.title)") {
      [kind] request, services in
      let document = request.json ?? .null
      let key = ConfigurationItem.Key(kind, request.path("name"))
      if let name = document["name"]?.string, name != key.name {
        throw Problem(
          .invalid, "The document is named \"\(name)\", the address \"\(key.name)\": a name can't be changed.",
          places: [.init(pointer: "/name", detail: "is not the address's name")])
      }
      return try await ItemChange(request, services).set(key, document, isNew: false)
    }.with {
      $0.description = draftNote
      $0.parameters = draftParameter
      $0.body = .init(schema)
      $0.isTagged = true
      $0.content = .json(schema)
      $0.problems = [.conflict]
    }
  }

  private var delete: Route {
    Route(.delete, "/\(noun)/{name}", "delete\(name)", .configuration, .role(role), "Deletes a \(kind.title)") {
      [kind] request, services in
      try await ItemChange(request, services).delete(.init(kind, request.path("name")))
    }.with {
      $0.status = 204
      $0.isTagged = true
      $0.problems = [.invalid]
    }
  }

  private var draftNote: String {
    kind == .connector
      ? "A draft (`draft=true`, or so in the document) is kept whole or not; nothing runs by it until it is none."
      : ""
  }

  private var draftParameter: [Route.Parameter] {
    kind == .connector ? [.init("draft", .boolean, "Keeps an unfinished connector.")] : []
  }

  static func missing(_ key: ConfigurationItem.Key) -> Problem { Problem(.notFound, "There is no \(key).") }
}

/// One change of the configuration that somebody asks for, over the interface or by a page's form.
package struct ItemChange {
  private let actor: Principal
  /// What must still be so.
  private let condition: EntityTags?
  private let isDraft: Bool
  private let services: APIServices

  init(_ request: APIRequest, _ services: APIServices) {
    self.init(
      by: request.actor, ifMatch: request.headers["if-match"], isDraft: request.flag("draft"), services)
  }

  /// - Parameters:
  ///   - ifMatch: As the header of this name is written; nil: whatever the item is now.
  ///   - isDraft: Only a connector can be one.
  package init(by actor: Principal, ifMatch: String?, isDraft: Bool = false, _ services: APIServices) {
    self.actor = actor
    condition = ifMatch.map { EntityTags($0) }
    self.isDraft = isDraft
    self.services = services
  }

  func set(_ key: ConfigurationItem.Key, _ document: JSONValue, isNew: Bool) async throws -> APIAnswer {
    _ = try await put(key, document, isNew: isNew)
    let stored = try await services.configuration.snapshot().items[key]
    guard let stored else { throw ItemRoutes.missing(key) }
    return APIAnswer.json(stored.shown, status: isNew ? 201 : 200).tagged(stored, services)
  }

  /// Makes the item, or replaces it.
  ///
  /// - Parameters:
  ///   - isNew: Refused if there is one of this key.
  ///   - isPreview: Nothing stays; the answer tells what would be.
  /// - Throws: ``Problem``, ``ConfigurationProblem``.
  package func put(
    _ key: ConfigurationItem.Key, _ document: JSONValue, isNew: Bool, isPreview: Bool = false
  ) async throws -> ConfigurationOutcome {
    guard !key.name.isEmpty else {
      throw Problem(.invalid, "/name is missing.", places: [.init(pointer: "/name", detail: "is missing")])
    }
    var (document, secrets) = (document, [SecretSource.Place: Secret]())
    // What was read is written back with its mark.
    let isDraft = isDraft || document["draft"] == .bool(true)
    if key.kind == .connector {
      (document, secrets) = try PlainSecrets(services.configuration.kinds).takenOut(of: document, connector: key.name)
    }
    document = document.without("draft").with("name", .string(key.name))
    let item = ConfigurationItem(key.kind, key.name, document, isDraft: isDraft)
    return try await change(key, isPreview: isPreview, secrets: secrets) { snapshot in
      if isNew, snapshot.items[key] != nil { throw Problem(.conflict, "There is a \(key) already.") }
      if key.kind == .transformMap, snapshot.maps.isBuiltIn(key.name) {
        throw Problem(.conflict, "The \(key) is built in; give yours another name.")
      }
      var items = snapshot.items
      items[key] = item
      return items
    }
  }

  func delete(_ key: ConfigurationItem.Key) async throws -> APIAnswer {
    try await remove(key)
    return .nothing
  }

  /// - Throws: ``Problem`` if there is no such item; ``ConfigurationProblem`` if another one needs it.
  package func remove(_ key: ConfigurationItem.Key) async throws {
    _ = try await change(key) { snapshot in
      guard snapshot.items[key] != nil else { throw ItemRoutes.missing(key) }
      return snapshot.items(without: key)
    }
  }

  /// A setting of which there is one.
  func replace(single kind: ConfigurationItem.Kind, _ document: JSONValue) async throws -> APIAnswer {
    let outcome = try await put(single: kind, document)
    let key = ConfigurationItem.Key(kind, kind.rawValue)
    let stored = try await services.configuration.snapshot().items[key]
    guard let stored else { throw ItemRoutes.missing(key) }
    return APIAnswer.json(outcome.json).tagged(stored, services)
  }

  /// Replaces a setting of which there is one.
  package func put(
    single kind: ConfigurationItem.Kind, _ document: JSONValue, isPreview: Bool = false
  ) async throws -> ConfigurationOutcome {
    let (document, secrets) = try PlainSecrets.takenOut(of: document, single: kind)
    let item = ConfigurationItem(single: kind, document)
    return try await change(item.key, isPreview: isPreview, secrets: secrets) { snapshot in
      var items = snapshot.items
      items[item.key] = item
      return items
    }
  }

  /// Makes the change that `edit` describes.
  ///
  /// - Parameter key: The item that the condition is about.
  package func change(
    _ key: ConfigurationItem.Key?, isPreview: Bool = false, secrets: [SecretSource.Place: Secret] = [:],
    _ edit: @escaping @Sendable (ConfigurationSnapshot) throws -> [ConfigurationItem.Key: ConfigurationItem]
  ) async throws -> ConfigurationOutcome {
    let (condition, seed) = (condition, services.store.seed)
    let outcome = try await services.configuration.change(isPreview: isPreview, secrets: secrets, by: actor.actor) {
      snapshot in
      if let key, let condition { try condition.require(snapshot.items[key]?.tag(seed: seed), of: key) }
      return try edit(snapshot)
    }
    if !isPreview, !outcome.changes.isEmpty { services.runs.configurationChanged() }
    return outcome
  }
}

/// What stands in `If-Match`. RFC 9110, section 13.1.1.
private struct EntityTags: Sendable {
  private let isAny: Bool
  private let tags: [Substring]

  init(_ header: String) {
    let parts = header.split(separator: ",").map { $0.drop { $0 == " " }.prefix { $0 != " " } }
    isAny = parts == ["*"]
    // Weak ones, `W/"…"`, fit nothing here.
    tags = parts.map { $0.hasPrefix("\"") && $0.hasSuffix("\"") ? $0.dropFirst().dropLast() : $0 }
  }

  /// - Parameter tag: nil: there is no such item.
  func require(_ tag: String?, of key: ConfigurationItem.Key) throws(Problem) {
    guard let tag else { throw Problem(.changedMeanwhile, "The \(key) does not exist, or not any more.") }
    guard isAny || tags.contains(where: { $0 == tag }) else {
      throw Problem(
        .changedMeanwhile, "The \(key) is not as it was when you read it. Read it again, and change that.")
    }
  }
}

extension ConfigurationItem {
  /// As the interface shows it.
  var shown: JSONValue {
    guard isDraft, case .object(let members) = document else { return document }
    return .object(members.filter { $0.name != "draft" } + [.init("draft", .bool(true))])
  }
}

extension APIAnswer {
  func tagged(_ item: ConfigurationItem, _ services: APIServices) -> APIAnswer {
    with("ETag", "\"\(item.tag(seed: services.store.seed))\"")
  }
}
