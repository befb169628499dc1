import IsthmusCore

/// What a staged run would do: counts and samples.
struct RunPreviewShown: Sendable {
  struct Group: Sendable {
    let title: String
    let samples: [Sample]
  }

  struct Sample: Sendable {
    let name: String
    let path: String
    let about: String
    let changes: String
  }

  let result: String
  let tone: String
  let failure: ShownFailure?
  let scores: String
  let warnings: [String]
  let groups: [Group]

  private static let acts: [(name: String, verb: String)] = [
    ("created", "to create"), ("updated", "to update"), ("merged", "to merge"), ("fixed", "to fix"),
    ("reopened", "to reopen"), ("gone", "to mark gone"), ("rejected", "to reject"), ("band", "that change their band"),
  ]
  /// Of one record.
  private static let mostChanges = 6

  init(_ preview: JSONValue) {
    result = preview["result"]?.string ?? ""
    tone = "result-\(result)"
    failure = ShownFailure(preview["error"])
    let change = preview["scores"]
    func score(_ name: String) -> String { Shown.number(change?[name]?.integer ?? 0) }
    scores =
      "\(score("changedScores")) of \(score("assets")) hosts change their score, \(score("changedBands")) their band."
    warnings = (preview["warnings"]?.array ?? []).compactMap(\.string)
    var groups: [Group] = []
    for (stream, noun) in [("assets", "Hosts"), ("findings", "Findings")] {
      for act in Self.acts {
        let samples = preview["samples"]?[stream]?[act.name]?.array ?? []
        if samples.isEmpty { continue }
        let counted =
          act.name == "band" ? change?["changedBands"] : preview["counters"]?[stream]?[act.name]
        let total = max(counted?.integer ?? 0, Int64(samples.count))
        let part = total > Int64(samples.count) ? "; \(samples.count) of them" : ""
        groups.append(
          Group(title: "\(noun) \(act.verb): \(Shown.number(total))\(part)", samples: samples.map(Self.sample)))
      }
    }
    self.groups = groups
  }

  private static func sample(_ sample: JSONValue) -> Sample {
    if let reason = sample["reason"] {
      return Sample(name: Shown.text(sample["externalId"]), path: "", about: "", changes: Shown.text(reason))
    }
    let id = sample["id"]?.string ?? ""
    let list = sample["name"] == nil ? "findings" : "assets"
    let changes = sample["changes"]?.array ?? []
    // Where the posture changes, the source's own word for it says the same.
    let isTold = changes.contains { $0["field"] == .string("posture") }
    let told = changes.filter { !isTold || $0["field"] != .string("findingStatus") }
    let all = told.map { change in
      let field = Shown.text(change["field"])
      func value(_ name: String) -> String {
        let text = Shown.text(change[name])
        return text.isEmpty ? "nothing" : Shown.isTime(field) ? Shown.time(text) : text
      }
      return "\(ListColumns.title(field)): \(value("before")) → \(value("after"))"
    }
    let more = all.count > mostChanges ? "; \(all.count - mostChanges) more" : ""
    let title = Shown.text(sample["name"] ?? sample["title"])
    return Sample(
      name: title.isEmpty ? id : title, path: id.isEmpty ? "" : "/\(list)/\(id)",
      about: Shown.text(sample["assetName"]), changes: all.prefix(mostChanges).joined(separator: "; ") + more)
  }
}
