import IsthmusCore
import TestSupport
import Testing

/// A store of assets as far as the assignment needs one.
struct AssetShelf {
  var rows: [Int64: AssetAssignment.Row] = [:]
  var made: Int64 = 0

  init(_ presence: [Int64: Bool]) {
    for (source, isPresent) in presence {
      rows[source] = AssetAssignment.Row(source: source, isPresent: isPresent, asset: nil, home: nil)
    }
  }

  /// Applies groups, and gives the asset of each row.
  @discardableResult
  mutating func apply(_ groups: [[Int64]]) -> [Int64: AssetID] {
    let known = groups.flatMap { $0 }.compactMap { rows[$0] }
    let assignment = AssetAssignment(groups: groups, rows: known)
    for (source, home) in assignment.homeChanges { rows[source]?.home = home }
    for place in assignment.places {
      let asset = place.asset ?? make(for: place.home)
      for source in place.sources { rows[source]?.asset = asset }
    }
    return rows.compactMapValues(\.asset)
  }

  private mutating func make(for source: Int64) -> AssetID {
    made += 1
    rows[source]?.home = AssetID(made)
    return AssetID(made)
  }
}

@Suite("Which asset a group of rows is")
struct AssetAssignmentTests {
  private func assets(_ numbers: KeyValuePairs<Int64, Int64>) -> [Int64: AssetID] {
    var assets: [Int64: AssetID] = [:]
    for (source, number) in numbers { assets[source] = AssetID(number) }
    return assets
  }

  @Test("New groups get new assets, and rows that join them later the same")
  func joins() {
    var shelf = AssetShelf([1: true, 2: true])
    #expect(shelf.apply([[1], [2]]) == assets([1: 1, 2: 2]))
    shelf.rows[3] = AssetAssignment.Row(source: 3, isPresent: true, asset: nil, home: nil)
    #expect(shelf.apply([[1], [2, 3]]) == assets([1: 1, 2: 2, 3: 2]))
    #expect(shelf.rows[3]?.home == nil)
  }

  @Test("A merge keeps the smallest asset, and says which rest in it; a split wakes them")
  func merges() {
    var shelf = AssetShelf([1: true, 2: true, 3: true])
    shelf.apply([[1], [2], [3]])
    let merged = AssetAssignment(groups: [[1, 2, 3]], rows: Array(shelf.rows.values))
    #expect(merged.places.map(\.asset) == [AssetID(1)])
    #expect(merged.places.map(\.resting) == [[AssetID(2), AssetID(3)]])
    #expect(merged.homeChanges.isEmpty)
    #expect(shelf.apply([[1, 2, 3]]) == assets([1: 1, 2: 1, 3: 1]))
    #expect(shelf.apply([[1], [2, 3]]) == assets([1: 1, 2: 2, 3: 2]))
    #expect(shelf.apply([[1], [2], [3]]) == assets([1: 1, 2: 2, 3: 3]))
  }

  @Test("A row that is split off without an asset of its own gets one, and has it again the next time")
  func splitsOff() {
    var shelf = AssetShelf([1: true, 2: true])
    shelf.apply([[1, 2]])
    #expect(shelf.apply([[1], [2]]) == assets([1: 1, 2: 2]))
    #expect(shelf.apply([[1, 2]]) == assets([1: 1, 2: 1]))
    #expect(shelf.apply([[1], [2]]) == assets([1: 1, 2: 2]))
  }

  @Test("An asset stays with present rows that have no other, not with what is gone")
  func moves() {
    var shelf = AssetShelf([1: false, 2: true])
    shelf.apply([[1, 2]])
    #expect(shelf.apply([[1], [2]]) == assets([1: 2, 2: 1]))
    #expect(shelf.rows[2]?.home == AssetID(1) && shelf.rows[1]?.home == AssetID(2))
    #expect(shelf.apply([[1, 2]]) == assets([1: 1, 2: 1]))
    // Present rows with an asset of their own go back to it.
    var other = AssetShelf([1: true, 2: true])
    other.apply([[1], [2]])
    other.rows[1]?.isPresent = false
    other.apply([[1, 2]])
    #expect(other.apply([[1], [2]]) == assets([1: 1, 2: 2]))
  }

  @Test("Of two assets that could go with the same present rows the smaller does")
  func oneMoves() {
    let gone: [AssetAssignment.Row] = [1, 2].map { number in
      AssetAssignment.Row(source: number, isPresent: false, asset: AssetID(number), home: AssetID(number))
    }
    let present: [AssetAssignment.Row] = [3, 4].map { number in
      AssetAssignment.Row(source: number, isPresent: true, asset: AssetID(number - 2), home: nil)
    }
    let rows = gone + present
    let assignment = AssetAssignment(groups: [[1], [2], [3, 4]], rows: rows)
    #expect(assignment.places.map(\.asset) == [nil, AssetID(2), AssetID(1)])
    #expect(assignment.homeChanges == [1: AssetID?.none, 3: AssetID(1)])
  }

  @Test("Rows from before homes were kept keep their assets")
  func withoutHomes() {
    let rows = [(1, 5), (2, 5), (3, 4)].map { source, asset in
      AssetAssignment.Row(source: Int64(source), isPresent: true, asset: AssetID(Int64(asset)), home: nil)
    }
    let assignment = AssetAssignment(groups: [[1], [2], [3]], rows: rows)
    #expect(assignment.places.map(\.asset) == [AssetID(5), nil, AssetID(4)])
    #expect(assignment.homeChanges == [1: AssetID(5), 3: AssetID(4)])
  }

  @Test("An asset that two rows call their home belongs to the first of them")
  func sharedHome() {
    let rows = [1, 2].map { AssetAssignment.Row(source: $0, isPresent: true, asset: AssetID(7), home: AssetID(7)) }
    let assignment = AssetAssignment(groups: [[1], [2]], rows: rows)
    #expect(assignment.places.map(\.asset) == [AssetID(7), nil])
    #expect(assignment.homeChanges == [2: AssetID?.none])
  }

  @Test(
    "After any regrouping each group is one asset, and going back gives the assets back",
    arguments: SeededGenerator.seeds(300))
  func goesBack(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let sources = Array(1...Int64(generator.number(2...9)))
    func grouping() -> [[Int64]] {
      let groups = Dictionary(grouping: sources) { _ in generator.number(1...sources.count) }
      return groups.values.sorted { $0[0] < $1[0] }
    }
    var shelf = AssetShelf(Dictionary(uniqueKeysWithValues: sources.map { ($0, !generator.chance(3)) }))
    for _ in 0..<generator.number(0...4) { shelf.apply(grouping()) }
    let groups = grouping()
    let before = shelf.apply(groups)
    #expect(shelf.apply(groups) == before, "again")
    let other = grouping()
    let between = shelf.apply(other)
    for (grouped, assets) in [(groups, before), (other, between)] {
      let each = grouped.map { Set($0.compactMap { assets[$0] }) }
      #expect(each.allSatisfy { $0.count == 1 })
      #expect(Set(each).count == grouped.count)
    }
    #expect(shelf.apply(groups) == before)
    let homes = shelf.rows.values.compactMap(\.home)
    #expect(Set(homes).count == homes.count)
  }

  @Test("The order of rows and groups doesn't matter", arguments: SeededGenerator.seeds(100))
  func order(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var rows = (1...8).map { source in
      AssetAssignment.Row(
        source: Int64(source), isPresent: generator.chance(2),
        asset: generator.maybe { AssetID(Int64($0.number(1...5))) },
        home: generator.maybe { AssetID(Int64($0.number(1...8))) })
    }
    var groups: [[Int64]] = [[1, 4], [2, 3, 8], [5], [6, 7]]
    let expected = AssetAssignment(groups: groups, rows: rows)
    rows.shuffle(using: &generator)
    groups.shuffle(using: &generator)
    let found = AssetAssignment(groups: groups, rows: rows)
    #expect(Set(found.places) == Set(expected.places))
    #expect(found.homeChanges == expected.homeChanges)
  }
}
