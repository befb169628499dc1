/// A column of a table and keys into it: `properties.resourceDetails.Id`.
struct SourcePath: Sendable, Hashable {
  var column: String
  var keys: [String]
}

/// What a condition demands of a path when it holds: one of these values, lower case.
struct Narrowing: Sendable {
  var path: SourcePath
  var values: Set<String>
}

/// An expression ready to be computed on rows, and what is known of it beforehand.
struct CompiledExpression: Sendable {
  /// How many computations may hang one below the other, across all operators of a pipeline.
  static let maximumDepth = 500

  var type: KQLType
  var evaluate: Evaluator
  /// The value, if it is the same for every row.
  var constant: KQLValue?
  /// Where in a table the value comes from, letter case aside.
  var origin: SourcePath?
  var narrowings: [Narrowing] = []
  var depth = 1
  /// The slot, if the expression is nothing but a column.
  var slot: Int?

  static func constant(_ value: KQLValue, _ type: KQLType) -> CompiledExpression {
    CompiledExpression(type: type, evaluate: { _ in value }, constant: value)
  }
}

/// What is known of a slot when expressions that name its column are compiled.
struct SlotInfo: Sendable {
  var origin: SourcePath?
  var constant: KQLValue?
  var depth = 1
}

/// The columns that expressions of one operator may name.
struct Scope: Sendable {
  var columns: [Column]
  var infos: [SlotInfo]
}
