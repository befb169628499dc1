/// The parts of a record that expressions read, put together as one object: a copy of these, not of the record.
struct RecordParts: Sendable {
  private indirect enum Part: Sendable {
    case value(slot: Int)
    case object([(name: String, part: Part)])
  }

  private let root: Part

  /// - Parameters:
  ///   - paths: As ``JMESPath/reads`` has them, of any number of expressions.
  ///   - slot: The slot that takes a path's value.
  init(_ paths: [[String]], slot: ([String]) -> Int) {
    // Of paths within one another, the shorter one brings the longer one's value.
    let shortestFirst = paths.sorted { $0.count < $1.count }
    root = shortestFirst.reduce(.object([])) { root, path in Self.insert(path[...], into: root, slot(path)) }
  }

  /// - Complexity: Recursive, by the length of a path, which ``JMESPath/reads`` bounds.
  private static func insert(_ path: ArraySlice<String>, into part: Part, _ slot: Int) -> Part {
    guard case .object(var members) = part else { return part }
    guard let name = path.first else { return .value(slot: slot) }
    if let known = members.firstIndex(where: { JSONText.isSame($0.name, name) }) {
      members[known].part = insert(path.dropFirst(), into: members[known].part, slot)
    } else {
      members.append((name, insert(path.dropFirst(), into: .object([]), slot)))
    }
    return .object(members)
  }

  /// - Parameter value: The value of a slot; nil if the record has none.
  func object(_ value: (Int) -> JSONSlice?) -> JSONValue { Self.make(root, value) ?? .object([]) }

  private static func make(_ part: Part, _ value: (Int) -> JSONSlice?) -> JSONValue? {
    switch part {
    case .value(let slot): return value(slot).map { JSONValue($0) }
    case .object(let members):
      let made = members.compactMap { name, part in make(part, value).map { JSONValue.Member(name, $0) } }
      return made.isEmpty ? nil : .object(made)
    }
  }
}
