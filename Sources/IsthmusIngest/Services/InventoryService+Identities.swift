package import IsthmusCore
import IsthmusStore

/// What a person's act did to identities.
package struct IdentityChange: Sendable {
  package struct Asset: Sendable {
    package var id: AssetID
    /// nil: it shows rows of its own.
    package var mergedInto: AssetID?
    /// Names of its source rows.
    package var sources: [String]
    package var score: Double
  }

  /// By which it is taken back; nil where an act was taken back.
  package var step: Int64?
  /// Those that have other rows or values than before, or went into another one.
  package var assets: [Asset]

  package var json: JSONValue {
    let rows = assets.map { asset in
      JSONValue.object([
        "id": .string(asset.id.description), "mergedInto": asset.mergedInto.map { .string($0.description) } ?? .null,
        "sources": .array(asset.sources.map(JSONValue.string)), "truRiskScore": .integer(Int64(asset.score.rounded())),
      ])
    }
    return .object(["step": step.map(JSONValue.integer) ?? .null, "assets": .array(rows)])
  }
}

extension InventoryService {
  /// A person says that two assets are one machine. All rows of both are one asset from now on, the one of the two
  /// that is older; later runs obey.
  ///
  /// - Throws: ``ChangeError`` if one of them does not exist or was merged, they are the same, or there is no reason.
  package func merge(_ asset: AssetID, with other: AssetID, reason: String) async throws -> IdentityChange {
    if asset == other { throw ChangeError.invalid("\(asset) is one asset already.") }
    return try await decide("merge", asset, reason) { transaction, identifier in
      let rows = [try transaction.rows(of: asset), try transaction.rows(of: other)].map { $0.map(\.id) }
      return (.together, try identifier.pairsJoining(rows[0], rows[1], transaction))
    }
  }

  /// A person says that some sources of an asset are other machines than the rest of it. What is split off is one
  /// asset or several, as the rules say; later runs obey.
  ///
  /// - Parameter sources: External asset ids, or ids with connector as `explain` shows them: `ID of CONNECTOR`.
  /// - Throws: ``ChangeError`` if the asset has no such source, none would stay, or there is no reason.
  package func split(_ asset: AssetID, sources: [String], reason: String) async throws -> IdentityChange {
    try await decide("split", asset, reason) { transaction, identifier in
      let rows = try transaction.rows(of: asset)
      var leaving: Set<Int64> = []
      for text in sources {
        let found = rows.filter { row in
          [row.externalAssetID, identifier.name(row)].contains { $0.lowercased() == text.lowercased() }
        }
        if found.isEmpty {
          let known = rows.map { identifier.name($0) }.joined(separator: ", ")
          throw ChangeError.notFound("\(asset) has no source \"\(text)\"; it has \(known).")
        }
        leaving.formUnion(found.map(\.id))
      }
      if leaving.isEmpty { throw ChangeError.invalid("Name at least one source that is to leave \(asset).") }
      let staying = rows.map(\.id).filter { !leaving.contains($0) }
      if staying.isEmpty { throw ChangeError.invalid("No source of \(asset) would stay: leave one where it is.") }
      return (.apart, leaving.sorted().flatMap { one in staying.map { (one, $0) } })
    }
  }

  /// A person says that assets are different machines, whatever a rule finds: an ambiguous case is settled so.
  package func keepApart(_ asset: AssetID, from others: [AssetID], reason: String) async throws -> IdentityChange {
    if others.isEmpty || others.contains(asset) {
      throw ChangeError.invalid("Name at least one other asset that is not the same machine as \(asset).")
    }
    return try await decide("apart", asset, reason) { transaction, _ in
      let rows = try transaction.rows(of: asset).map(\.id)
      let different = try Set(others).sorted().flatMap { try transaction.rows(of: $0).map(\.id) }
      return (.apart, rows.flatMap { one in different.map { (one, $0) } })
    }
  }

  /// Takes back what a person decided in one act; assets are what they would be without it.
  ///
  /// - Throws: ``ChangeError`` if there is no such act, or it was taken back before.
  package func undo(step: Int64) async throws -> IdentityChange {
    let (at, seed) = (now(), store.seed)
    return try await store.write { transaction in
      let sources = try transaction.undoDecisions(step: step, at: at)
      if sources.isEmpty { throw ChangeError.notFound("There is no step \(step), or it was taken back before.") }
      var identifier = try SourceIdentifier(transaction, seed: seed, run: nil, at: at)
      identifier.act = "a person took back step \(step)"
      let change = try transaction.carryOut(identifier, sources, step: nil)
      try record("asset.undo", "step:\(step)", after: change.json, at: at, in: transaction)
      return change
    }
  }

  /// One act of a person: decisions, what follows from them, scores.
  private func decide(
    _ act: String, _ asset: AssetID, _ reason: String,
    _ body:
      @escaping @Sendable (any InventoryTransaction, SourceIdentifier) throws -> (
        PersonDecision.Kind, [(Int64, Int64)]
      )
  ) async throws -> IdentityChange {
    let (at, seed) = (now(), store.seed)
    guard !reason.allSatisfy(\.isWhitespace) else {
      throw ChangeError.invalid("A reason is needed: it is kept in the identification log.")
    }
    return try await store.write { transaction in
      var identifier = try SourceIdentifier(transaction, seed: seed, run: nil, at: at)
      let (kind, pairs) = try body(transaction, identifier)
      let step = try transaction.insertDecisions(kind, pairs, reason: reason, at: at)
      identifier.act = "a person's step \(step): \(reason)"
      let change = try transaction.carryOut(identifier, Set(pairs.flatMap { [$0.0, $0.1] }), step: step)
      let after: [JSONValue.Member] = [.init("reason", .string(reason)), .init("change", change.json)]
      try record("asset.\(act)", "asset:\(asset)", after: .object(after), at: at, in: transaction)
      return change
    }
  }
}

extension SourceIdentifier {
  /// The rows to be put together so that all rows of two assets are one asset.
  ///
  /// One of each asset as a rule: what keeps an asset's own rows together stays the rules' business. A row that
  /// would then fall out, since it contradicts the other asset's rows, is put together with them too.
  fileprivate func pairsJoining(
    _ rows: [Int64], _ others: [Int64], _ transaction: any InventoryTransaction
  ) throws -> [(Int64, Int64)] {
    guard let first = rows.min(), let other = others.min() else { return [] }
    var pairs = [(first, other)]
    while true {
      let supposed = pairs.map { PersonDecision(.together, $0.0, $0.1, number: .max) }
      let component = try component(of: rows + others, in: transaction, supposing: supposed, logged: [])
      let group = Set(component.partition.groups.first { $0.contains(first) } ?? [])
      let strays = (rows + others).filter { !group.contains($0) }
      if strays.isEmpty { return pairs }
      pairs += strays.map { (first, $0) }
    }
  }
}

extension InventoryTransaction {
  /// The asset's source rows, at least one.
  fileprivate func rows(of asset: AssetID) throws -> [SourceRow] {
    let rows = try sourceRows(of: asset)
    if !rows.isEmpty { return rows }
    if let other = try mergedInto(asset) {
      throw ChangeError.invalid("\(asset) was merged into \(other); name that one.")
    }
    throw ChangeError.notFound("There is no asset \(asset).")
  }

  fileprivate func carryOut(
    _ identifier: SourceIdentifier, _ sources: Set<Int64>, step: Int64?
  ) throws -> IdentityChange {
    let touched = try identifier.settle(sources.sorted(), self)
    try settle(touched, at: identifier.at)
    let assets = try touched.sorted().map { asset in
      IdentityChange.Asset(
        id: asset, mergedInto: try mergedInto(asset),
        sources: try sourceRows(of: asset).map { identifier.name($0) }, score: try score(of: asset))
    }
    return IdentityChange(step: step, assets: assets)
  }

  /// What follows when a person has changed assets: scores, tags, the day's history.
  func settle(_ touched: Set<AssetID>, at: Timestamp) throws {
    let scorer = AssetScorer(settings: try scoreSettings(), at: at)
    try scorer.rescore(touched, self)
    try scorer.rescore(try settleTags(at: at).assets, self)
    try recordDay(at: at)
  }
}
