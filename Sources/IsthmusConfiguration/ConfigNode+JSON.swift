import IsthmusCore
import Yams

extension ConfigNode {
  /// A value that was written as JSON, read like one of the file.
  ///
  /// - Parameter label: Stands where a file's name would, in messages.
  init(_ value: JSONValue, label: String) {
    self.init(node: Self.node(value), path: "", file: label)
  }

  private static func node(_ value: JSONValue) -> Node {
    switch value {
    case .null: .scalar(.init("null", Tag(.null), .plain))
    case .bool, .integer, .number: .scalar(.init(value.text(), Tag(.implicit), .plain))
    case .string(let text): .scalar(.init(text, Tag(.str), .doubleQuoted))
    case .array(let elements): .sequence(.init(elements.map(node), Tag(.seq)))
    case .object(let members):
      .mapping(
        .init(members.map { (Node.scalar(.init($0.name, Tag(.str), .doubleQuoted)), node($0.value)) }, Tag(.map)))
    }
  }
}
