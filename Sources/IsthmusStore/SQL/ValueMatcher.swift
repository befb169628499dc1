import IsthmusCore

/// What a text is compared with where SQL has no words for it; bound as a pointer, so that nothing is parsed
/// once a row.
final class ValueMatcher: Sendable {
  private enum Form: Sendable {
    case pattern(TextPattern)
    case patterns([TextPattern])
    case any([ValueMatcher])
    case all([ValueMatcher])
    case texts(Set<[UInt8]>)
    case addresses(AddressRange)
  }

  private let form: Form

  init(_ pattern: TextPattern) { form = .pattern(pattern) }

  init(_ addresses: AddressRange) { form = .addresses(addresses) }

  /// Whole texts, without case.
  init(anyOf texts: [String]) {
    form =
      texts.count <= 8
      ? .patterns(texts.compactMap { TextPattern($0, form: .exact) }) : .texts(Set(texts.map { Array($0.utf8) }))
  }

  /// Of each clause one comparison; see ``ConditionTree/Test``.
  convenience init(_ clauses: [[Comparison]]) {
    let matchers = clauses.map(ValueMatcher.init(anyOf:))
    self.init(.all(matchers))
  }

  /// Texts and addresses; others match nothing.
  private convenience init(anyOf comparisons: [Comparison]) {
    var patterns: [TextPattern] = []
    var others: [ValueMatcher] = []
    for comparison in comparisons {
      switch comparison {
      case .text(let pattern): patterns.append(pattern)
      case .oneOf(let texts): others.append(ValueMatcher(anyOf: texts))
      case .address(let range): others.append(ValueMatcher(range))
      case .isPresent, .integer, .integers, .boolean, .date: break
      }
    }
    let plain = Form.patterns(patterns)
    self.init(others.isEmpty ? plain : .any(others + (patterns.isEmpty ? [] : [ValueMatcher(plain)])))
  }

  private init(_ form: Form) { self.form = form }

  /// Texts of which a value in lower case holds one, if it matches; nil where nothing can be said.
  var required: [String]? {
    func each(_ lists: [[String]?]) -> [String]? {
      lists.contains { $0 == nil } ? nil : lists.flatMap { $0 ?? [] }
    }
    return switch form {
    case .pattern(let pattern): pattern.requiredFolded
    case .patterns(let patterns): each(patterns.map(\.requiredFolded))
    case .any(let matchers): each(matchers.map(\.required))
    case .all(let matchers): matchers.compactMap(\.required).min { $0.count < $1.count }
    case .texts, .addresses: nil
    }
  }

  func matches(_ utf8: UnsafeRawBufferPointer) -> Bool {
    switch form {
    case .pattern(let pattern): pattern.matches(utf8)
    case .patterns(let patterns): patterns.contains { $0.matches(utf8) }
    case .any(let matchers): matchers.contains { $0.matches(utf8) }
    case .all(let matchers): matchers.allSatisfy { $0.matches(utf8) }
    case .texts(let texts): texts.contains(Array(String(decoding: utf8, as: UTF8.self).lowercased().utf8))
    case .addresses(let range): range.contains(utf8)
    }
  }
}
