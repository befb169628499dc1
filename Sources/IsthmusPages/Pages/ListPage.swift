import IsthmusCore
import IsthmusServer
import IsthmusStore

/// A list of hosts or findings: query bar, facets, chips, columns, sort, group-by.
struct ListPage: Sendable {
  struct Chip: Sendable {
    let text: String
    let removal: String
  }

  struct FacetValue: Sendable {
    let text: String
    let count: String
    let path: String
  }

  struct ShownFacet: Sendable {
    let title: String
    let values: [FacetValue]
    let others: Int
  }

  struct Choice: Sendable {
    let name: String
    let isChosen: Bool
  }

  /// A choice that people know by another word.
  struct NamedChoice: Sendable {
    let name: String
    let title: String
    let isChosen: Bool
  }

  /// What stands in the query bar.
  let query: String
  let action: String
  let entity: String
  let placeholder: String
  /// Where the query can't be read: the text up to there, a mark under it, and what is wrong.
  let problem: QueryProblem?
  let hasProblem: Bool
  let count: String
  let noun: String
  let chips: [Chip]
  let facets: [ShownFacet]
  let table: ShownTable
  let isEmpty: Bool
  let columns: [Choice]
  let groups: [Choice]
  let grouped: ShownTable?
  /// Parameters that a form keeps beside its own.
  let kept: [HiddenField]
  let keptWithQuery: [HiddenField]
  let next: String
  let first: String
  let exports: [Link]
  /// For a decision on the rows that are chosen; nil where nobody may decide.
  let decision: DecisionForm?
  /// Where that goes: it keeps the list's address.
  let decisionPath: String
  /// Leads to a decision on all that the query finds.
  let decideAll: Link?
  let notice: String
  let saved: SavedPart
}

struct HiddenField: Sendable {
  let name: String
  let value: String
}

struct Link: Sendable {
  let title: String
  let path: String
}

struct QueryProblem: Sendable {
  let message: String
  let position: Int
  /// The query's line with the place below it.
  let before: String
  let at: String
  let after: String
  let suggestion: String

  init(_ error: QueryError, in text: String) {
    message = error.message
    position = error.position + 1
    suggestion = error.suggestion ?? ""
    let characters = Array(text)
    let start = min(error.position, characters.count)
    let end = min(characters.count, start + max(1, error.length))
    before = String(characters[..<start])
    at = start == end ? "▸" : String(characters[start..<end])
    after = String(characters[end...])
  }
}

struct ShownTable: Sendable {
  struct Column: Sendable {
    let title: String
    let isNumber: Bool
    /// Empty where the list can't be sorted by it.
    let path: String
    /// `ascending`, `descending`, or empty.
    let sorted: String
    let mark: String
  }

  /// Says itself which template shows it, since a page has hundreds: each name that a template asks for takes a while.
  struct Cell: Sendable {
    /// The template's name.
    let kind: String
    let text: String
    let path: String
    let tone: String
    let label: String
    /// Words of the style sheet.
    let style: String

    /// - Parameters:
    ///   - path: Empty for no link.
    ///   - tone: A word of the style sheet: the colour of a band or severity. The text says the same.
    ///   - label: For narrow screens, where a row is a card.
    ///   - isBrief: Whether it stands on one line.
    init(
      text: String, path: String, tone: String, isNumber: Bool, isHeading: Bool, label: String, isBrief: Bool = false
    ) {
      kind = isHeading ? "cell-heading" : !path.isEmpty ? "cell-link" : !tone.isEmpty ? "cell-tone" : "cell-text"
      (self.text, self.path, self.tone, self.label) = (text, path, tone, label)
      style = [isNumber ? "number" : nil, isBrief ? "brief" : nil].compactMap(\.self).joined(separator: " ")
    }
  }

  struct Row: Sendable {
    let cells: [Cell]
    /// The id under which the form beside the table knows the row; empty where there is no choice.
    var pick = ""
    var isChosen = false
  }

  let caption: String
  let columns: [Column]
  let rows: [Row]
  /// Whether rows can be chosen.
  var isPicked = false
  /// Of many narrow columns.
  var isDense = false
}
