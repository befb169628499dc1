/// What a person who types a query may mean next.
package struct QueryCompletion: Sendable, Hashable {
  package enum Kind: String, Sendable { case token, group, comparison, value, keyword }

  package let kind: Kind
  package let text: String
  /// What it means, for the line beside it; may be empty.
  package let detail: String
  /// The characters of the query that it takes the place of.
  package let replaces: Range<Int>

  /// Completions of what stands before `position`, counted in characters; the likeliest first, at most 50. None if
  /// the text before it is already wrong.
  package static func completions(
    of text: String, at position: Int, for entity: QueryEntity, now: Timestamp
  ) -> [QueryCompletion] {
    let prefix = String(text.prefix(max(0, position)))
    guard prefix.utf8.count <= Query.maximumLength else { return [] }
    var parser = QueryParser(prefix, for: entity, now: now)
    // A query that is being typed mostly is none yet; how far it was read is all that matters here.
    let isComplete = (try? parser.parse()) != nil
    guard isComplete || parser.isAtOutlook else { return [] }
    return Array(parser.completions.prefix(50))
  }
}

extension QueryParser {
  /// Whether nothing but the last name or value was wrong.
  fileprivate var isAtOutlook: Bool {
    switch outlook {
    case .operand(let start):
      // Words that begin with a mark are quoted; a name that an operator follows is wrong already.
      scanner.nameEnd(start) == scanner.end || start == scanner.end
    case .value, .comparison: true
    case .connective: position >= scanner.end
    }
  }

  fileprivate var completions: [QueryCompletion] {
    switch outlook {
    case .operand(let start): operands(from: start)
    case .comparison(let token): comparisons(of: token, from: scanner.end)
    case .value(let token, let start): values(of: token, from: start)
    case .connective: connectives(from: scanner.end, typed: "")
    }
  }

  private func make(_ kind: QueryCompletion.Kind, _ text: String, _ detail: String, _ start: Int) -> QueryCompletion {
    let range = scanner.characters(before: start)..<scanner.characters(before: scanner.end)
    return QueryCompletion(kind: kind, text: text, detail: detail, replaces: range)
  }

  // MARK: - Names

  private func operands(from start: Int) -> [QueryCompletion] {
    let typed = scanner.text(start, scanner.end - start)
    let folded = typed.lowercased()
    var found: [QueryCompletion] = []
    if case .token(let token)? = meaning(of: typed) { found += comparisons(of: token, from: scanner.end) }
    let candidates = names
    let first = candidates.filter { $0.text.lowercased().hasPrefix(folded) }
    let second = candidates.filter { candidate in
      !candidate.text.lowercased().hasPrefix(folded)
        && (candidate.text.lowercased().contains(folded)
          || candidate.aliases.contains { $0.lowercased().hasPrefix(folded) })
    }
    if !folded.isEmpty, "not".hasPrefix(folded) { found.append(make(.keyword, "not ", "what does not hold", start)) }
    return found + (first + second).map { make($0.kind, $0.text, $0.detail, start) }
  }

  private struct Name {
    var kind: QueryCompletion.Kind
    var text: String
    var detail: String
    var aliases: [String]
  }

  /// Within a group its children, without the group's name; else the listed entity's tokens before the others.
  private var names: [Name] {
    let frame = frames[frames.count - 1]
    if let group = frame.group {
      let scopes = frame.scope.map { [$0] } ?? group.scopes
      return QueryCatalogue.tokens.filter { scopes.contains($0.field.scope) }.map { token in
        Name(kind: .token, text: group.child(token), detail: token.meaning, aliases: token.aliases)
      }
    }
    let tokens = QueryCatalogue.tokens.map {
      (owner: $0.field.scope.owner, Name(kind: .token, text: $0.name, detail: $0.meaning, aliases: $0.aliases))
    }
    let groups = QueryCatalogue.groups.map { group in
      (
        owner: group.scopes[0].owner,
        Name(kind: .group, text: "\(group.name): (", detail: "tokens of one record", aliases: group.names)
      )
    }
    let all = tokens + groups
    return (all.filter { $0.owner == entity } + all.filter { $0.owner != entity }).map { $0.1 }
  }

  // MARK: - Behind a name

  private func comparisons(of token: QueryToken, from start: Int) -> [QueryCompletion] {
    let operators: [(String, String)] =
      token.field.kind.isOrdered && token.field.kind != .ipAddress
      ? [(":", "is"), (">", "more than"), (">=", "at least"), ("<", "less than"), ("<=", "at most")]
      : [(":", "is")]
    let separator = start > 0 && scanner.isBlank(scanner.bytes[start - 1]) ? "" : " "
    return operators.map { make(.comparison, $0.0 == ":" ? ": " : "\(separator)\($0.0) ", $0.1, start) } + [
      make(.comparison, "\(separator)is null", "has no value", start),
      make(.comparison, "\(separator)is not null", "has a value", start),
    ]
  }

  private func values(of token: QueryToken, from start: Int) -> [QueryCompletion] {
    let typed = scanner.text(start, scanner.end - start).lowercased()
    let values: [(String, String)] =
      switch token.field.kind {
      case .enumeration(let all): all.map { ($0, "") }
      case .boolean: [("true", ""), ("false", "")]
      case .date:
        [("now-1d", "a day ago"), ("now-1w", "a week ago"), ("now-1M", "a month ago"), ("now-1y", "a year ago")]
      case .text, .keyword, .integer, .tenths, .ipAddress, .macAddress, .identifier: []
      }
    let found = values.filter { $0.0.lowercased().hasPrefix(typed) }.map { make(.value, $0.0, $0.1, start) }
    if !found.isEmpty { return found }
    // What follows a complete value may be the beginning of `and`.
    guard isValueOpen, let blank = scanner.bytes.lastIndex(where: scanner.isBlank), blank > start else { return [] }
    return connectives(from: blank + 1, typed: scanner.text(blank + 1, scanner.end - blank - 1).lowercased())
  }

  private func connectives(from start: Int, typed: String) -> [QueryCompletion] {
    let isNested = frames.contains { $0.kind == .parentheses || $0.kind == .group }
    let words: [(String, String)] =
      [("and ", "both"), ("or ", "either")] + (isNested ? [(")", "end of the group")] : [])
    let separator = start == 0 || !typed.isEmpty || scanner.isBlank(scanner.bytes[start - 1]) ? "" : " "
    return words.filter { $0.0.hasPrefix(typed) }.map { word in
      make(.keyword, word.0 == ")" ? ")" : "\(separator)\(word.0)", word.1, start)
    }
  }
}

extension QueryGroup {
  /// The token's name within this group.
  fileprivate func child(_ token: QueryToken) -> String {
    for prefix in names {
      for name in [token.name] + token.aliases where name.hasPrefix("\(prefix).") {
        return String(name.dropFirst(prefix.count + 1))
      }
    }
    return token.name
  }
}
