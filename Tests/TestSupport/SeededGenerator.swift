/// SplitMix64: the same seed gives the same numbers on every machine.
///
/// A property test takes its seeds as arguments, so that a failure names the one to run again.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  package static func seeds(_ count: Int) -> [UInt64] { (1...UInt64(count)).map { $0 } }

  /// True once in `times`, on average.
  package mutating func chance(_ times: Int) -> Bool { Int.random(in: 0..<times, using: &self) == 0 }

  package mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// One of `choices`, which are not empty.
  package mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[Int.random(in: 0..<choices.count, using: &self)]
  }

  /// `make`'s value two times out of three, else nil.
  package mutating func maybe<Value>(_ make: (inout SeededGenerator) -> Value) -> Value? {
    chance(3) ? nil : make(&self)
  }

  /// A text of at most `length` characters: ASCII, quotes, controls, two to four bytes of UTF-8, combined ones.
  package mutating func text(_ length: Int) -> String {
    let odd = [
      "\"", "\\", "/", "\u{0}", "\u{1}", "\n", "\r\n", "\u{7F}", "é", "e\u{301}", "Ω", "\u{2028}", "\u{FFFF}", "😀", "👩‍👩‍👧",
    ]
    var text = ""
    for _ in 0..<number(0...length) {
      text += chance(4) ? pick(odd) : String(UnicodeScalar(UInt8(number(0x20...0x7E))))
    }
    return text
  }
}
