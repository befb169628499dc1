/// Names that come again in the same order, as recommendations do on host after host: which one it is is mostly seen by one
/// comparison.
package struct RecurringNames: Sendable {
  private var names: [[UInt8]] = []
  /// For each name the one that came after it last time.
  private var followers: [Int] = []
  private var last = 0

  /// Without names.
  package init() {}

  /// The next number's name.
  package mutating func append(_ name: String) {
    names.append(Array(name.utf8))
    followers.append(0)
  }

  /// The number of the name, if it is the one that is expected.
  package mutating func guess(_ name: JSONSlice) -> Int? {
    guard !names.isEmpty, !name.hasEscapes else { return nil }
    let guess = followers[last]
    guard names[guess].isSame(as: name.rawBytes) else { return nil }
    last = guess
    return guess
  }

  /// The name that came was another one.
  package mutating func note(_ number: Int) {
    followers[last] = number
    last = number
  }
}
