/// The functions of the specification.
/// <https://jmespath.org/specification.html#built-in-functions>
package enum JMESPathFunction: String, Sendable, CaseIterable {
  case abs, avg, ceil, contains
  case endsWith = "ends_with"
  case floor, join, keys, length, map, max
  case maxBy = "max_by"
  case merge, min
  case minBy = "min_by"
  case notNull = "not_null"
  case reverse, sort
  case sortBy = "sort_by"
  case startsWith = "starts_with"
  case sum
  case toArray = "to_array"
  case toNumber = "to_number"
  case toString = "to_string"
  case type, values

  /// What a parameter takes.
  enum Parameter: Sendable {
    case any, number, string, array, object
    case numbers, strings
    case numbersOrStrings, arrayOrString, sized
    /// An expression that the function applies to the elements of a list.
    case expression

    var text: String {
      switch self {
      case .any: "any"
      case .number: "number"
      case .string: "string"
      case .array: "array"
      case .object: "object"
      case .numbers: "array[number]"
      case .strings: "array[string]"
      case .numbersOrStrings: "array[number]|array[string]"
      case .arrayOrString: "array|string"
      case .sized: "string|array|object"
      case .expression: "expression"
      }
    }
  }

  /// The parameters; where ``isVariadic``, the last one is taken any number of times.
  var parameters: [Parameter] {
    switch self {
    case .abs, .ceil, .floor: [.number]
    case .avg, .sum: [.numbers]
    case .contains: [.arrayOrString, .any]
    case .endsWith, .startsWith: [.string, .string]
    case .join: [.string, .strings]
    case .keys, .values, .merge: [.object]
    case .length: [.sized]
    case .map: [.expression, .array]
    case .max, .min, .sort: [.numbersOrStrings]
    case .maxBy, .minBy, .sortBy: [.array, .expression]
    case .notNull, .toArray, .toNumber, .toString, .type: [.any]
    case .reverse: [.arrayOrString]
    }
  }

  var isVariadic: Bool { self == .merge || self == .notNull }

  var minimumArguments: Int { self == .merge ? 0 : parameters.count }

  func parameter(_ index: Int) -> Parameter { parameters[Swift.min(index, parameters.count - 1)] }
}

// MARK: - Help

extension JMESPathFunction {
  /// An expression, a JSON value, and the JSON that it gives.
  package struct Example: Sendable {
    package var expression: String
    package var value: String
    package var result: String
  }

  /// For help: `join(string, array[string])`.
  package var signature: String {
    let names = parameters.map(\.text).joined(separator: ", ")
    return "\(rawValue)(\(names)\(isVariadic ? ", …" : ""))"
  }

  package var summary: String {
    switch self {
    case .abs: "The number without its sign"
    case .avg: "The mean of the numbers; null if there are none"
    case .ceil: "The next whole number that is not smaller"
    case .contains: "Whether a list holds the value, or a text the other text"
    case .endsWith: "Whether the text ends with the other one"
    case .floor: "The next whole number that is not greater"
    case .join: "The texts, with the first argument between them"
    case .keys: "The names of the object's members"
    case .length: "How many code points, elements or members there are"
    case .map: "The expression's result for each element, nulls included"
    case .max: "The greatest element; null if there are none"
    case .maxBy: "The element for which the expression is greatest; null if there are none"
    case .merge: "One object of all members; later ones win"
    case .min: "The smallest element; null if there are none"
    case .minBy: "The element for which the expression is smallest; null if there are none"
    case .notNull: "The first argument that is not null"
    case .reverse: "The elements or code points in reverse order"
    case .sort: "The elements in order, texts by code points"
    case .sortBy: "The elements in order of what the expression gives for each"
    case .startsWith: "Whether the text starts with the other one"
    case .sum: "The sum of the numbers; 0 if there are none"
    case .toArray: "The list itself, or a list of the one value"
    case .toNumber: "The number that the text spells; null if it spells none"
    case .toString: "The text itself, or the value as JSON"
    case .type: "array, boolean, null, number, object or string"
    case .values: "The values of the object's members"
    }
  }

  package var example: Example {
    let (expression, value, result) = sample
    return Example(expression: expression, value: value, result: result)
  }

  private var sample: (String, String, String) {
    switch self {
    case .abs: ("abs(n)", #"{"n":-4}"#, "4")
    case .avg: ("avg(ports)", #"{"ports":[22,80,443]}"#, "181.66666666666666")
    case .ceil: ("ceil(n)", #"{"n":1.2}"#, "2")
    case .contains: ("contains(zones, '1')", #"{"zones":["1","3"]}"#, "true")
    case .endsWith: ("ends_with(name, '-prod')", #"{"name":"web-01-prod"}"#, "true")
    case .floor: ("floor(n)", #"{"n":1.8}"#, "1")
    case .join: ("join('/', path)", #"{"path":["prod","web"]}"#, #""prod/web""#)
    case .keys: ("keys(tags)", #"{"tags":{"env":"prod","team":"web"}}"#, #"["env","team"]"#)
    case .length: ("length(disks)", #"{"disks":["os","data"]}"#, "2")
    case .map: ("map(&id, disks)", #"{"disks":[{"id":1},{}]}"#, "[1,null]")
    case .max: ("max(sizes)", #"{"sizes":[30,128,64]}"#, "128")
    case .maxBy: ("max_by(disks, &size).id", #"{"disks":[{"id":"a","size":30},{"id":"b","size":64}]}"#, #""b""#)
    case .merge: ("merge(a, b)", #"{"a":{"x":1,"y":2},"b":{"y":3}}"#, #"{"x":1,"y":3}"#)
    case .min: ("min(sizes)", #"{"sizes":[30,128,64]}"#, "30")
    case .minBy: ("min_by(disks, &size).id", #"{"disks":[{"id":"a","size":30},{"id":"b","size":64}]}"#, #""a""#)
    case .notNull: ("not_null(exact, version)", #"{"exact":null,"version":"2022"}"#, #""2022""#)
    case .reverse: ("reverse(zones)", #"{"zones":["1","2"]}"#, #"["2","1"]"#)
    case .sort: ("sort(zones)", #"{"zones":["3","1"]}"#, #"["1","3"]"#)
    case .sortBy: ("sort_by(disks, &lun)[].id", #"{"disks":[{"id":"b","lun":1},{"id":"a","lun":0}]}"#, #"["a","b"]"#)
    case .startsWith: ("starts_with(name, 'web')", #"{"name":"web-01"}"#, "true")
    case .sum: ("sum(sizes)", #"{"sizes":[30,64]}"#, "94")
    case .toArray: ("to_array(zone)", #"{"zone":"1"}"#, #"["1"]"#)
    case .toNumber: ("to_number(lun)", #"{"lun":"12"}"#, "12")
    case .toString: ("to_string(sku)", #"{"sku":{"tier":"P"}}"#, #""{\"tier\":\"P\"}""#)
    case .type: ("type(tags)", #"{"tags":{}}"#, #""object""#)
    case .values: ("values(tags)", #"{"tags":{"env":"prod"}}"#, #"["prod"]"#)
    }
  }
}
