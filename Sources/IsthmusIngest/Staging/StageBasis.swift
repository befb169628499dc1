import IsthmusConnect
import IsthmusCore
import IsthmusStore

/// What a staged run rests on: where this has changed, applying it would do something else than what was shown.
struct StageBasis: Sendable, Equatable {
  /// The connector's last run before it.
  var lastRun: RunID?
  /// What each part of the configuration was: words where they are short, else a digest.
  private var parts: [Part]

  private struct Part: Sendable, Equatable {
    var name: String
    var value: String
  }

  init(_ plan: RunPlan, _ connector: ConnectorNumber, seed: UInt64, _ transaction: any InventoryTransaction) throws {
    func digest(_ value: JSONValue) -> String {
      var digest = Digest(seed: seed)
      digest.add(value.text())
      return String(digest.value, radix: 16)
    }
    func list(_ texts: Set<String>) -> JSONValue { .array(texts.sorted().map(JSONValue.string)) }
    let identification = try plan.identification?.json ?? transaction.setting(SourceIdentifier.settingName) ?? .null
    let settings = try plan.scoreSettings ?? transaction.scoreSettings()
    let selections = [plan.selection.json] + plan.otherSelections.map(\.json)
    lastRun = try transaction.lastRun(connector)
    parts = [
      Part(name: "profile", value: plan.profile),
      Part(name: "transform map", value: "\(plan.map.name), version \(plan.map.version)"),
      Part(name: "score map", value: digest(plan.scoreMap.json)), Part(name: "scoring", value: digest(settings.json)),
      Part(
        name: "identification rules", value: digest(.array([identification, list(plan.disabledRules)]))),
      Part(name: "selection", value: digest(.array(selections))),
    ]
  }

  /// What is another thing now, for people; empty if nothing is.
  ///
  /// - Parameter run: The staged one: a run that applied it before, and was interrupted, is no other run.
  func changes(since earlier: StageBasis, applying run: RunID, _ transaction: any InventoryTransaction) throws
    -> [String]
  {
    var changes: [String] = []
    if let lastRun, lastRun != earlier.lastRun, try transaction.run(lastRun)?.replayOf != run {
      changes.append("\(lastRun) has run since")
    }
    for (now, before) in zip(parts, earlier.parts) where now != before {
      let isShort = now.name == "transform map" || now.name == "profile"
      changes.append(
        isShort ? "the \(now.name) was \(before.value) and is \(now.value)" : "the \(now.name) has changed")
    }
    return changes
  }

  var json: JSONValue {
    .object([
      "lastRun": lastRun.map { .string($0.description) } ?? .null,
      "parts": .object(parts.map { .init($0.name, .string($0.value)) }),
    ])
  }

  /// What ``json`` gave.
  init(_ json: JSONValue) {
    lastRun = json["lastRun"]?.string.flatMap { RunID(text: $0) }
    parts = []
    guard case .object(let members)? = json["parts"] else { return }
    parts = members.map { Part(name: $0.name, value: $0.value.string ?? "") }
  }
}
