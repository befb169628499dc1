import IsthmusCore
import IsthmusStore

/// What a run that was tried on a copy of the inventory would do, for people: counts, samples, scores.
struct RunPreview: Sendable {
  /// The inventory as it is.
  let inventory: any InventoryStore
  /// The same after the run.
  let copy: any InventoryStore
  let run: RunID
  let samples: RunSamples

  /// Nothing of what it tells is stored before the run is applied.
  func json(of report: RunReport) async throws -> JSONValue {
    let bands = try await bandChanges()
    let assetIDs = Set(samples.assets.values.joined()).union(bands.moved.prefix(RunSamples.most))
    let assets = try await pairs(Array(assetIDs)) { try $0.asset($1) }
    let findings = try await pairs(Array(Set(samples.findings.values.joined()))) { try $0.finding($1) }
    let (rejects, coverage, warnings) = try await proof()
    var assetSamples = RunSamples.Act.allCases.map { act in
      JSONValue.Member(act.rawValue, .array((samples.assets[act] ?? []).map { Self.asset($0, assets[$0]) }))
    }
    assetSamples.append(.init("rejected", .array(rejects["hosts"] ?? [])))
    assetSamples.append(
      .init("band", .array(bands.moved.prefix(RunSamples.most).map { Self.asset($0, assets[$0]) })))
    var findingSamples = RunSamples.Act.allCases.map { act in
      JSONValue.Member(act.rawValue, .array((samples.findings[act] ?? []).map { Self.finding($0, findings[$0]) }))
    }
    findingSamples.append(.init("rejected", .array(rejects["findings"] ?? [])))
    return .object([
      "result": .string(report.result), "counters": report.counters.json, "scores": bands.change.json,
      "error": report.error?.json ?? .null, "coverage": .array(coverage), "warnings": .array(warnings),
      "samples": .object(["assets": .object(assetSamples), "findings": .object(findingSamples)]),
    ])
  }

  // MARK: - Samples

  private struct Pair: Sendable {
    var before: JSONValue?
    var after: JSONValue?
  }

  private func pairs<ID: Hashable & Sendable>(
    _ ids: [ID], _ row: @escaping @Sendable (any InventoryReader, ID) throws -> JSONValue?
  ) async throws -> [ID: Pair] {
    func rows(_ store: any InventoryStore) async throws -> [ID: JSONValue] {
      try await store.read { inventory in
        var rows: [ID: JSONValue] = [:]
        for id in ids { rows[id] = try row(inventory, id) }
        return rows
      }
    }
    let (before, after) = (try await rows(inventory), try await rows(copy))
    return Dictionary(
      ids.map { ($0, Pair(before: before[$0], after: after[$0])) }, uniquingKeysWith: { first, _ in first })
  }

  private static func asset(_ id: AssetID, _ pair: Pair?) -> JSONValue {
    let shown = pair?.after ?? pair?.before
    return .object([
      // A new record's number is not its own before it is stored.
      "id": pair?.before == nil ? .null : .string(id.description), "name": shown?["assetName"] ?? .null,
      "externalAssetId": shown?["externalAssetId"] ?? .null, "changes": .array(changes(pair, new: newAssetFields)),
    ])
  }

  private static func finding(_ id: FindingID, _ pair: Pair?) -> JSONValue {
    let shown = pair?.after ?? pair?.before
    let titles = ["policyTitle", "findingDescription", "findingName"].compactMap { shown?[$0] }
    return .object([
      "id": pair?.before == nil ? .null : .string(id.description),
      "title": titles.first { $0 != .null } ?? .null, "assetName": shown?["assetName"] ?? .null,
      "externalFindingId": shown?["externalFindingId"] ?? .null,
      "changes": .array(changes(pair, new: newFindingFields)),
    ])
  }

  private static let newAssetFields = ["operatingSystemName", "ipAddress", "truRiskScore", "scoreBand"]
  private static let newFindingFields = ["posture", "status", "severity", "qds"]
  /// Change with each run, or hold other records.
  private static let untold: Set<String> = [
    "id", "lastSeenOn", "lastFoundOn", "sourceRecords", "identificationLog", "scoreHistory", "history", "ingestedOn",
  ]

  private static func changes(_ pair: Pair?, new: [String]) -> [JSONValue] {
    func names(_ row: JSONValue?) -> [String] {
      guard case .object(let members)? = row else { return [] }
      return members.map(\.name)
    }
    guard let pair else { return [] }
    var fields = pair.before == nil ? new : names(pair.before)
    if pair.before != nil { fields += names(pair.after).filter { pair.before?[$0] == nil } }
    return fields.filter { !untold.contains($0) }.compactMap { field in
      let (before, after) = (pair.before?[field] ?? .null, pair.after?[field] ?? .null)
      guard before != after else { return nil }
      return .object(["field": .string(field), "before": before, "after": after])
    }
  }

  // MARK: - Scores, rejects, coverage

  /// Of the assets that are present before and after.
  private func bandChanges() async throws -> (change: ScoreChange, moved: [AssetID]) {
    func scores(_ store: any InventoryStore) async throws -> (scores: [AssetID: Double], settings: ScoreSettings) {
      try await store.read { inventory in
        var scores: [AssetID: Double] = [:]
        for asset in try inventory.scores.presentAssets() { scores[asset] = try inventory.scores.score(of: asset) }
        return (scores, try inventory.scores.scoreSettings())
      }
    }
    let (before, after) = (try await scores(inventory), try await scores(copy))
    var change = ScoreChange()
    var moved: [(asset: AssetID, by: Double)] = []
    for (asset, old) in before.scores {
      guard let new = after.scores[asset] else { continue }
      change.assets += 1
      if old.rounded() != new.rounded() { change.changed += 1 }
      let move = ScoreChange.Move(
        from: ScoreBand(score: old, settings: before.settings), to: ScoreBand(score: new, settings: after.settings))
      guard move.from != move.to else { continue }
      change.moves[move, default: 0] += 1
      moved.append((asset, abs(new - old)))
    }
    moved.sort { ($1.by, $0.asset.number) < ($0.by, $1.asset.number) }
    return (change, moved.map(\.asset))
  }

  private func proof() async throws -> (rejects: [String: [JSONValue]], coverage: [JSONValue], warnings: [JSONValue]) {
    try await copy.read { inventory in
      var rejects: [String: [JSONValue]] = [:]
      try inventory.forEachReject(run) { reject in
        let stream = reject["stream"]?.string ?? ""
        guard reject["kind"]?.string == "record", rejects[stream, default: []].count < RunSamples.most else { return }
        rejects[stream, default: []].append(
          .object(["externalId": reject["recordId"] ?? .null, "reason": reject["reason"] ?? .null]))
      }
      let warnings = try inventory.log(of: run).filter { $0["level"]?.string == "warning" }
      return (rejects, try inventory.coverage(of: run), warnings.compactMap { $0["message"] })
    }
  }
}
