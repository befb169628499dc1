/// The names that columns get where a query gives none.
enum ResultNames {
  /// Functions whose result is named as their first argument would be.
  private static let firstArgument: Set<String> = [
    "tostring", "tolong", "toint", "todouble", "toreal", "todecimal", "tobool", "toboolean", "todatetime",
    "totimespan", "toguid", "todynamic", "parse_json", "parsejson", "toobject", "bin", "floor", "round", "split",
    "startofday", "startofweek", "startofmonth", "startofyear",
  ]

  /// Aggregates named `prefix_argument`, where the prefix is not the aggregate's own name.
  private static let aggregatePrefixes: [String: String] = [
    "make_list": "list", "make_set": "set", "makelist": "list", "makeset": "set", "make_bag": "bag",
    "make_list_if": "list", "make_set_if": "set",
  ]

  /// `properties.a.b` gives `properties_a_b`; nil if the expression has no name of its own.
  static func name(of expression: Expression) -> String? {
    switch expression.node {
    case .name(let name): name
    case .member(let base, let key): Self.name(of: base).map { "\($0)_\(cleaned(key))" }
    case .element(let base, let index):
      if case .literal(.long(let position), _) = index.node {
        Self.name(of: base).map { "\($0)_\(position)" }
      } else {
        nil
      }
    case .call(let function, let arguments):
      if firstArgument.contains(function), let first = arguments.first {
        Self.name(of: first)
      } else if function == "strlen" || function == "array_length", let first = arguments.first {
        Self.name(of: first).map { "\(function)_\($0)" }
      } else {
        nil
      }
    default: nil
    }
  }

  /// Characters that no name has become underscores.
  private static func cleaned(_ key: String) -> String {
    String(key.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" })
  }

  static func aggregateName(_ function: String, _ arguments: [Expression]) -> String {
    if function == "take_any" || function == "arg_max" || function == "arg_min" {
      return arguments.first.flatMap(name(of:)) ?? "\(function)_"
    }
    if function == "count" { return "count_" }
    let prefix = aggregatePrefixes[function] ?? function
    // A condition has no name: `countif_`, while `sumif(a, …)` is `sumif_a`.
    return "\(prefix)_\(arguments.first.flatMap(name(of:)) ?? "")"
  }

  /// `name`, or `name1`, `name2` … if it is taken.
  static func free(_ name: String, among taken: Set<String>) -> String {
    if !taken.contains(name) { return name }
    var number = 1
    while taken.contains("\(name)\(number)") { number += 1 }
    return "\(name)\(number)"
  }
}
