import Foundation
import IsthmusCore
import TestSupport
import Testing
@Test func probe() {
  var shown = 0
  for seed in 1...20000 as ClosedRange<UInt64> {
    var g = JSONTextGenerator(seed: seed)
    let text = g.document()
    let ours = try? JSONValue(parsing: text)
    if ours == nil || !JSONOracle.agrees(ours!, JSONOracle.parse(Array(text.utf8))) { print("DIFF", seed, text.prefix(300)); shown += 1 }
    let m = g.mutation(of: text)
    var err: String = ""
    let a: Bool
    do { _ = try JSONDocument(parsing: ByteStore(m)); a = true } catch { a = false; err = "\(error)" }
    let b = JSONOracle.parse(m) != nil
    if a != b { shown += 1; print("ACC ours", a, err, "theirs", b, "seed", seed, String(decoding: m, as: UTF8.self).debugDescription.prefix(400)) }
    if shown > 40 { break }
  }
}
