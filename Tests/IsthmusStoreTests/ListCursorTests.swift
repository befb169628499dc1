import IsthmusCore
import TestSupport
import Testing

@testable import IsthmusStore

@Suite("Cursors of lists")
struct ListCursorTests {
  private let order = [Listing.Order("assetName", descending: false), Listing.Order("truRiskScore", descending: true)]

  private func cursor(_ values: [ListCursor.Value]) throws -> ListCursor {
    try ListCursor(entity: .asset, order: order, values: values, number: 17)
  }

  @Test("A cursor comes back from its text as it was, and its text is fit for an address")
  func roundTrip() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<500 {
      let values: [ListCursor.Value] = [
        .null, .integer(.max), .integer(.min), .real(0.1), .real(-1.5e300), .text(random.text(30)),
      ]
      let cursor = try cursor([random.pick(values), random.pick(values)])
      #expect(try ListCursor(text: cursor.text) == cursor)
      #expect(cursor.text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    }
  }

  @Test("What no list has given is refused")
  func refusesRubbish() throws {
    let text = try cursor([.text("web"), .real(12.5)]).text
    for length in 0..<text.count {
      #expect(throws: CursorError.self) { try ListCursor(text: String(text.prefix(length))) }
    }
    let others = ["", " ", "bnVsbA", "W10", "e30", "eyJ2IjoxfQ", "🙂", "A==", String(repeating: "e", count: 40_000)]
    for other in others { #expect(throws: CursorError.self) { try ListCursor(text: other) } }
    var random = SeededGenerator(seed: 4)
    for _ in 0..<2000 {
      // Read or refused, never a crash.
      _ = try? ListCursor(text: random.mangled(text))
    }
  }

  @Test("The error says what the cursor is for, and what to do")
  func saysWhy() throws {
    let error = #expect(throws: CursorError.self) {
      try cursor([.null, .null]).check(Listing(limit: 1), of: .asset)
    }
    #expect(
      error?.description == """
        The cursor is one of a list sorted by assetName,-truRiskScore, not by the list's own order. \
        Read the list again from its beginning.
        """)
    let other = #expect(throws: CursorError.self) {
      try cursor([.null, .null]).check(Listing(limit: 1, order: order), of: .finding)
    }
    #expect(other?.problem == "The cursor is one of a list of assets, not of findings.")
  }
}
