/// Where a source attribute's value stands in a record: a JMESPath expression.
///
/// Most are paths, alone or as alternatives of `||`, and `join('', ['text', x])`, which puts a text before the value.
/// They are found in the record itself, without evaluating anything. As a source, that `join` gives no value where
/// there is nothing to put the text before, and takes a number as its text: in JMESPath both are errors.
/// All else is evaluated on the parts of the record that it reads.
package struct SourceExpression: Sendable, Hashable {
  package enum Step: Sendable {
    case member(String)
    /// Negative numbers count from the end.
    case index(Int)
  }
  package typealias Path = [Step]

  package enum Form: Sendable, Hashable {
    /// Tried in order: the first value that is not null, false or empty, else the last one. `prefix` goes before it.
    case paths([Path], prefix: String)
    case evaluated(JMESPath)
  }

  package let text: String
  package let form: Form

  package init(_ text: String) throws(JMESPathError) {
    let path = try JMESPath(text)
    self.text = text
    form = path.root.plainForm ?? .evaluated(path)
  }

  /// The paths, if the expression is no more than that.
  package var alternatives: [Path]? {
    if case .paths(let paths, prefix: "") = form { paths } else { nil }
  }
}

extension SourceExpression.Step: Hashable {
  /// By code points: names that look alike are different members.
  package static func == (a: Self, b: Self) -> Bool {
    switch (a, b) {
    case (.member(let a), .member(let b)): JSONText.isSame(a, b)
    case (.index(let a), .index(let b)): a == b
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .member(let name): hasher.combine(JSONText(name))
    case .index(let index): hasher.combine(index)
    }
  }
}

extension JMESPathNode {
  fileprivate var plainForm: SourceExpression.Form? {
    if let paths = plainAlternatives { return .paths(paths, prefix: "") }
    guard case .call(.join, let arguments) = kind, arguments.count == 2,
      case .literal(.string("")) = arguments[0].node.kind, case .list(let parts) = arguments[1].node.kind,
      parts.count == 2, case .literal(.string(let prefix)) = parts[0].kind, let paths = parts[1].plainAlternatives
    else { return nil }
    return .paths(paths, prefix: prefix)
  }

  private var plainAlternatives: [SourceExpression.Path]? {
    guard case .or(let terms) = kind else { return plainPath.map { [$0] } }
    var paths: [SourceExpression.Path] = []
    for term in terms {
      guard let path = term.plainPath else { return nil }
      paths.append(path)
    }
    return paths
  }

  private var plainPath: SourceExpression.Path? {
    switch kind {
    case .current: return []
    case .field(let name): return [.member(name)]
    case .index(let index): return [.index(index)]
    case .chain(let nodes):
      var path: SourceExpression.Path = []
      for node in nodes {
        guard let step = node.plainPath else { return nil }
        path += step
      }
      return path
    default: return nil
    }
  }
}
