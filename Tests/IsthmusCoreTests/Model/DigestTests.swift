import IsthmusCore
import TestSupport
import Testing

@Suite("Digests")
struct DigestTests {
  private func digest(_ parts: [String], seed: UInt64 = 1) -> UInt64 {
    var digest = Digest(seed: seed)
    for part in parts { digest.add(part) }
    return digest.value
  }

  @Test(
    "What differs only in where one part ends differs",
    arguments: [
      (["ab", "c"], ["a", "bc"]), (["ab"], ["a", "b"]), (["", "a"], ["a", ""]), ([""], []), (["a"], ["a", ""]),
      (["a", "b"], ["b", "a"]), (["a\0"], ["a"]), (["\0"], ["\0\0"]),
      (["0123456789abcdef"], ["0123456789abcdef\0"]),
    ])
  func separatesParts(one: [String], other: [String]) { #expect(digest(one) != digest(other)) }

  @Test("Numbers and texts are told apart by what is added")
  func addsNumbers() {
    var one = Digest(seed: 1)
    var other = Digest(seed: 1)
    one.add(1 as UInt64)
    other.add(2 as UInt64)
    #expect(one.value != other.value)
    #expect(one.signed == Int64(bitPattern: one.value))
  }

  @Test(
    "The same parts give the same digest, a changed byte or another seed another one",
    arguments: SeededGenerator.seeds(10))
  func tellsChanges(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      var bytes = (0..<random.number(1...70)).map { _ in UInt8(random.number(0...255)) }
      func digest(_ bytes: [UInt8], seed: UInt64) -> UInt64 {
        var digest = Digest(seed: seed)
        bytes.withUnsafeBytes { digest.add($0) }
        return digest.value
      }
      let before = digest(bytes, seed: seed)
      #expect(digest(bytes, seed: seed) == before)
      #expect(digest(bytes, seed: seed &+ 1) != before)
      bytes[random.number(0...bytes.count - 1)] ^= UInt8(1 << random.number(0...7))
      #expect(digest(bytes, seed: seed) != before)
    }
  }
}
