import IsthmusCore

/// What a staged run would do, for people.
enum PreviewPrinter {
  private static let acts = ["created", "updated", "merged", "fixed", "reopened", "gone", "rejected", "band"]
  /// Of one record; JSON has all.
  private static let mostChanges = 6

  static func print(_ preview: JSONValue, of run: RunID) {
    Console.print("Applied, it would end \(preview["result"]?.string ?? "").")
    if let summary = preview["error"]?["summary"]?.string {
      Console.print("\(summary) \(preview["error"]?["remedy"]?.string ?? "")")
    }
    printScores(preview["scores"])
    for stream in ["assets", "findings"] {
      for act in acts {
        let samples = preview["samples"]?[stream]?[act]?.array ?? []
        if samples.isEmpty { continue }
        let count = act == "band" ? preview["scores"]?["changedBands"] : preview["counters"]?[stream]?[act]
        let total = Int(count?.integer ?? 0)
        let what = act == "band" ? "change band" : act
        let shown = total > samples.count ? "\(total), \(samples.count) of them" : "\(samples.count)"
        Console.print("\(stream) \(what): \(shown)")
        for sample in samples { Console.print("  \(line(sample))") }
      }
    }
  }

  private static func printScores(_ scores: JSONValue?) {
    func number(_ name: String) -> Int64 { scores?[name]?.integer ?? 0 }
    let moves = (scores?["moves"]?.array ?? []).map { move in
      "\(RowPrinter.text(move["from"])) → \(RowPrinter.text(move["to"])) ×\(RowPrinter.text(move["assets"]))"
    }
    let bands = moves.isEmpty ? "" : ": \(moves.joined(separator: ", "))"
    Console.print(
      "scores: \(number("changedScores")) of \(number("assets")) assets change, \(number("changedBands")) the band\(bands)"
    )
  }

  private static func line(_ sample: JSONValue) -> String {
    if let reason = sample["reason"] {
      return "\(RowPrinter.text(sample["externalId"])): \(RowPrinter.text(reason))"
    }
    let name = [sample["id"], sample["name"] ?? sample["title"]].map { RowPrinter.text($0) }.filter { !$0.isEmpty }
    let asset = sample["assetName"].map { " (\(RowPrinter.text($0)))" } ?? ""
    let changes = (sample["changes"]?.array ?? []).map { change in
      "\(RowPrinter.text(change["field"])) \(value(change["before"])) → \(value(change["after"]))"
    }
    let more = changes.count > mostChanges ? "; \(changes.count - mostChanges) more" : ""
    let shown = changes.prefix(mostChanges).joined(separator: "; ")
    return "\(name.joined(separator: " "))\(asset)\(shown.isEmpty ? "" : ": ")\(shown)\(more)"
  }

  private static func value(_ value: JSONValue?) -> String {
    let text = RowPrinter.text(value)
    return text.isEmpty ? "nothing" : text
  }
}
