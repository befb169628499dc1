import IsthmusCore
import IsthmusStore

/// What settling all tags did.
struct TagSettlement: Sendable {
  /// Assets that got a tag or lost one: their criticality and exposure may be others.
  var assets: Set<AssetID> = []
  /// Tags whose query this version can't read; they stay on the assets that bear them.
  var unreadable: [String] = []
}

extension InventoryTransaction {
  /// Gives every tag to the assets that its query finds at `at`, and takes it from the others.
  ///
  /// No query tests what tags decide (see ``TagRules``), so once is enough, in any order.
  func settleTags(at: Timestamp) throws -> TagSettlement {
    var settlement = TagSettlement()
    for tag in try tags() {
      // Each query was read when the tag was set; only another version's can fail here.
      if let query = try? Query(tag.query, for: .asset, now: at) {
        settlement.assets.formUnion(try settleTag(tag.name, query))
      } else {
        settlement.unreadable.append(tag.name)
      }
    }
    return settlement
  }
}
