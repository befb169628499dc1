/// How a source's records become the inventory's attributes: rows *source → data type → target*.
package struct TransformMap: Sendable, Hashable {
  package var name: String
  /// Grows with each change; runs record which one they used.
  package var version: Int
  package var sourceModel: String
  package var targetModel: String
  package var rows: [TransformRow]

  package init(name: String, version: Int = 1, sourceModel: String, targetModel: String, rows: [TransformRow]) {
    self.name = name
    self.version = version
    self.sourceModel = sourceModel
    self.targetModel = targetModel
    self.rows = rows
  }
}

package struct TransformRow: Sendable, Hashable {
  /// The name of an attribute of the source model, or an expression on the record.
  package var source: String
  package var type: AttributeType
  /// An attribute of the target model, or `custom.NAME`.
  package var target: String
  package var values: ValueTable?
  /// Taken where the source has no value.
  package var defaultValue: String?
  /// A record without this target is rejected whole.
  package var isRequired: Bool
  /// The value tells records apart; unusable ones reject the record.
  package var isIdentifier: Bool
  /// For a custom target whose source is an expression: which records it belongs to. nil: the source's or the target's.
  package var level: AttributeLevel?

  package init(
    _ source: String, _ target: String, _ type: AttributeType = .string, values: ValueTable? = nil,
    default defaultValue: String? = nil, required: Bool = false, identifier: Bool = false,
    level: AttributeLevel? = nil
  ) {
    self.source = source
    self.type = type
    self.target = target
    self.values = values
    self.defaultValue = defaultValue
    isRequired = required || identifier
    isIdentifier = identifier
    self.level = level
  }
}

/// Source texts and what stands for them, compared without case.
package struct ValueTable: Sendable, Hashable {
  /// By lower-case source text; the empty text stands for a missing, null or empty value.
  package let entries: [String: String]
  /// For every text that has no entry; without it such a text stays as it is.
  package let anythingElse: String?

  package init(_ entries: KeyValuePairs<String, String>, anythingElse: String? = nil) {
    self.init(entries: entries.map { ($0.key, $0.value) }, anythingElse: anythingElse)
  }

  /// - Parameter entries: Of texts that differ in case only, the first one counts.
  package init(entries: [(text: String, value: String)], anythingElse: String? = nil) {
    let folded = entries.map { ($0.text.lowercased(), $0.value) }
    self.entries = Dictionary(folded, uniquingKeysWith: { first, _ in first })
    self.anythingElse = anythingElse
  }

  func lookUp(_ text: String) -> String { entries[text.lowercased()] ?? anythingElse ?? text }
}

/// Why a map can't be used.
package struct MapError: Error, Hashable, CustomStringConvertible {
  /// What of a row is wrong, for a form to mark.
  package enum Part: String, Sendable {
    case source, type, target, values, defaultValue, level, identifier
  }

  package var map: String
  /// The target of the row in question.
  package var row: String?
  package var part: Part?
  /// Of an expression that can't be read: characters from its start.
  package var position: Int?
  package var problem: String

  package init(map: String, row: String? = nil, part: Part? = nil, position: Int? = nil, problem: String) {
    self.map = map
    self.row = row
    self.part = part
    self.position = position
    self.problem = problem
  }

  package var description: String {
    let place = row.map { ", row \"\($0)\"" } ?? ""
    return "transform map \"\(map)\"\(place): \(problem)"
  }
}
