import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  static let retentionCases = [
    Case("A run goes when nothing refers to it any more, its parts before it and in steps") { fixture in
      try await fixture.open().sample { inventory, transaction in
        let run = inventory.run
        for number in 1...5 {
          try transaction.appendLog(run, at: SampleInventory.noon(1), level: "info", message: "\(number)")
          try transaction.insertReject(
            run, Reject(.record, stream: "hosts", scope: nil, recordID: "r", reason: "x", raw: "{}"))
        }
        try transaction.setCoverage(run, scope: inventory.hosts, received: 1, total: 1, coverage: "whole")
        let host = try inventory.host("a", in: transaction)
        let control = try inventory.control(in: transaction)
        let finding = try transaction.insertFinding(
          SampleInventory.finding(control), resource: host.resource, scope: inventory.findings,
          ingested: SampleInventory.noon(1))
        try transaction.insertEvent(
          finding, run: run, at: SampleInventory.noon(2), turn: "fixed", cause: nil, until: nil, by: nil)
        let found = try transaction.retainedRuns()
        #expect(
          found == [
            RetainedRun(
              id: run, connector: inventory.connector, profile: "nightly", mode: .full, result: nil, hasLog: true,
              hasCoverage: true, hasRejects: true, hasKeptParts: false, isReferredTo: true)
          ])
        try transaction.finishRun(run, result: "failed", error: nil, at: SampleInventory.noon(2))
        #expect(try transaction.deleteLog(of: run, limit: 3) == 3)
        #expect(try transaction.deleteLog(of: run, limit: 3) == 2)
        #expect(try transaction.deleteRejects(of: run, limit: 9) == 5)
        #expect(try !transaction.deleteRun(run), "its coverage is there")
        try transaction.deleteCoverage(of: run)
        #expect(try !transaction.deleteRun(run), "history names it")
        let early = try transaction.deleteAged(.findingEvents, before: SampleInventory.noon(2), after: 0, limit: 9)
        #expect(early.deleted == 0 && early.last != nil)
        let late = try transaction.deleteAged(.findingEvents, before: SampleInventory.noon(3), after: 0, limit: 9)
        #expect(late.deleted == 1)
        #expect(
          try transaction.deleteAged(.findingEvents, before: SampleInventory.noon(3), after: 0, limit: 9).last == nil)
        #expect(try transaction.deleteRun(run))
        #expect(try transaction.retainedRuns().isEmpty)
      }
    },
    Case("Of each host's daily scores the last one from before stays: it is the one that still held") { fixture in
      try await fixture.open().sample { inventory, transaction in
        let (a, b) = (try inventory.host("a", in: transaction), try inventory.host("b", in: transaction))
        func score(_ host: SampleInventory.Host, _ value: Double) throws {
          var score = AssetScore(counts: [:], criticality: 2, isExposed: false, settings: ScoreSettings())
          score.value = value
          try transaction.setScore(host.asset, score, openFindings: 1)
        }
        for day in [1, 3, 5, 7] as [Int64] {
          try score(a, Double(day) * 10)
          if day < 4 { try score(b, Double(day)) }
          try transaction.recordDay(at: Timestamp(microseconds: day * 86_400_000_000))
        }
        #expect(try transaction.deleteScoreDays(.assets, before: 4, after: 0, owners: 1).deleted == 1)
        let rest = try transaction.deleteScoreDays(.assets, before: 4, after: a.asset.number, owners: 9)
        #expect(rest.deleted == 1 && rest.last == b.asset.number)
        #expect(try transaction.deleteScoreDays(.assets, before: 4, after: b.asset.number, owners: 9).last == nil)
        #expect(try transaction.deleteScoreDays(.inventory, before: 4, after: 0, owners: 9).deleted == 1)
        #expect(try transaction.deleteScoreDays(.assets, before: 4, after: 0, owners: 9).deleted == 0)
      }
    },
  ]
}
