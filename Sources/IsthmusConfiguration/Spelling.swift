/// Suggestions for misspelt names.
package enum Spelling {
  /// The name with the fewest changes to `text`, if they are few.
  package static func nearest(to text: String, among names: [String]) -> String? {
    let scored = names.map { (name: $0, distance: distance(text.lowercased(), $0.lowercased())) }
    guard let best = scored.min(by: { $0.distance < $1.distance }), best.distance <= max(2, text.count / 3) else {
      return nil
    }
    return best.name
  }

  /// Levenshtein distance.
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var previous = Array(0...b.count)
    for (row, character) in a.enumerated() {
      var current = [row + 1]
      for (column, other) in b.enumerated() {
        let change = previous[column] + (character == other ? 0 : 1)
        current.append(min(change, previous[column + 1] + 1, current[column] + 1))
      }
      previous = current
    }
    return previous[b.count]
  }
}
