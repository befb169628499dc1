import IsthmusCore

/// What became of a host, in sentences: who listed it, merges and splits, its score.
struct AssetHistory: Sendable {
  struct Entry: Sendable {
    /// As it was written; for the order.
    let moment: String
    let at: String
    let text: String
    let run: String
    let runPath: String
  }

  /// The latest first.
  let entries: [Entry]
  /// How many there are beyond these.
  let others: String

  private static let most = 20

  /// - Parameters:
  ///   - record: Of the host, with its sources, log and daily scores.
  init(_ record: JSONValue) {
    var all: [Entry] = []
    func add(_ at: String?, _ text: String, run: String = "") {
      guard let at else { return }
      let shown = at.count > 10 ? Shown.time(at) : at
      all.append(Entry(moment: at, at: shown, text: text, run: run, runPath: run.isEmpty ? "" : "/runs/\(run)"))
    }
    let sources = record["sourceRecords"]?.array ?? []
    for source in sources {
      let id = source["externalAssetId"]?.string ?? ""
      let name = (source["connector"]?.string ?? "") + (sources.count > 1 ? " (\(id))" : "")
      add(source["firstFoundOn"]?.string, "\(name) listed it, for the first time.")
      if source["present"] != .bool(true) { add(source["goneOn"]?.string, "\(name) does not list it any more.") }
    }
    for entry in record["identificationLog"]?.array ?? [] {
      // That a source is new is said above.
      guard let outcome = entry["outcome"]?.string, !outcome.hasPrefix("new:") else { continue }
      let rule = entry["rule"]?.string ?? ""
      let by = ["none", "person", ""].contains(rule) ? "" : " (rule \(rule))"
      add(entry["at"]?.string, Shown.capitalized(outcome) + by, run: entry["run"]?.string ?? "")
    }
    var before: Int64?
    for day in record["scoreHistory"]?.array ?? [] {
      let score = day["truRiskScore"]?.integer ?? 0
      let open = day["openFindings"]?.integer ?? 0
      let findings = "\(Shown.number(open)) open \(open == 1 ? "finding" : "findings")"
      if let before {
        let way = score > before ? "rose" : score < before ? "fell" : "stayed"
        let change = way == "stayed" ? "Its score stayed \(score)" : "Its score \(way) from \(before) to \(score)"
        add(day["day"]?.string, "\(change), with \(findings).")
      } else {
        add(day["day"]?.string, "Its score was \(score), with \(findings).")
      }
      before = score
    }
    // A day's score is its last one: it stands behind what happened on the day.
    let sorted = all.enumerated().sorted { a, b in
      let (one, other) = (Self.key(a.element), Self.key(b.element))
      return one == other ? a.offset > b.offset : one > other
    }
    entries = sorted.prefix(Self.most).map(\.element)
    others = all.count > Self.most ? Shown.number(Int64(all.count - Self.most)) : ""
  }

  private static func key(_ entry: Entry) -> String {
    entry.moment.count > 10 ? entry.moment : entry.moment + "T24"
  }
}
