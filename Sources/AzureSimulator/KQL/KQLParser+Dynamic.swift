extension KQLParser {
  /// The content of `dynamic(…)`: JSON, in which texts may have single quotes and datetimes may stand.
  mutating func dynamicLiteral() throws(KQLError) -> KQLValue {
    try enter()
    defer { leave() }
    let token = current
    switch token.kind {
    case .string:
      advance()
      return .string(token.text)
    case .number, .typedLiteral:
      advance()
      return token.value
    case .name:
      // `["a"]` on its own reads as a quoted name.
      if token.isQuoted {
        advance()
        return .array([.string(token.text)])
      }
      return try dynamicWord()
    case .symbol: return try dynamicContainer()
    case .end: throw unexpected()
    }
  }

  private mutating func dynamicWord() throws(KQLError) -> KQLValue {
    if accept(word: "null") { return .null }
    if accept(word: "true") { return .bool(true) }
    if accept(word: "false") { return .bool(false) }
    throw unexpected()
  }

  private mutating func dynamicContainer() throws(KQLError) -> KQLValue {
    if accept("-") {
      let token = current
      guard token.kind == .number else { throw unexpected() }
      advance()
      switch token.value {
      case .long(let number): return .long(-number)
      case .real(let number): return .real(-number)
      case .timespan(let ticks): return .timespan(-ticks)
      default: throw unexpected()
      }
    }
    if accept("[") {
      var elements: [KQLValue] = []
      if accept("]") { return .array([]) }
      repeat { elements.append(try dynamicLiteral()) } while accept(",")
      try expect("]")
      return .array(elements)
    }
    try expect("{")
    var members: [(String, KQLValue)] = []
    if accept("}") { return .object(KQLObject([])) }
    repeat {
      guard current.kind == .string else { throw unexpected() }
      let key = current.text
      advance()
      try expect(":")
      members.append((key, try dynamicLiteral()))
    } while accept(",")
    try expect("}")
    return .object(KQLObject(members))
  }
}
