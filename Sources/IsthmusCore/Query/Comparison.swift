/// What a field's value is compared with. Each one is true or false, and false where the value is missing.
package enum Comparison: Sendable, Hashable {
  /// There is a value.
  case isPresent
  case text(TextPattern)
  /// One of these, as the whole value: of enumerations the store's own spellings, of keywords in lower case
  /// (the value is folded before it is compared). Sorted, without doubles.
  case oneOf([String])
  /// A closed range; nil is an open end. At least one end is given.
  case integer(lower: Int64?, upper: Int64?)
  /// One of these. Sorted, without doubles, more than one.
  case integers([Int64])
  case boolean(Bool)
  /// From the first moment up to but not with the second; nil is an open end. At least one end is given.
  case date(from: Timestamp?, until: Timestamp?)
  case address(AddressRange)
}

/// A comparison of one field, with the place in the query where it stands.
package struct QueryTest: Sendable, Hashable {
  package let field: QueryField
  package let comparison: Comparison
  /// In characters from 0. Two tests are equal wherever they stand.
  package let position: Int

  package init(_ field: QueryField, _ comparison: Comparison, position: Int = 0) {
    self.field = field
    self.comparison = comparison
    self.position = position
  }

  package static func == (a: QueryTest, b: QueryTest) -> Bool { a.field == b.field && a.comparison == b.comparison }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(field)
    hasher.combine(comparison)
  }
}
