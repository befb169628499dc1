/// How a value is compared.
enum QueryOperator: String, CaseIterable {
  case matches = ":"
  case equals = "="
  case greater = ">"
  case greaterOrEqual = ">="
  case less = "<"
  case lessOrEqual = "<="
}

extension QueryParser {
  /// A token with its comparison, or words without a token.
  mutating func readTerm() throws(QueryError) {
    let start = position
    let nameEnd = scanner.nameEnd(start)
    let behind = scanner.skipBlanks(nameEnd)
    guard nameEnd > start, try startsComparison(behind, name: (start, nameEnd)) else { return try readFreeText() }
    let name = scanner.text(start, nameEnd - start)
    let isPresenceTest = scanner.isWord("is", at: behind)
    let isParenthesis =
      scanner.byte(at: behind) == UInt8(ascii: ":")
      && scanner.byte(at: scanner.skipBlanks(behind + 1)) == UInt8(ascii: "(")
    if let group = group(named: name), isParenthesis || meaning(of: name) == nil {
      guard isParenthesis else {
        throw error(
          "\"\(name)\" is a group of tokens.", at: start, nameEnd - start,
          expected: "\"\(group.name): (…)\" around tokens of it")
      }
      position = scanner.skipBlanks(behind + 1)
      return try open(group, name: name, at: start, length: nameEnd - start)
    }
    let token = try token(named: name, at: start, length: nameEnd - start)
    outlook = .comparison(token)
    let relations = try path(to: token, name: name, at: start, length: nameEnd - start)
    position = behind
    if isPresenceTest {
      try readPresence(of: token, at: start)
    } else {
      steps += try readComparison(of: token, at: start)
    }
    for scope in relations.reversed() { steps.append(.related(scope)) }
    if isPresenceTest, presenceIsNegated { steps.append(.not) }
    endOperand()
  }

  /// Whether an operator or `is null` stands at `index`, behind a name.
  private func startsComparison(_ index: Int, name: (start: Int, end: Int)) throws(QueryError) -> Bool {
    if scanner.isOperator(at: index) { return true }
    if scanner.byte(at: index) == UInt8(ascii: "!"), scanner.byte(at: index + 1) == UInt8(ascii: "=") {
      let text = scanner.text(name.start, name.end - name.start)
      throw error("There is no operator \"!=\".", at: index, 2, expected: "\"not \(text): …\"")
    }
    guard index > name.end, scanner.isWord("is", at: index) else { return false }
    if scanner.isNullTest(at: index) { return true }
    // Words may well be "this is it", but not if the first is a token.
    return meaning(of: scanner.text(name.start, name.end - name.start)) != nil
  }

  // MARK: - Null

  private mutating func readPresence(of token: QueryToken, at start: Int) throws(QueryError) {
    position = scanner.skipBlanks(position + 2)
    presenceIsNegated = true
    if scanner.isWord("not", at: position) {
      presenceIsNegated = false
      position = scanner.skipBlanks(position + 3)
    }
    guard scanner.isWord("null", at: position) else {
      throw error(
        "\"is\" tests whether there is a value.", at: position, scanner.pieceLength(position),
        expected: "\"null\" or \"not null\"")
    }
    position += 4
    let place = place(of: start)
    steps += presence(of: token.field, at: place)
  }

  // MARK: - Groups

  private mutating func open(_ group: QueryGroup, name: String, at start: Int, length: Int) throws(QueryError) {
    var frame = inner(.group)
    let isList = group.scopes.count > 1
    if isList, frame.group?.name == group.name, frame.scope.map(group.scopes.contains) != false {
      // Within itself a group of lists is no more than parentheses.
      try open(frame)
      position += 1
      return
    }
    let target = isList ? group.scopes[0].owner.scope : group.scopes[0]
    guard let outer = frame.scope, let path = outer.path(to: target) else { throw misplaced(name, at: start, length) }
    frame.group = group
    frame.scope = isList ? nil : target
    frame.path = path
    frame.relations += path.count + (isList ? 1 : 0)
    if frame.relations > Query.maximumRelations { throw tooManyRelations(at: start, length) }
    try open(frame)
    position += 1
  }

  /// The relations from the present record to the token's.
  private mutating func path(
    to token: QueryToken, name: String, at start: Int, length: Int
  ) throws(QueryError) -> [QueryScope] {
    let last = frames.count - 1
    guard let scope = frames[last].scope else { return try decideList(token, name: name, at: start, length: length) }
    guard let path = scope.path(to: token.field.scope) else { throw misplaced(name, at: start, length) }
    if frames[last].relations + path.count > Query.maximumRelations { throw tooManyRelations(at: start, length) }
    return path
  }

  /// The first token within a group of lists says which list the group is about.
  private mutating func decideList(
    _ token: QueryToken, name: String, at start: Int, length: Int
  ) throws(QueryError) -> [QueryScope] {
    let scope = token.field.scope
    guard frames.last?.group?.scopes.contains(scope) == true else { throw misplaced(name, at: start, length) }
    // So it does for parentheses and `not` between the group and the token.
    var index = frames.endIndex
    while index > 0, frames[index - 1].scope == nil {
      index -= 1
      frames[index].scope = scope
    }
    frames[index].path.append(scope)
    return []
  }

  private func misplaced(_ name: String, at start: Int, _ length: Int) -> QueryError {
    guard let group = frames.last?.group else {
      return error("\"\(name)\" can't be used here.", at: start, length)
    }
    let isOfLists = group.scopes.count > 1 && frames.last?.scope != nil
    let reason =
      isOfLists ? ", which is about another list: the inventory does not hold which values belong together" : ""
    return error(
      "\"\(name)\" can't be used inside \"\(group.name): (…)\"\(reason).", at: start, length,
      expected: "a token of that group")
  }

  private func tooManyRelations(at start: Int, _ length: Int) -> QueryError {
    error("More than \(Query.maximumRelations) groups of other records stand within one another.", at: start, length)
  }

  // MARK: - Names

  func meaning(of name: String) -> QueryCatalogue.Meaning? {
    let frame = frames[frames.count - 1]
    let entity = frame.scope?.owner ?? frame.group?.scopes.first?.owner ?? entity
    for prefix in frame.group?.names ?? [] {
      if let meaning = QueryCatalogue.meaning(of: "\(prefix).\(name)", for: entity) { return meaning }
    }
    return QueryCatalogue.meaning(of: name, for: entity)
  }

  private func group(named name: String) -> QueryGroup? {
    for prefix in frames.last?.group?.names ?? [] {
      if let group = QueryCatalogue.group(named: "\(prefix).\(name)") { return group }
    }
    return QueryCatalogue.group(named: name)
  }

  private func token(named name: String, at start: Int, length: Int) throws(QueryError) -> QueryToken {
    switch meaning(of: name) {
    case .token(let token): return token
    case .withoutData(let token):
      throw error(
        "\"\(name)\" is a known token, but the inventory holds no data for it: that needs \(token.need).",
        at: start, length)
    case nil:
      let group = frames.last?.group
      let child = group.flatMap { QueryCatalogue.nearestChild(to: name, of: $0, for: entity) }
      throw error(
        "There is no token \"\(name.prefix(60))\(name.utf8.count > 60 ? "…" : "")\".", at: start, length,
        expected: "a token's name, or quotation marks around words",
        suggestion: child ?? QueryCatalogue.nearestToken(to: name, for: entity, prefixes: []))
    }
  }

  // MARK: - Words without a token

  /// Names of hosts and titles of findings; of hosts also an address.
  private mutating func readFreeText() throws(QueryError) {
    let start = position
    let scope = frames[frames.count - 1].scope
    let value = try readValue(.bare)
    if case .token(let token)? = meaning(of: value.text), value.quoting == .none, position == scanner.end, !isValueOpen
    {
      outlook = .comparison(token)
      isValueOpen = true
    }
    let place = place(of: start)
    let pattern = try pattern(value)
    func tests(_ fields: [QueryField]) -> [ParsedStep] {
      fields.map { .test(QueryTest($0, .text(pattern), position: place)) }
    }
    var ofAsset = tests([.assetName, .hostName, .fqdn])
    var count = ofAsset.count
    if let address = AddressRange(value.text) {
      ofAsset += [.test(QueryTest(.ipAddress, .address(address), position: place)), .related(.ipAddress)]
      count += 1
    }
    ofAsset.append(.any(count))
    switch scope {
    case .asset: steps += ofAsset
    case .finding: steps += tests([.findingTitle]) + ofAsset + [.related(.asset), .any(2)]
    default:
      throw error(
        "Words without a token search assets and findings only.", at: start, scanner.pieceLength(start),
        expected: "a token of the group")
    }
    endOperand()
  }
}
