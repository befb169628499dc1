package import IsthmusCore
package import IsthmusStore

/// What a change of tags did.
package struct TagChange: Sendable, Hashable {
  /// Assets that got a tag or lost one.
  package var assets = 0
  /// Of those, whose score is another one as it is shown.
  package var changedScores = 0

  package init(assets: Int = 0, changedScores: Int = 0) {
    self.assets = assets
    self.changedScores = changedScores
  }

  package var json: JSONValue {
    .object(["changedAssets": .integer(Int64(assets)), "changedScores": .integer(Int64(changedScores))])
  }
}

extension InventoryService {
  /// The tag of this name; nil if there is none.
  package func tag(named name: String) async throws -> StoredTag? {
    try await store.read { try $0.labels.tags().first { $0.name == name } }
  }

  /// The entity of this name; nil if there is none.
  package func entity(named name: String) async throws -> StoredEntity? {
    try await store.read { try $0.labels.entities().first { $0.name == name } }
  }

  /// Makes the tag, or changes the one of its name, and gives it to the assets that its query finds.
  ///
  /// - Throws: ``ChangeError`` if its name, query, colour or criticality can't be used.
  package func setTag(_ tag: StoredTag) async throws -> TagChange {
    try await bring(tags: [tag], entities: [])
  }

  /// - Throws: ``ChangeError`` if there is no such tag.
  package func deleteTag(_ name: String) async throws -> TagChange {
    let at = now()
    return try await store.write { transaction in
      guard let assets = try transaction.deleteTag(name) else {
        throw ChangeError.notFound("There is no tag \"\(name)\".")
      }
      let change = try transaction.rescoring(Set(assets), at: at)
      try transaction.recordDay(at: at)
      try record("tag.delete", "tag:\(name)", at: at, in: transaction)
      return change
    }
  }

  /// Makes the entity, or changes the one of its name.
  ///
  /// - Throws: ``ChangeError`` if a tag of it does not exist.
  package func setEntity(_ entity: StoredEntity) async throws {
    _ = try await bring(tags: [], entities: [entity])
  }

  /// - Throws: ``ChangeError`` if there is no such entity.
  package func deleteEntity(_ name: String) async throws {
    let at = now()
    try await store.write { transaction in
      guard try transaction.deleteEntity(name) else { throw ChangeError.notFound("There is no entity \"\(name)\".") }
      try record("entity.delete", "entity:\(name)", at: at, in: transaction)
    }
  }

  /// Makes the inventory have these tags and entities; others stay. What is as it should be is not touched.
  package func bring(tags: [StoredTag], entities: [StoredEntity]) async throws -> TagChange {
    let at = now()
    for tag in tags {
      if let problem = TagRules.problem(of: tag, at: at) {
        throw ChangeError.invalid("The tag \"\(tag.name)\" can't be used: \(problem).")
      }
    }
    for entity in entities {
      if let problem = TagRules.problem(ofName: entity.name) {
        throw ChangeError.invalid("The entity can't be used: \(problem).")
      }
    }
    return try await store.write { transaction in
      var change = TagChange()
      let known = try transaction.tags()
      let changed = tags.filter { !known.contains($0) }
      for tag in changed {
        let before = known.first { $0.name == tag.name }
        try transaction.setTag(tag)
        try record(
          "tag.\(before == nil ? "create" : "change")", "tag:\(tag.name)", before: before?.json, after: tag.json,
          at: at,
          in: transaction)
      }
      if !changed.isEmpty {
        // A tag whose query stayed may have another criticality now.
        let bearers = try changed.flatMap { try transaction.assets(withTag: $0.name) }
        change = try transaction.rescoring(try transaction.settleTags(at: at).assets.union(bearers), at: at)
      }
      let names = Set(known.map(\.name)).union(tags.map(\.name))
      let knownEntities = try transaction.entities()
      var isOther = !changed.isEmpty
      for entity in entities {
        if let missing = entity.tags.first(where: { !names.contains($0) }) {
          throw ChangeError.invalid("The entity \"\(entity.name)\" has the tag \"\(missing)\", which does not exist.")
        }
        var sorted = entity
        sorted.tags = Set(entity.tags).sorted()
        if knownEntities.contains(sorted) { continue }
        try transaction.setEntity(sorted)
        let before = knownEntities.first { $0.name == sorted.name }
        try record(
          "entity.\(before == nil ? "create" : "change")", "entity:\(sorted.name)", before: before?.json,
          after: sorted.json, at: at, in: transaction)
        isOther = true
      }
      if isOther { try transaction.recordDay(at: at) }
      return change
    }
  }
}

extension InventoryTransaction {
  func rescoring(_ assets: Set<AssetID>, at: Timestamp) throws -> TagChange {
    let scorer = AssetScorer(settings: try scoreSettings(), at: at)
    var change = TagChange(assets: assets.count)
    for asset in assets {
      let before = try score(of: asset)
      try scorer.rescore(asset, self)
      if try score(of: asset).rounded() != before.rounded() { change.changedScores += 1 }
    }
    return change
  }
}

extension StoredTag {
  /// In the form of the configuration file.
  package var json: JSONValue {
    .object([
      "name": .string(name), "query": .string(query), "criticality": criticality.map { .integer(Int64($0)) } ?? .null,
      "colour": colour.map(JSONValue.string) ?? .null, "internetExposed": .bool(isExposed),
    ])
  }
}

extension StoredEntity {
  /// In the form of the configuration file.
  package var json: JSONValue {
    let tags = Set(tags).sorted().map(JSONValue.string)
    return .object(["name": .string(name), "description": .string(description), "tags": .array(tags)])
  }
}
