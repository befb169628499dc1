import IsthmusCore
import Yams

extension ConfigNode {
  /// The outermost value of a YAML text.
  static func compose(_ text: String, path: String) throws(ConfigurationError) -> ConfigNode {
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw ConfigurationError(file: path, mark: nil, path: "", problem: "the file is empty")
      }
      return ConfigNode(node: node, path: "", file: path)
    } catch let error as ConfigurationError {
      throw error
    } catch let error as YamlError {
      throw translate(error, path: path)
    } catch {
      throw ConfigurationError(file: path, mark: nil, path: "", problem: "it can't be read as YAML: \(error)")
    }
  }

  private static func translate(_ error: YamlError, path: String) -> ConfigurationError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return ConfigurationError(file: path, mark: mark, path: "", problem: "not valid YAML: \(problem)")
    case .reader(let problem, let offset?, _, let yaml):
      // In characters.
      let before = yaml.prefix(offset)
      let lines = before.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      var failure = ConfigurationError(file: path, mark: nil, path: "", problem: "not valid YAML: \(problem)")
      failure.line = lines.count
      failure.column = (lines.last?.unicodeScalars.count ?? 0) + 1
      return failure
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { "\($0)" }.joined(separator: ", ")
      return ConfigurationError(
        file: path, mark: context.mark, path: "", problem: "a key stands twice: \(names)")
    default:
      return ConfigurationError(file: path, mark: nil, path: "", problem: "it can't be read as YAML: \(error)")
    }
  }
}

// MARK: - JSON

extension ConfigNode {
  /// As many values as a sample may hold; a few aliases of aliases stand for millions.
  private static let maximumValues = 100_000

  /// The value as JSON: what stands without quotes and is null, true, false or a number is that, all else a text.
  var json: JSONValue {
    get throws(ConfigurationError) {
      var count = 0
      return try json(depth: 1, &count)
    }
  }

  private func json(depth: Int, _ count: inout Int) throws(ConfigurationError) -> JSONValue {
    count += 1
    if count > Self.maximumValues { throw failure("more than \(Self.maximumValues) values stand here") }
    if depth > JSONDocument.maximumDepth { throw failure("it is nested deeper than \(JSONDocument.maximumDepth)") }
    switch node {
    case .scalar(let scalar): return Self.json(scalar)
    case .sequence:
      var elements: [JSONValue] = []
      for element in try self.elements { elements.append(try element.json(depth: depth + 1, &count)) }
      return .array(elements)
    case .mapping:
      var members: [JSONValue.Member] = []
      for (key, value) in try pairs {
        guard case .scalar(let name) = key.node else { throw key.failure("a key must be a text") }
        members.append(.init(name.string, try value.json(depth: depth + 1, &count)))
      }
      return .object(members)
    case .alias: throw failure("an alias stands where a value was expected")
    }
  }

  private static func json(_ scalar: Node.Scalar) -> JSONValue {
    guard scalar.style == .plain else { return .string(scalar.string) }
    switch scalar.string {
    case "", "~": return .null
    case let text where text == "null" || text == "true" || text == "false" || isNumberLike(text):
      // Not every text that begins like a number is one.
      return (try? JSONValue(parsing: text)) ?? .string(text)
    default: return .string(scalar.string)
    }
  }

  private static func isNumberLike(_ text: String) -> Bool {
    text.unicodeScalars.first.map { $0 == "-" || ("0"..."9").contains($0) } ?? false
  }
}
