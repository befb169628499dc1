/// Which asset each group of source rows is.
///
/// An asset belongs to one row, its *home* row: as a rule the one that it was made for. A group is the asset of the
/// smallest number among those that belong to its rows, and the others rest in it; a group whose rows have none
/// gets a new one, which belongs to its smallest row. So a merge leaves every asset where it can be found again,
/// and a split after it gives each group the asset that it was.
///
/// One asset moves house: if its home row is in a group that is wholly gone, and present rows that show the asset
/// would be left without any, it goes with these.
package struct AssetAssignment: Sendable, Hashable {
  /// A source row and what it was part of before.
  package struct Row: Sendable, Hashable {
    package var source: Int64
    package var isPresent: Bool
    /// The asset that the row shows on now; nil for a new row.
    package var asset: AssetID?
    /// The asset that belongs to the row, even where it rests in another one now.
    package var home: AssetID?

    package init(source: Int64, isPresent: Bool, asset: AssetID?, home: AssetID?) {
      self.source = source
      self.isPresent = isPresent
      self.asset = asset
      self.home = home
    }
  }

  package struct Place: Sendable, Hashable {
    package let sources: [Int64]
    /// nil: a new asset is to be made.
    package let asset: AssetID?
    /// The row that the asset belongs to.
    package let home: Int64
    /// Assets that rest in this one.
    package let resting: [AssetID]
  }

  /// In the order of the groups.
  package let places: [Place]
  /// Rows whose home is another one than before, new assets left aside; nil: they have none any more.
  package let homeChanges: [Int64: AssetID?]

  /// - Parameters:
  ///   - groups: Of a ``Partition``.
  ///   - rows: All rows of the groups. With a row come all that show on the same asset.
  package init(groups: [[Int64]], rows: [Row]) {
    var houses = Houses(groups: groups, rows: rows)
    houses.settle()
    houses.move()
    let assetsOf = houses.assetsByGroup
    places = groups.enumerated().map { index, sources in
      let assets = (assetsOf[index] ?? []).sorted()
      return Place(
        sources: sources, asset: assets.first, home: assets.first.flatMap { houses.homes[$0] } ?? sources[0],
        resting: Array(assets.dropFirst()))
    }
    homeChanges = houses.changes
  }
}

/// Which row each asset belongs to, while that is being settled.
private struct Houses {
  let groups: [[Int64]]
  /// Sorted by source.
  let rows: [AssetAssignment.Row]
  private(set) var homes: [AssetID: Int64] = [:]
  private let groupOf: [Int64: Int]
  private let isGroupPresent: [Bool]

  init(groups: [[Int64]], rows: [AssetAssignment.Row]) {
    self.groups = groups
    self.rows = rows.sorted { $0.source < $1.source }
    var groupOf: [Int64: Int] = [:]
    for (index, sources) in groups.enumerated() {
      for source in sources { groupOf[source] = index }
    }
    self.groupOf = groupOf
    let present = Set(rows.filter(\.isPresent).map(\.source))
    isGroupPresent = groups.map { $0.contains(where: present.contains) }
  }

  /// Each asset belongs to the row that says so; one that no row claims, to the smallest that shows on it and has
  /// no other.
  mutating func settle() {
    for row in rows {
      if let home = row.home, homes[home] == nil, groupOf[row.source] != nil { homes[home] = row.source }
    }
    var settled = Set(homes.values)
    for row in rows {
      if let asset = row.asset, homes[asset] == nil, groupOf[row.source] != nil, settled.insert(row.source).inserted {
        homes[asset] = row.source
      }
    }
  }

  /// Lets assets go with the present rows that show on them.
  mutating func move() {
    var homed = Set(homes.values.compactMap { groupOf[$0] })
    let showing = Dictionary(grouping: rows.filter(\.isPresent), by: \.asset)
    for (asset, home) in homes.sorted(by: { $0.key < $1.key }) {
      guard let group = groupOf[home], !isGroupPresent[group] else { continue }
      let heir = showing[asset, default: []].first { row in groupOf[row.source].map { !homed.contains($0) } ?? false }
      guard let heir, let next = groupOf[heir.source] else { continue }
      homes[asset] = heir.source
      homed.insert(next)
    }
  }

  var assetsByGroup: [Int: [AssetID]] { Dictionary(grouping: homes.keys) { homes[$0].flatMap { groupOf[$0] } ?? -1 } }

  var changes: [Int64: AssetID?] {
    var assets: [Int64: AssetID] = [:]
    for (asset, home) in homes { assets[home] = asset }
    var changes: [Int64: AssetID?] = [:]
    for row in rows where groupOf[row.source] != nil && row.home != assets[row.source] {
      changes.updateValue(assets[row.source], forKey: row.source)
    }
    return changes
  }
}
