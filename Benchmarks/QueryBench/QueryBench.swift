import Foundation
import IsthmusCore
import IsthmusStore

/// How long lists take on an inventory that is there: `QueryBench FOLDER [ROUNDS]`. Run by `make bench`.
@main
enum QueryBench {
  static let findingQueries = [
    "", "finding.severity: [4, 5] and finding.status: NEW", "asset.name: web*",
    "finding.title: \"management ports\" and operatingSystem: win*", "cloud.region: westeurope and finding.severity: 4",
    "not finding.severity: 4", "finding.posture: FAIL and finding.mitre.attack.tactic.name: \"initial access\"",
    "asset.internetExposed: true", "finding.vendorProductName: `Defender for Cloud`", "finding.updatedDate > now-30d",
    "finding.firstFoundDate > now-1d",
    "(finding.severity: 5 or asset.riskScore > 500) and not cloud.region: westeurope",
    "finding.status: FIXED", "encryption",
  ]

  static let assetQueries = [
    "", "inventory: (source: `Defender for Cloud`)", "finding: (severity: 4 and status: NEW)",
    "operatingSystem: win* and asset.riskScore > 300", "asset.interface.address: 10.0.0.0/16", "web",
  ]

  static let findingSorts = ["", "severity", "-updatedOn", "assetName", "findingDescription"]
  static let findingFacets: [QueryField] = [
    .findingSeverity, .findingStatus, .posture, .cloudRegion, .recommendationCategory,
  ]
  static let assetFacets: [QueryField] = [.operatingSystemName, .cloudRegion, .scoreBand, .tagName, .assetCriticality]

  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else {
      print("usage: QueryBench FOLDER [ROUNDS]")
      exit(2)
    }
    let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 5 : 5
    let store = try SQLiteStore(folder: arguments[1], newSeed: 1)
    let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    var times = Times()
    for entity in QueryEntity.allCases {
      for text in entity == .asset ? assetQueries : findingQueries {
        let query = try Query(text, for: entity, now: now)
        for round in 0...rounds {
          // The first round warms the caches of a process that has just begun.
          try await measure(query, text, on: store, into: &times, isCounted: round > 0)
        }
      }
    }
    times.report()
    try await reportPages(store, now)
    try await reportDay(store, now)
    try reportParsing(now)
  }

  /// Pages of 50 from the beginning, the middle and the end of lists: one further on must not cost more than the first.
  private static func reportPages(_ store: SQLiteStore, _ now: Timestamp) async throws {
    let lists: [(QueryEntity, String)] = [
      (.finding, ""), (.finding, "finding.severity: 4"), (.finding, "asset.name: web*"),
      (.finding, "finding.status: FIXED"),
      (.asset, ""), (.asset, "finding: (severity: 4 and status: NEW)"),
    ]
    print("\npages of 50 rows, milliseconds, median of 9: the first, one in the middle, the last")
    for (entity, text) in lists {
      let query = try Query(text, for: entity, now: now)
      let sorts =
        entity == .finding
        ? ["", "id", "-lastFixedOn", "severity", "assetName", "findingDescription"] : ["", "id", "assetName"]
      for sort in sorts {
        let order = sort.isEmpty ? [] : [Listing.Order(text: sort)].compactMap { $0 }
        let all = Listing(query, limit: nil, order: order)
        let places = try await store.read { reader in
          let ids = try ids(entity, all, reader)
          let starts = ids.count > 200 ? [ids.count / 2, ids.count - 50] : []
          return try [nil] + starts.map { try reader.cursor(after: ids[$0 - 1], of: entity, all) }
        }
        var columns = ""
        for place in places {
          var times: [Double] = []
          for _ in 0..<9 {
            let time = try await milliseconds {
              let found = try await store.read { reader in
                try ids(entity, Listing(query, limit: 50, order: order, after: place), reader).count
              }
              precondition(places.count == 1 || found == 50, "a page is short")
            }
            times.append(time)
          }
          columns += Times.pad(Times.median(times))
        }
        print("\(columns)  \(entity.rawValue)s by \(sort.isEmpty ? "default" : sort): \(text)")
      }
    }
  }

  /// What the end of a run and each change by a person take for the day's numbers and the recommendations' effects, and
  /// how long the list of these takes then. On a copy.
  private static func reportDay(_ store: SQLiteStore, _ now: Timestamp) async throws {
    let copy = try await store.rehearsal()
    var (settling, listing): ([Double], [Double]) = ([], [])
    for _ in 0..<9 {
      settling.append(try await milliseconds { try await copy.write { try $0.recordDay(at: now) } })
      listing.append(try await milliseconds { _ = try await copy.read { try $0.controlRows(limit: nil) } })
    }
    print("\nrecommendations, milliseconds, median of 9: \(Times.pad(Times.median(settling)))  settled with the day")
    print("                                             \(Times.pad(Times.median(listing)))  listed")
  }

  private static func milliseconds(_ body: () async throws -> Void) async throws -> Double {
    let start = ContinuousClock.now
    try await body()
    let elapsed = start.duration(to: .now).components
    return Double(elapsed.seconds) * 1000 + Double(elapsed.attoseconds) / 1e15
  }

  private static func ids(
    _ entity: QueryEntity, _ listing: Listing, _ reader: any InventoryReader
  ) throws -> [String] {
    var ids: [String] = []
    func add(_ row: JSONValue) { ids.append(row["id"]?.string ?? "") }
    try entity == .asset ? reader.forEachAsset(listing, add) : reader.forEachFinding(listing, add)
    return ids
  }

  /// How long reading a query takes, and refusing one: nobody may make a server busy with a text.
  private static func reportParsing(_ now: Timestamp) throws {
    let long = Query.maximumLength
    func filled(_ piece: String) -> String { String(repeating: piece, count: long / piece.utf8.count) }
    let texts: [(name: String, text: String)] = [
      ("a query of the guide", "finding.vendorProductName: `Defender for Cloud`"),
      ("\(Query.maximumDepth) levels", String(repeating: "(", count: 999) + "web" + String(repeating: ")", count: 999)),
      ("refused: one level too many", String(repeating: "(", count: 1100) + "web"),
      ("refused: 64 KiB of open parentheses", filled("(")), ("refused: 64 KiB of nots", filled("not ")),
      ("refused: 64 KiB of quotes", filled("\"'`")),
      ("refused: 64 KiB of unknown tokens", filled("finding.sevrity: 5 ")),
      ("refused: 64 KiB of operators", filled("a >= ")), ("refused: 64 KiB of lists", filled("[1, ")),
      ("refused: longer than 64 KiB", filled("a") + filled("a")),
    ]
    print("\nreading a query, milliseconds, median of 9")
    for (name, text) in texts {
      let runs = (0..<9).map { _ in
        let start = ContinuousClock.now
        _ = try? Query(text, for: .finding, now: now)
        let elapsed = start.duration(to: .now).components
        return Double(elapsed.seconds) * 1000 + Double(elapsed.attoseconds) / 1e15
      }
      print("\(Times.pad(Times.median(runs)))  \(name)")
    }
  }

  private static func measure(
    _ query: Query, _ text: String, on store: SQLiteStore, into times: inout Times, isCounted: Bool
  ) async throws {
    let name = "\(query.entity.rawValue)s \(text)"
    func time(_ body: @escaping @Sendable (any InventoryReader) throws -> Void) async throws -> Double {
      let start = ContinuousClock.now
      try await store.read(body)
      let elapsed = start.duration(to: .now).components
      return Double(elapsed.seconds) * 1000 + Double(elapsed.attoseconds) / 1e15
    }
    func note(_ kind: String, _ milliseconds: Double) {
      if isCounted { times.add(kind, name, milliseconds) }
    }
    note(
      "count",
      try await time { reader in
        _ =
          try query.entity == .asset
          ? reader.countAssets(Listing(query, limit: nil)) : reader.countFindings(Listing(query, limit: nil))
      })
    for sort in query.entity == .asset ? [""] : findingSorts {
      let field = sort.hasPrefix("-") ? String(sort.dropFirst()) : sort
      let order = sort.isEmpty ? [] : [Listing.Order(field, descending: sort.hasPrefix("-"))]
      let milliseconds = try await time { reader in
        let listing = Listing(query, limit: 50, order: order)
        if query.entity == .asset {
          try reader.forEachAsset(listing) { _ in }
        } else {
          try reader.forEachFinding(listing) { _ in }
        }
      }
      note("page by \(sort.isEmpty ? "default" : sort)", milliseconds)
      if isCounted { times.add("page by any of these", milliseconds) }
    }
    let fields = query.entity == .asset ? assetFacets : findingFacets
    note(
      "five facets",
      try await time { reader in
        _ = try reader.facets(fields, of: query.entity, Listing(query, limit: nil))
      })
  }
}

/// Milliseconds by kind of list and by query.
struct Times {
  private var byKind: [String: [Double]] = [:]
  private var byQuery: [(kind: String, name: String, times: [Double])] = []

  mutating func add(_ kind: String, _ name: String, _ milliseconds: Double) {
    byKind[kind, default: []].append(milliseconds)
    if let index = byQuery.firstIndex(where: { $0.kind == kind && $0.name == name }) {
      byQuery[index].times.append(milliseconds)
    } else {
      byQuery.append((kind, name, [milliseconds]))
    }
  }

  /// Of a kind that is told in sum only.
  mutating func add(_ kind: String, _ milliseconds: Double) { byKind[kind, default: []].append(milliseconds) }

  func report() {
    print("median of each query, milliseconds")
    for entry in byQuery {
      print("\(Self.pad(Self.median(entry.times)))  \(entry.kind): \(entry.name)")
    }
    print("\nmedian, 95th percentile and worst over all queries, milliseconds")
    for (kind, times) in byKind.sorted(by: { $0.key < $1.key }) {
      let sorted = times.sorted()
      let high = sorted[min(sorted.count - 1, Int((Double(sorted.count) * 0.95).rounded(.down)))]
      print(
        "\(Self.pad(Self.median(times)))\(Self.pad(high))\(Self.pad(sorted.last ?? 0))  \(kind) (\(times.count) times)")
    }
  }

  static func median(_ times: [Double]) -> Double { times.sorted()[times.count / 2] }

  static func pad(_ number: Double) -> String {
    let text = String(format: "%.1f", number)
    return String(repeating: " ", count: max(0, 8 - text.count)) + text
  }
}
