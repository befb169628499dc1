/// All names that queries know.
package enum QueryCatalogue {
  /// Tokens that can be tested, one a field.
  package static let tokens: [QueryToken] = assetTokens + assetListTokens + findingTokens + controlTokens

  package static func token(of field: QueryField) -> QueryToken? { byField[field] }

  private static let byField = Dictionary(tokens.map { ($0.field, $0) }, uniquingKeysWith: { first, _ in first })

  /// What a name means.
  enum Meaning {
    case token(QueryToken)
    case withoutData(QueryTokenWithoutData)
  }

  /// The token of this name, in any case, in a query that lists `entity`; nil if there is none.
  static func meaning(of name: String, for entity: QueryEntity) -> Meaning? {
    // No name is that long, and looking up all beginnings of one that is would take a while.
    if name.utf8.count > 100 { return nil }
    let folded = name.lowercased()
    if let token = byName[folded] ?? byColumn[entity]?[folded] { return .token(token) }
    if let token = withoutDataByName[folded] { return .withoutData(token) }
    // A family: `software.*` has all names below `software`.
    var prefix = folded[...]
    while let dot = prefix.lastIndex(of: ".") {
      prefix = prefix[..<dot]
      if let token = withoutDataByName["\(prefix).*"] { return .withoutData(token) }
    }
    return withoutDataByName["\(folded).*"].map(Meaning.withoutData)
  }

  static func group(named name: String) -> QueryGroup? { groupsByName[name.lowercased()] }

  private static let byName = dictionary(tokens) { [$0.name] + $0.aliases }
  private static let byColumn: [QueryEntity: [String: QueryToken]] = [
    .asset: dictionary(tokens.filter { $0.field.scope.owner == .asset }, \.columns),
    .finding: dictionary(tokens.filter { $0.field.scope.owner == .finding }, \.columns),
  ]
  private static let withoutDataByName = dictionary(tokensWithoutData, \.names)
  private static let groupsByName = dictionary(groups, \.names)

  private static func dictionary<Entry>(_ entries: [Entry], _ names: (Entry) -> [String]) -> [String: Entry] {
    let pairs = entries.flatMap { entry in names(entry).map { ($0.lowercased(), entry) } }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }
}

// MARK: - Suggestions

extension QueryCatalogue {
  /// The documented name nearest to `name`: of the same ending, or with few letters changed.
  static func nearestToken(to name: String, for entity: QueryEntity, prefixes: [String]) -> String? {
    let folded = name.lowercased()
    for prefix in prefixes + ["\(entity.rawValue).", entity == .asset ? "finding." : "asset."] {
      if let token = byName["\(prefix)\(folded)"] { return token.name }
    }
    if let token = tokens.first(where: { $0.name.lowercased().hasSuffix(".\(folded)") }) { return token.name }
    let columns = byColumn[entity]?.keys.map { $0 } ?? []
    let names = tokens.flatMap { [$0.name] + $0.aliases } + columns + groups.flatMap(\.names)
    return NearestName.find(name, among: names)
  }

  static func nearestChild(to name: String, of group: QueryGroup, for entity: QueryEntity) -> String? {
    let inGroup = tokens.filter { group.scopes.contains($0.field.scope) }
    let children = inGroup.flatMap { token in
      ([token.name] + token.aliases).flatMap { full in
        group.names.compactMap { full.hasPrefix("\($0).") ? String(full.dropFirst($0.count + 1)) : nil }
      }
    }
    return NearestName.find(name, among: children)
  }
}
