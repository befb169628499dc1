/// The type of a column or an expression, known before any row is read.
package enum KQLType: String, Sendable, Hashable {
  case bool, long, real, string, datetime, timespan, dynamic

  /// A type by the names that `typeof(…)` and typed captures take.
  init?(queryName: String) {
    switch queryName {
    case "bool", "boolean": self = .bool
    case "int", "long", "int32", "int64": self = .long
    case "real", "double", "decimal": self = .real
    case "string", "guid", "uuid", "uniqueid": self = .string
    case "datetime", "date": self = .datetime
    case "timespan", "time": self = .timespan
    case "dynamic": self = .dynamic
    default: return nil
    }
  }

  /// The name in Resource Graph's table format.
  package var columnTypeName: String {
    switch self {
    case .bool: "boolean"
    case .long: "integer"
    case .real: "number"
    case .string, .timespan: "string"
    case .datetime: "datetime"
    case .dynamic: "object"
    }
  }

  var isNumeric: Bool { self == .long || self == .real }

  /// What a column of this type holds where there is no value: texts are never null in this language.
  var absent: KQLValue { self == .string ? .string("") : .null }

  /// The type that holds values of both, or nil if there is none.
  func merged(with other: KQLType) -> KQLType? {
    if self == other { return self }
    if self == .dynamic || other == .dynamic { return .dynamic }
    if isNumeric && other.isNumeric { return .real }
    return nil
  }
}
