import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  static let runCases = [
    Case("A run is open until it has a result") { fixture in
      let store = try fixture.open()
      let inventory = try await store.sample { inventory, _ in inventory }
      let started = try await store.read { try $0.run(inventory.run) }
      #expect(started?.connectorName == "Contoso" && started?.profile == "nightly")
      #expect(started?.map == "map" && started?.mapVersion == 3)
      #expect(started?.startedAt == SampleInventory.noon(1) && started?.finishedAt == nil && started?.result == nil)
      try await store.write { transaction in
        #expect(try transaction.openRun(inventory.connector)?.id == inventory.run)
        #expect(try transaction.lastRun(inventory.connector) == inventory.run)
        try transaction.updateRun(
          inventory.run,
          RunProgress(
            stage: "findings", counters: .object(["a": .integer(1)]), checkpoint: .object(["cursor": .string("é\"")]),
            at: SampleInventory.noon(2), resumptions: 2, activeSeconds: 1.5))
        #expect(try transaction.openRun(inventory.connector)?.stage == "findings")
        try transaction.finishRun(
          inventory.run, result: "failed", error: .object(["kind": .string("defect")]), at: SampleInventory.noon(3))
        #expect(try transaction.openRun(inventory.connector) == nil)
      }
      let run = try await store.read { try $0.run(inventory.run) }
      #expect(run?.result == "failed" && run?.finishedAt == SampleInventory.noon(3))
      #expect(run?.counters["a"] == .integer(1) && run?.checkpoint["cursor"]?.string == "é\"")
      #expect(run?.resumptions == 2 && run?.activeSeconds == 1.5 && run?.error?["kind"]?.string == "defect")
      #expect(try await store.read { try $0.run(RunID(4711)) == nil })
    },
    Case("A staged run is neither the connector's last run nor one that is interrupted") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        let bits: [UInt8] = [1]
        try bits.withUnsafeBytes { try transaction.setSeen(inventory.run, stream: 0, chunk: 0, bits: $0) }
        let staged = try transaction.insertRun(
          NewRun(
            connector: inventory.connector, profile: "nightly", startedAt: SampleInventory.noon(2), map: "map",
            mapVersion: 3, scoreMap: "default", mode: .staged))
        #expect(try transaction.openRun(inventory.connector)?.id == inventory.run)
        #expect(try transaction.lastRun(inventory.connector) == inventory.run)
        #expect(try transaction.openStagedRuns(inventory.connector) == [staged])
        #expect(try transaction.seen(inventory.run, stream: 0).count == 1)
        #expect(try transaction.run(staged)?.mode == .staged)
        try transaction.setPreview(staged, .object(["a": .string("é")]))
        try transaction.finishRun(staged, result: "staged", error: nil, at: SampleInventory.noon(2))
        #expect(try transaction.openStagedRuns(inventory.connector).isEmpty)
      }
      let runs = try await store.read { try $0.runs(connector: nil, limit: nil) }
      #expect(runs.map(\.mode) == [.staged, .full])
      let previews = try await store.read { inventory in try runs.map { try inventory.preview(of: $0.id) } }
      #expect(previews == [.object(["a": .string("é")]), nil])
    },
    Case("A run tells what it plays and how; how may turn out later") { fixture in
      let store = try fixture.open()
      let runs = try await store.sample { inventory, transaction in
        let run = try transaction.insertRun(
          NewRun(
            connector: inventory.connector, profile: "nightly", startedAt: SampleInventory.noon(2), map: "map",
            mapVersion: 3, scoreMap: "default", mode: .delta, replayOf: RunID(17)))
        try transaction.setMode(run, .replay)
        return try transaction.lastRuns(inventory.connector, limit: 5)
      }
      #expect(runs.map(\.mode) == [.replay, .full] && runs.map(\.replayOf) == [RunID(17), nil])
    },
    Case("A run that is asked to stop knows it, in each store that is open; one that has ended is not asked") {
      fixture in
      let (store, other) = (try fixture.open(), try fixture.open())
      let run = try await store.sample { inventory, _ in inventory.run }
      #expect(try await !store.read { try $0.isCancelRequested(run) })
      try await other.write { try $0.requestCancel(run, at: SampleInventory.noon(2)) }
      #expect(try await store.write { try $0.isCancelRequested(run) })
      let ended = try await store.sample { inventory, transaction in
        try transaction.finishRun(inventory.run, result: "succeeded", error: nil, at: SampleInventory.noon(2))
        try transaction.requestCancel(inventory.run, at: SampleInventory.noon(3))
        return inventory.run
      }
      #expect(try await !store.read { try $0.isCancelRequested(ended) })
    },
    Case("Runs are listed newest first, of one connector if it is named") { fixture in
      let store = try fixture.open()
      for name in ["A", "B", "A"] { _ = try await store.write { try SampleInventory($0, connector: name) } }
      func runs(_ connector: String?, _ limit: Int?) async throws -> [Int64] {
        try await store.read { try $0.runs(connector: connector, limit: limit).map(\.id.number) }
      }
      let all = try await runs(nil, nil)
      #expect(all.count == 3 && all == all.sorted(by: >))
      #expect(try await runs("A", nil) == [all[0], all[2]])
      #expect(try await runs(nil, 2) == Array(all.prefix(2)))
      #expect(try await runs("missing", nil).isEmpty)
    },
    Case("Runs are listed by connector, result and day, either way round, page by page; so they are counted") {
      fixture in
      let store = try fixture.open()
      var ids: [RunID] = []
      for (index, name) in ["A", "B", "A", "A"].enumerated() {
        let day = Int64(index + 1)
        ids.append(
          try await store.write { transaction in
            let inventory = try SampleInventory(transaction, connector: name, day: day)
            let result = ["succeeded", "failed", "failed"]
            if index < 3 {
              try transaction.finishRun(inventory.run, result: result[index], error: nil, at: SampleInventory.noon(day))
            }
            return inventory.run
          })
      }
      func listed(_ limit: Int? = nil, _ change: (inout RunFilter) -> Void) async throws -> [RunID] {
        var filter = RunFilter()
        change(&filter)
        let (made, runs) = (filter, try await store.read { [filter] in try $0.runs(filter, limit: limit).map(\.id) })
        let counts = try await store.read { try $0.runCounts(made) }
        if limit == nil, made.after == nil { #expect(counts.reduce(0) { $0 + $1.count } == runs.count) }
        return runs
      }
      #expect(try await listed { $0.result = "failed" } == [ids[2], ids[1]])
      #expect(try await listed { ($0.connector, $0.result) = ("A", "failed") } == [ids[2]])
      #expect(try await listed { $0.result = RunFilter.unfinished } == [ids[3]])
      #expect(
        try await listed { ($0.from, $0.until) = (SampleInventory.noon(2), SampleInventory.noon(4)) }
          == [ids[2], ids[1]])
      #expect(try await listed { $0.isOldestFirst = true } == ids)
      #expect(try await listed(2) { $0.after = ids[3] } == [ids[2], ids[1]])
      #expect(try await listed { ($0.after, $0.isOldestFirst) = (ids[1], true) } == [ids[2], ids[3]])
      let counts = try await store.read { try $0.runCounts(RunFilter(connector: "A")) }
      #expect(Set(counts.map { "\($0.result) \($0.count)" }) == ["succeeded 1", "failed 1", "unfinished 1"])
    },
    Case("A run keeps its log and what it covered") { fixture in
      let store = try fixture.open()
      let run = try await store.sample { inventory, transaction in
        for (total, coverage) in [(nil, "partial"), (12, "whole")] as [(Int?, String)] {
          try transaction.setCoverage(
            inventory.run, scope: inventory.hosts, received: 12, total: total, coverage: coverage)
        }
        try transaction.setCoverage(
          inventory.run, scope: inventory.findings, received: 3, total: nil, coverage: "partial")
        try transaction.appendLog(inventory.run, at: SampleInventory.noon(1), level: "info", message: "first")
        try transaction.appendLog(inventory.run, at: SampleInventory.noon(1), level: "warning", message: "second")
        return inventory.run
      }
      let (coverage, log) = try await store.read { (try $0.coverage(of: run), try $0.log(of: run)) }
      #expect(coverage.map { $0["stream"]?.string } == ["hosts", "findings"])
      #expect(coverage.map { $0["received"] } == [.integer(12), .integer(3)])
      #expect(coverage.map { $0["total"] } == [.integer(12), .null])
      #expect(coverage.map { $0["coverage"]?.string } == ["whole", "partial"])
      #expect(log.map { $0["message"]?.string } == ["first", "second"])
      #expect(log.first?["at"]?.string == SampleInventory.noon(1).description)
    },
    Case("Rejects are kept by run and stream, raw record included") { fixture in
      let store = try fixture.open()
      let raw = "{\"id\":\"é\\u0000\"}"
      let run = try await store.sample { inventory, transaction in
        let run = inventory.run
        for kind in [Reject.Kind.record, .value, .aside] {
          try transaction.insertReject(
            run,
            Reject(kind, stream: "findings", scope: "sub", recordID: kind.rawValue, target: "t", reason: "r", raw: raw))
        }
        try transaction.insertReject(
          run, Reject(.record, stream: "hosts", scope: nil, recordID: nil, reason: "no id", raw: ""))
        #expect(try transaction.isRejected(run, stream: "findings", recordID: "record"))
        #expect(try !transaction.isRejected(run, stream: "hosts", recordID: "record"))
        // A value that was dropped, and a row that waits, are no rejected records.
        #expect(try !transaction.isRejected(run, stream: "findings", recordID: "value"))
        #expect(try !transaction.isRejected(run, stream: "findings", recordID: "aside"))
        return run
      }
      func rejects() async throws -> [JSONValue] {
        try await store.read { reader in
          var rejects: [JSONValue] = []
          try reader.forEachReject(run) { rejects.append($0) }
          return rejects
        }
      }
      let all = try await rejects()
      #expect(all.map { $0["kind"]?.string } == ["record", "value", "aside", "record"])
      #expect(all.first?["raw"]?.string == raw && all.last?["subscription"] == .null)
      try await store.write { try $0.deleteRejects(run, stream: "findings", scope: "sub") }
      #expect(try await rejects().map { $0["kind"]?.string } == ["value", "record"], "values stay listed")
    },
    Case("What a run has seen is kept in chunks, byte by byte") { fixture in
      let store = try fixture.open()
      try await store.sample { inventory, transaction in
        for (chunk, bits) in [(3, [0, 255, 0]), (3, [1, 2, 3]), (4, [9])] as [(Int64, [UInt8])] {
          try bits.withUnsafeBytes { try transaction.setSeen(inventory.run, stream: 1, chunk: chunk, bits: $0) }
        }
        let seen = try transaction.seen(inventory.run, stream: 1).sorted { $0.chunk < $1.chunk }
        #expect(seen.map(\.chunk) == [3, 4])
        #expect(seen.map(\.bits) == [[1, 2, 3], [9]])
        #expect(try transaction.seen(inventory.run, stream: 2).isEmpty)
        try transaction.clearSeen(inventory.run)
        #expect(try transaction.seen(inventory.run, stream: 1).isEmpty)
      }
    },
  ]
}
