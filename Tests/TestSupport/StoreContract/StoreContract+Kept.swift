import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  private static func page(_ number: UInt8, listing: Int = 1, stream: String = "findings") -> KeptPart {
    KeptPart(
      .page, stream: stream, listing: listing, cursor: Int64(number), facts: .object(["total": .integer(7)]),
      body: Array(repeating: number, count: Int(number)), size: 100)
  }

  static let keptCases = [
    Case("Kept parts come back in their order, byte by byte") { fixture in
      let store = try fixture.open()
      let run = try await store.sample { inventory, transaction in
        try transaction.keep(KeptPart(.scopes, facts: .array([.string("é\"")])), of: inventory.run)
        for number in [3, 1, 0, 255] as [UInt8] { try transaction.keep(page(number), of: inventory.run) }
        return inventory.run
      }
      let parts = try await fixture.open().read { try $0.kept.keptParts(of: run) }
      #expect(parts.map(\.kind) == [.scopes, .page, .page, .page, .page])
      #expect(parts.map(\.cursor) == [nil, 3, 1, 0, 255])
      #expect(parts.first?.facts == .array([.string("é\"")]) && parts.first?.stream == "")
      #expect(parts.map(\.number) == parts.map(\.number).sorted())
      for part in parts {
        let body = try await store.read { try $0.kept.keptBody(part.number) }
        let length = Int(part.cursor ?? 0)
        #expect(body?.bytes == Array(repeating: UInt8(length), count: length))
        #expect(body?.size == (part.kind == .page ? 100 : 0))
      }
      #expect(try await store.read { try $0.kept.keptBody(4711) } == nil)
    },
    Case("Kept parts are forgotten by stream and place, in steps, the last ones first") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let run = inventory.run
        for number in [1, 2, 3] as [UInt8] {
          try transaction.keep(page(number, stream: "hosts"), of: run)
          try transaction.keep(page(number + 10), of: run)
        }
        func cursors() throws -> [Int64?] { try transaction.keptParts(of: run).map(\.cursor) }
        let second = try transaction.keptParts(of: run)[2].number
        #expect(try transaction.forgetKept(run, stream: "findings", after: second, limit: 100) == 2)
        #expect(try cursors() == [1, 11, 2, 3])
        #expect(try transaction.forgetKept(run, stream: nil, after: 0, limit: 3) == 3)
        #expect(try cursors() == [1])
        #expect(try transaction.forgetKept(RunID(4711), stream: nil, after: 0, limit: 3) == 0)
      }
    },
    Case("Runs that keep parts are told with their bytes, newest first; parts can be handed over") { fixture in
      let store = try fixture.open()
      let (first, second) = try await store.write { transaction in
        let runs = (try SampleInventory(transaction), try SampleInventory(transaction, connector: "Other"))
        for number in [5, 7] as [UInt8] { try transaction.keep(page(number), of: runs.0.run) }
        try transaction.keep(page(9), of: runs.1.run)
        try transaction.finishRun(runs.1.run, result: "succeeded", error: nil, at: SampleInventory.noon(2))
        return runs
      }
      let runs = try await store.read { try $0.kept.keptRuns() }
      #expect(
        runs == [
          KeptRun(run: second.run, connector: second.connector, bytes: 9, result: "succeeded"),
          KeptRun(run: first.run, connector: first.connector, bytes: 12, result: nil),
        ])
      try await store.write { try $0.handOverKept(from: first.run, to: second.run) }
      #expect(try await store.read { try $0.kept.keptRuns() }.map(\.bytes) == [21])
      #expect(try await store.read { try $0.kept.keptParts(of: first.run) }.isEmpty)
    },
  ]
}
