package import IsthmusCore

/// A query with what it means, found on the way of making it and not by reading it.
package struct GeneratedQuery: Sendable {
  package var text: String
  package var entity: QueryEntity
  package var holds: @Sendable (NaiveInventory, NaiveInventory.Place) -> Bool

  package func matches(in inventory: NaiveInventory) -> [Int] {
    let indices = entity == .asset ? inventory.assets.indices : inventory.findings.indices
    return indices.filter { holds(inventory, entity == .asset ? .asset($0) : .finding($0)) }
  }
}

/// Random queries over all tokens, operators and kinds of values.
package struct QueryGenerator {
  package typealias Condition = @Sendable (NaiveInventory, NaiveInventory.Place) -> Bool

  /// A part of a query. `isTerm`: needs no parentheses behind `not`.
  struct Part {
    var text: String
    var isTerm: Bool
    var holds: Condition
  }

  var random: SeededGenerator
  package let now: Timestamp
  /// Fields that a store under test can't answer.
  let without: Set<QueryField>

  package init(seed: UInt64, now: Timestamp, without: Set<QueryField> = []) {
    random = SeededGenerator(seed: seed)
    self.now = now
    self.without = without
  }

  package mutating func query(for entity: QueryEntity) -> GeneratedQuery {
    let part = part(of: entity.scope, relations: 0, depth: random.number(0...4))
    return GeneratedQuery(text: part.text, entity: entity, holds: part.holds)
  }

  private mutating func part(of scope: QueryScope, relations: Int, depth: Int) -> Part {
    guard depth > 0 else { return term(of: scope, relations: relations) }
    switch random.number(0...9) {
    case 0...1: return term(of: scope, relations: relations)
    case 2...3: return negated(part(of: scope, relations: relations, depth: depth - 1))
    case 4: return group(of: scope, relations: relations, depth: depth - 1)
    default: return joined(of: scope, relations: relations, depth: depth - 1)
    }
  }

  private mutating func negated(_ inner: Part) -> Part {
    let text = inner.isTerm && !random.chance(4) ? inner.text : "(\(blanks())\(inner.text)\(blanks()))"
    let space = text.hasPrefix("(") ? blanks() : " "
    return Part(text: "\(cased("not"))\(space)\(text)", isTerm: true) { !inner.holds($0, $1) }
  }

  /// Terms side by side; an `or` within an `and` stands in parentheses, other parts may.
  private mutating func joined(of scope: QueryScope, relations: Int, depth: Int) -> Part {
    let conjunctions = (0..<random.number(1...2)).map { _ in
      (0..<random.number(1...3)).map { _ in part(of: scope, relations: relations, depth: depth) }
    }
    let alternatives = conjunctions.map { parts in
      parts.map { $0.isTerm && !random.chance(5) ? $0.text : "(\($0.text))" }.joined(separator: " \(cased("and")) ")
    }
    return Part(text: alternatives.joined(separator: "\n\(cased("or"))  "), isTerm: false) { inventory, place in
      conjunctions.contains { $0.allSatisfy { $0.holds(inventory, place) } }
    }
  }

  private mutating func group(of scope: QueryScope, relations: Int, depth: Int) -> Part {
    let scopes = QueryScope.allCases.filter { target in
      guard let path = scope.path(to: target) else { return false }
      return relations + path.count <= Query.maximumRelations && !fields(of: target).isEmpty
    }
    let target = random.pick(scopes)
    let path = scope.path(to: target) ?? []
    let inner = part(of: target, relations: relations + path.count, depth: depth)
    // Within `finding: (…)` this would mean those of the finding.
    let names = (QueryCatalogue.groups.first { $0.scopes.contains(target) }?.names ?? []).filter {
      scope != .finding || $0 != "customAttributes"
    }
    let name = cased(random.pick(names))
    return Part(text: "\(name)\(blanks()):\(blanks())(\(inner.text))", isTerm: true) { inventory, place in
      Self.places(path, place, inventory).contains { inner.holds(inventory, $0) }
    }
  }

  // MARK: - Terms

  private mutating func term(of scope: QueryScope, relations: Int) -> Part {
    let candidates = QueryCatalogue.tokens.filter { token in
      guard !without.contains(token.field), let path = scope.path(to: token.field.scope) else { return false }
      return relations + path.count <= Query.maximumRelations
    }
    let token = random.pick(candidates)
    let path = scope.path(to: token.field.scope) ?? []
    let columns = token.field.scope.owner == scope.owner ? token.columns : []
    // Within `finding: (…)` the old name of asset tags would mean tags of the finding.
    let aliases = scope == .finding ? token.aliases.filter { $0 != "tags.name" } : token.aliases
    let name = cased(random.pick([token.name, token.name] + aliases + columns))
    if random.chance(8) {
      let isNegated = random.chance(2)
      let present = presence(of: token.field)
      let text = "\(name)  \(cased(isNegated ? "is null" : "is not null"))"
      return Part(text: text, isTerm: true) { inventory, place in
        Self.places(path, place, inventory).contains { present(inventory.values(at: $0)) } != isNegated
      }
    }
    let comparison = comparison(of: token.field)
    return Part(text: "\(name)\(comparison.text)", isTerm: true) { inventory, place in
      Self.places(path, place, inventory).contains { comparison.holds(inventory.values(at: $0)) }
    }
  }

  private func fields(of scope: QueryScope) -> [QueryField] {
    QueryField.allCases.filter { $0.scope == scope && !without.contains($0) }
  }

  private static func places(
    _ path: [QueryScope], _ place: NaiveInventory.Place, _ inventory: NaiveInventory
  ) -> [NaiveInventory.Place] {
    path.reduce([place]) { places, scope in places.flatMap { inventory.records(scope, of: $0) } }
  }

  // MARK: - Writing

  mutating func blanks() -> String { random.chance(3) ? random.pick([" ", "  ", "\t", "\n"]) : "" }

  /// In lower, upper or its own case.
  mutating func cased(_ text: String) -> String {
    switch random.number(0...7) {
    case 0: text.uppercased()
    case 1: text.lowercased()
    default: text
    }
  }
}
