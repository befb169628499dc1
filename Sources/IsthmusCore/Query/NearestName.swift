/// The name that was probably meant.
package enum NearestName {
  /// - Returns: nil if no name is near: at most a third of the letters may differ, of a short name two or one.
  package static func find(_ name: String, among names: [String]) -> String? {
    let wanted = Array(name.lowercased().utf8)
    guard !wanted.isEmpty, wanted.count <= longest else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in names {
      let letters = Array(candidate.lowercased().utf8)
      let limit = wanted.count <= 3 ? 1 : max(2, wanted.count / 3)
      guard abs(letters.count - wanted.count) <= limit else { continue }
      let distance = distance(wanted, letters)
      if distance <= min(limit, best.map { $0.distance - 1 } ?? limit) { best = (candidate, distance) }
    }
    return best?.name
  }

  /// Bytes; a longer name is a mistake of another kind.
  private static let longest = 80

  /// How many letters to insert, remove, replace or swap with the next one.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    // Three rows of the table are needed at a time.
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    var row = last
    for i in a.indices {
      row[0] = i + 1
      for j in b.indices {
        var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row[j + 1] = cost
      }
      (beforeLast, last, row) = (last, row, beforeLast)
    }
    return last[b.count]
  }
}
