import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusServer

/// All that was chosen, step by step, to be confirmed.
extension WizardShown {
  /// - Parameters:
  ///   - problem: What keeps the connector from running, with the step in which it is mended.
  ///   - path: Of a step.
  func sections(
    problem: (text: String, step: WizardStep)?, path: (WizardStep) -> String
  ) -> [WizardPage.Section] {
    let facts: [(WizardStep, [Fact])] = [
      (.connection, basics), (.map, [Fact("Transform map", fields.transformMap(document))]), (.profile, profiles),
      (.scoring, scoring), (.rules, rules),
    ]
    return facts.map { step, facts in
      WizardPage.Section(
        title: step.title, path: path(step), facts: facts.filter { !$0.text.isEmpty },
        problem: problem?.step == step ? problem?.text ?? "" : "")
    }
  }

  private var basics: [Fact] {
    func types(_ key: String, _ all: [String]) -> String {
      (document[key]?.array?.compactMap(\.string) ?? all).map(Shown.capitalized).joined(separator: ", ")
    }
    var facts = [
      Fact("Kind", kind.map { "\($0.vendorName) \($0.productName)" } ?? ""),
      Fact("Description", Shown.text(document["description"])),
      Fact("Finding types", types("findingTypes", WizardFields.findingTypes)),
      Fact("Asset types", types("assetTypes", WizardFields.assetTypes)),
    ]
    for setting in kind?.settings ?? [] {
      guard let value = document["connection"]?[setting.key] else { continue }
      facts.append(Fact(ListColumns.title(setting.key), ConnectorPage.setting(value)))
    }
    return facts
  }

  private var profiles: [Fact] {
    let profiles = document["profiles"]?.array ?? []
    if profiles.isEmpty { return [Fact("Profile", "default: runs when a person starts it")] }
    return profiles.enumerated().map { index, profile in
      var parts = ["\(status(of: profile)); \(schedule(of: index))"]
      if let statuses = profile["findings"]?["statuses"] { parts.append(Shown.text(statuses)) }
      let excluded = Shown.text(profile["findings"]?["categories"]?["exclude"])
      if !excluded.isEmpty { parts.append("without \(excluded)") }
      if let map = profile["transformMap"]?.string { parts.append("transform map \(map)") }
      if let mode = profile["mode"]?.string { parts.append("mode \(mode)") }
      return Fact(Shown.text(profile["name"]), parts.joined(separator: "; "))
    }
  }

  private var scoring: [Fact] {
    let name = WizardFields.scoreMap(document)
    var facts = [Fact("Score map", name)]
    let map = fields.scores(named: name)
    for row in map?["rows"]?.array ?? [] {
      let severity = row["severity"]?.integer ?? 0
      let expected = Shown.text(row["expected"])
      facts.append(
        Fact(
          "Severity \(severity), \(Shown.severity(severity))",
          "\(expected.isEmpty ? "no value" : expected) → QDS \(Shown.text(row["qds"]))"))
    }
    facts.append(Fact("Default severity", Shown.text(map?["defaultSeverity"])))
    return facts
  }

  private var rules: [Fact] {
    let off = fields.rules(on: false, document).map(\.name)
    return [
      Fact(
        "On",
        ([IdentificationRule.nativeKey.name] + fields.rules(on: true, document).map(\.name)).joined(separator: ", ")),
      Fact("Turned off", off.isEmpty ? "none" : off.joined(separator: ", ")),
    ]
  }
}
