/// A piece of query text.
struct KQLToken: Sendable {
  enum Kind: Sendable {
    /// A word, or a name in `['…']`; `text` is the name.
    case name
    /// `text` is the content with escapes undone.
    case string
    /// A number or a timespan such as `7d`; see `value`.
    case number
    /// `datetime(…)` and its like, read raw; `text` is the word before the bracket, `value` what it denotes.
    case typedLiteral
    /// Punctuation, and operators made of a word and a sign (`in~`, `!contains`).
    case symbol
    case end
  }

  var kind: Kind
  var text: String
  var value: KQLValue = .null
  /// Byte offsets in the query.
  var range: Range<Int>
  /// A name that was quoted, so never a keyword.
  var isQuoted = false
}
