extension Query {
  /// The condition as a query in its plainest form: read again it gives the same steps. Dates that were counted
  /// from now are moments in it.
  package var text: String {
    if isEverything { return "" }
    if isNothing { return "not \(Self.tautology(of: entity.scope))" }
    // Written from the last piece to the first, as the steps stand; what is to be written next is on top.
    var pieces: [String] = []
    var next = steps.endIndex
    var work: [Work] = [.operand(in: .nothing, of: entity.scope)]
    while let item = work.popLast() {
      switch item {
      case .piece(let text): pieces.append(text)
      case .operand(let place, let scope):
        next -= 1
        switch steps[next] {
        case .constant(let value): pieces.append("\(value ? "" : "not ")\(Self.tautology(of: scope))")
        case .test(let test, let isNegated): pieces.append(Self.text(test, isNegated))
        case .related(let target, let isNegated):
          let name = QueryCatalogue.group(of: target).name
          work += [.piece("\(isNegated ? "not " : "")\(name): ("), .operand(in: .nothing, of: target), .piece(")")]
        case .all(let count): work += Self.joined(count, " and ", .all, in: place, of: scope)
        case .any(let count): work += Self.joined(count, " or ", .any, in: place, of: scope)
        }
      }
    }
    return pieces.reversed().joined()
  }

  private enum Place { case nothing, all, any }

  private enum Work {
    case piece(String)
    case operand(in: Place, of: QueryScope)
  }

  private static func joined(
    _ count: Int, _ word: String, _ kind: Place, in place: Place, of scope: QueryScope
  ) -> [Work] {
    var work: [Work] = []
    for index in 0..<count {
      if index > 0 { work.append(.piece(word)) }
      work.append(.operand(in: kind, of: scope))
    }
    // `and` binds more tightly, so only an `or` within an `and` needs parentheses.
    return place == .all ? [.piece("(")] + work + [.piece(")")] : work
  }

  /// A test that holds for every record. Only assets and findings have one, and only they can need it.
  private static func tautology(of scope: QueryScope) -> String {
    scope == .finding ? "finding.type: Misconfiguration" : "asset.type: HOST"
  }

  // MARK: - Tests

  private static func text(_ test: QueryTest, _ isNegated: Bool) -> String {
    let name = QueryCatalogue.name(of: test.field)
    if test.comparison == .isPresent { return "\(name) is \(isNegated ? "" : "not ")null" }
    return "\(isNegated ? "not " : "")\(name): \(value(test.comparison))"
  }

  private static func value(_ comparison: Comparison) -> String {
    switch comparison {
    case .isPresent: "[* .. *]"
    case .text(let pattern): text(pattern)
    case .oneOf(let texts):
      texts.count == 1 ? exact(texts[0]) : "[\(texts.map(exact).joined(separator: ", "))]"
    case .integer(let lower?, let upper?) where lower == upper: "\(lower)"
    case .integer(let lower, let upper): "[\(lower.map(String.init) ?? "*") .. \(upper.map(String.init) ?? "*")]"
    case .integers(let numbers): "[\(numbers.map(String.init).joined(separator: ", "))]"
    case .boolean(let value): "\(value)"
    case .date(let from, let until): "[\(from?.description ?? "*") .. \(until?.description ?? "*"))"
    case .address(let range): range.single ?? "[\(range.lowerText) .. \(range.upperText)]"
    }
  }

  private static func text(_ pattern: TextPattern) -> String {
    switch pattern.form {
    case .exact: "`\(pattern.source)`"
    case .phrase: pattern.source.contains("\"") ? "'\(pattern.source)'" : "\"\(pattern.source)\""
    // In a list `and` is a word; outside one a comma is.
    case .words, .wildcard:
      pattern.source.contains(",") || pattern.source.contains("..") ? pattern.source : "[\(pattern.source)]"
    }
  }

  /// A whole value of keywords, which any mark quotes. Read from a query it lacks at least one of them.
  static func exact(_ value: String) -> String {
    let mark = ["`", "\"", "'"].first { !value.contains($0) } ?? "`"
    return "\(mark)\(value)\(mark)"
  }
}

extension QueryCatalogue {
  /// The documented name; every field has a token (a test looks).
  package static func name(of field: QueryField) -> String { token(of: field)?.name ?? field.rawValue }

  /// The group whose children are about records of `scope`; every scope has one (a test looks).
  static func group(of scope: QueryScope) -> QueryGroup {
    groups.first { $0.scopes.contains(scope) } ?? QueryGroup(names: [scope.rawValue], scopes: [scope])
  }
}
