/// A query that was read: what it lists and which records.
package struct Query: Sendable, Hashable {
  package let entity: QueryEntity
  /// The condition; see ``QueryStep``. Negation stands at tests and relations only, `all` and `any` never stand
  /// directly in one of their own kind, and a constant stands alone or below a relation.
  package let steps: [QueryStep]

  /// Bytes of UTF-8.
  package static let maximumLength = 65_536
  /// Levels of parentheses, groups and `not` within one another.
  package static let maximumDepth = 1000
  /// Relations within one another, as in a finding's asset's other findings' tactics.
  package static let maximumRelations = 4

  /// - Parameters:
  ///   - text: Empty or blank: everything.
  ///   - now: What `now` in dates and ages is counted from.
  package init(_ text: String, for entity: QueryEntity, now: Timestamp) throws(QueryError) {
    self.init(try Query.parse(text, for: entity, now: now), for: entity)
  }

  /// - Parameter steps: A whole condition in post-order.
  package init(_ steps: [ParsedStep], for entity: QueryEntity) {
    self.entity = entity
    self.steps = QueryNormalizer.normalize(steps)
  }

  /// The condition as it is written, before it is normalised.
  package static func parse(
    _ text: String, for entity: QueryEntity, now: Timestamp
  ) throws(QueryError) -> [ParsedStep] {
    var parser = QueryParser(text, for: entity, now: now)
    return try parser.parse()
  }

  package var isEverything: Bool { steps == [.constant(true)] }
  package var isNothing: Bool { steps == [.constant(false)] }

  /// All fields that it tests.
  package var fields: Set<QueryField> {
    Set(
      steps.compactMap { step in
        if case .test(let test, _) = step { test.field } else { nil }
      })
  }

  /// Whether it asks about what lists leave out: hosts that are gone, findings that do not apply or that the source
  /// does not list any more. A list then leaves out nothing by itself.
  package var namesAbsent: Bool { !fields.isDisjoint(with: Self.fieldsOfAbsence) }

  private static let fieldsOfAbsence: Set<QueryField> = [
    .assetIsGone, .assetGone, .posture, .findingStatus, .fixCause, .isFound, .lastFixed, .timeToRemediate,
  ]
}
