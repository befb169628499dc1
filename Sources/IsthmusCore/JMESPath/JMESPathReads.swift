extension JMESPath {
  /// The members of the value that the expression reads, each a path of names; one without names is the whole value.
  ///
  /// Evaluated on a value that holds only these, at their places, the expression gives what it gives on all of it,
  /// as long as that is an object. None is a part of another one.
  package var reads: [[String]] {
    var collector = ReadCollector()
    let result = collector.follow(root, from: .path([]))
    collector.take(result)
    return collector.paths
  }
}

/// Walks through an expression and notes what is used of the value that it is given.
private struct ReadCollector {
  enum Focus {
    /// A member of the value.
    case path([String])
    /// Made of what was taken already.
    case made
  }

  /// Steps of a path that are told apart; of what lies deeper, all is taken.
  private static let longest = 32

  private(set) var paths: [[String]] = []

  /// Notes that all of `focus` is used.
  mutating func take(_ focus: Focus) {
    guard case .path(let path) = focus, !paths.contains(where: { Self.isPrefix($0, of: path) }) else { return }
    paths.removeAll { Self.isPrefix(path, of: $0) }
    paths.append(path)
  }

  private static func isPrefix(_ start: [String], of path: [String]) -> Bool {
    start.count <= path.count && zip(start, path).allSatisfy(JSONText.isSame)
  }

  /// What `node` gives, evaluated where `focus` is the current value.
  mutating func follow(_ node: JMESPathNode, from focus: Focus) -> Focus {
    switch node.kind {
    case .current: return focus
    case .literal: return .made
    case .field(let name):
      guard case .path(let path) = focus else { return .made }
      if path.count < Self.longest { return .path(path + [name]) }
      return taken(focus)
    case .index, .slice, .flatten: return taken(focus)
    case .chain(let steps):
      return steps.reduce(focus) { follow($1, from: $0) }
    case .listProjection(let left, let right), .objectProjection(let left, let right):
      take(follow(left, from: focus))
      if let right { take(follow(right, from: .made)) }
      return .made
    case .filter(let left, let condition, let right):
      take(follow(left, from: focus))
      for part in [condition] + (right.map { [$0] } ?? []) { take(follow(part, from: .made)) }
      return .made
    case .or(let nodes), .and(let nodes): return takeAll(nodes, from: focus)
    case .not(let node): return takeAll([node], from: focus)
    case .comparison(_, let left, let right): return takeAll([left, right], from: focus)
    case .list(let nodes): return select(nodes, from: focus)
    case .object(let members): return select(members.map(\.value), from: focus)
    case .call(_, let arguments):
      for argument in arguments {
        switch argument {
        case .value(let node): take(follow(node, from: focus))
        // It is applied to elements of another argument.
        case .expression(let node): take(follow(node, from: .made))
        }
      }
      return .made
    }
  }

  private mutating func taken(_ focus: Focus) -> Focus {
    take(focus)
    return .made
  }

  private mutating func takeAll(_ nodes: [JMESPathNode], from focus: Focus) -> Focus {
    for node in nodes { take(follow(node, from: focus)) }
    return .made
  }

  /// A multi-select gives null where its value is, so that a member's being there matters. The whole value is there.
  private mutating func select(_ nodes: [JMESPathNode], from focus: Focus) -> Focus {
    if case .path(let path) = focus, !path.isEmpty { take(focus) }
    return takeAll(nodes, from: focus)
  }
}
