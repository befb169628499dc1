/// A name that can stand before a value in a query.
package struct QueryToken: Sendable {
  package let field: QueryField
  /// The name that is suggested and documented.
  package let name: String
  /// Old names, names of other products' forms and names of list columns, valid everywhere.
  package let aliases: [String]
  /// Names of columns that are valid only in a query that lists the field's own entity.
  package let columns: [String]
  package let meaning: String
  package let examples: [QueryExample]

  /// - Parameter examples: Texts with what they select, for lists of the field's own entity.
  init(
    _ field: QueryField, _ name: String, also aliases: [String] = [], columns: [String] = [], _ meaning: String,
    examples: KeyValuePairs<String, String>
  ) {
    self.field = field
    self.name = name
    self.aliases = aliases
    self.columns = columns
    self.meaning = meaning
    self.examples = examples.map { QueryExample($0.key, for: field.scope.owner, selects: $0.value) }
  }
}

/// A query that stands in the reference and is tried by the tests.
package struct QueryExample: Sendable, Hashable {
  package let query: String
  package let entity: QueryEntity
  /// What it lists.
  package let meaning: String

  package init(_ query: String, for entity: QueryEntity, selects meaning: String) {
    self.query = query
    self.entity = entity
    self.meaning = meaning
  }
}

/// Names that are known of this query language but that the inventory holds nothing for.
package struct QueryTokenWithoutData: Sendable {
  /// In full, or with `.*` for all names that begin so.
  package let names: [String]
  /// What the inventory would have to hold.
  package let need: String
}

/// A parent name whose children are tested on one and the same record: `inventory: (source: … and …)`.
package struct QueryGroup: Sendable {
  /// The first is the documented one.
  package let names: [String]
  /// The records it is about; more than one where the children's names decide between lists.
  package let scopes: [QueryScope]

  package var name: String { names[0] }
}
