import IsthmusConfiguration
import IsthmusCore
import IsthmusServer
import IsthmusStore

extension ItemForm {
  static let scoreMap = ItemForm(
    kind: .scoreMap, path: "/configuration/score-maps", listTitle: "Score maps", role: .admin,
    intro: """
      A score map turns a source's own words, such as High, into a severity from 1 to 5 and a QDS from 0 to 100. Words are \
      compared without case; each may stand at one severity only, and the QDS must not fall as severity rises.
      """,
    deletion: "A map that a connector uses can't be deleted.",
    groups: { document, isNew, _ in
      var groups: [Group] = []
      if isNew { groups.append(Group([.name("score map", "For example strict.", document)])) }
      groups.append(Group(ScoreRows(document)))
      return groups
    },
    completed: { groups, document, snapshot, context in
      var groups = groups
      let users = snapshot.connectors(scoredBy: document["name"]?.string ?? "")
      for index in groups.indices { try await groups[index].scores?.offer(document, to: users, context) }
      return groups
    },
    document: { request, before in ScoreRows.document(request, before) },
    effects: { outcome, document, context in
      let users = try await context.services.configuration.snapshot().connectors(with: "scoreMap", document["name"])
      return outcome.scoreEffects + (users.isEmpty ? ["No connector uses this map yet."] : [])
    })

  static let scoring = ItemForm(
    kind: .scoring, path: "/configuration/scoring", listTitle: "Configuration", role: .admin,
    intro: """
      A host's score, 0 to 1000, is exposure factor × criticality × the sum over the QDS bands of weight × mean QDS × \
      count ^ exponent, of its open findings. The weights are ours: no published formula gives them.
      """,
    groups: { document, _, _ in
      let weights = QDSBand.allCases.map { band in
        FormField.number(
          "weight-\(band.rawValue)", band.rawValue.prefix(1).uppercased() + band.rawValue.dropFirst(),
          "0 to 100, not less than that of the next lower band.", at: "/weights/\(band.rawValue)",
          document["weights"]?[band.rawValue], from: "0", to: "100", step: "any")
      }
      let bands = ScoreBand.allCases.dropLast().map { band in
        FormField.number(
          "band-\(band.key)", "\(band.rawValue) from", "The lowest score of the band, 1 to 1000.",
          at: "/bands/\(band.key)", document["bands"]?[band.key], from: "1", to: "1000", step: "any")
      }
      return [
        Group("Weights of the QDS bands", weights),
        Group(
          "Factors",
          [
            .number(
              "countExponent", "Exponent of the count", "0 to 1: at 0 many findings weigh no more than one.",
              at: "/countExponent", document["countExponent"], from: "0", to: "1", step: "any"),
            .number(
              "exposureFactor", "Exposure factor", "1 to 10, for a host that the internet can reach.",
              at: "/exposureFactor", document["exposureFactor"], from: "1", to: "10", step: "any"),
            .number(
              "defaultCriticality", "Default criticality", "1 to 5, of a host whose tags give none.",
              at: "/defaultCriticality", document["defaultCriticality"], from: "1", to: "5"),
          ]), Group("Bands of the score; Low takes the rest", bands),
      ]
    },
    document: { request, before in
      let weights = QDSBand.allCases.map {
        JSONValue.Member($0.rawValue, request.number("weight-\($0.rawValue)"))
      }
      let bands = ScoreBand.allCases.dropLast().map { JSONValue.Member($0.key, request.number("band-\($0.key)")) }
      return before.with("weights", .object(weights)).with("bands", .object(bands))
        .with("countExponent", request.number("countExponent"))
        .with("exposureFactor", request.number("exposureFactor"))
        .with("defaultCriticality", request.number("defaultCriticality"))
    },
    effects: { outcome, _, _ in outcome.scoreEffects })

  static let retention = ItemForm(
    kind: .retention, path: "/configuration/retention", listTitle: "Configuration", role: .admin,
    intro: "How much of the past is kept. Hosts and findings themselves stay; the rest is deleted after each run.",
    groups: { document, _, _ in
      [
        Group(
          retained.filter { document[$0.name] != nil }.map { part in
            .number(
              part.name, part.label, part.help, at: "/\(part.name)", document[part.name], from: part.least,
              to: part.most)
          })
      ]
    },
    document: { request, before in
      retained.filter { request.isChecked($0.name) }.reduce(before) { $0.with($1.name, request.number($1.name)) }
    },
    effects: { outcome, _, _ in
      [outcome.changes.isEmpty ? "Nothing changes." : "It is in order. What is too much goes after the next run."]
    })
}

extension ItemForm {
  private struct Retained: Sendable {
    let name: String
    let label: String
    let help: String
    var least = "1"
    var most = "1000000"
  }

  private static let retained = [
    Retained(
      name: "runs", label: "Runs", help: "So many runs of a connector stay listed with their counters; 1 or more."),
    Retained(name: "logs", label: "Logs", help: "So many runs of a connector keep their log; 1 or more."),
    Retained(
      name: "rejects", label: "Rejects",
      help: "So many runs of a connector keep the rows that they could not use; 1 or more."),
    Retained(
      name: "keptPages", label: "Kept pages",
      help: "So many runs of a connector keep what the source said, so that it can be replayed; 0 for none.", least: "0"
    ),
    Retained(
      name: "keptMegabytes", label: "Room for kept pages",
      help: "In MiB, for all of them together; the oldest go first.",
      most: "1048576"),
    Retained(
      name: "historyDays", label: "Days of history",
      help: "Turning points of findings, and why records are which hosts, stay so many days; 0: for ever.", least: "0"),
    Retained(name: "scoreDays", label: "Days of scores", help: "Daily scores stay so long; 0: for ever.", least: "0"),
    Retained(
      name: "auditDays", label: "Days of the audit log", help: "Its entries stay so long; 0: for ever.", least: "0"),
  ]
}

extension ConfigurationSnapshot {
  /// Names of the connectors that run and score by the map of this name.
  func connectors(scoredBy map: String) -> [String] {
    items(of: .connector).filter { !$0.isDraft && ($0.document["scoreMap"]?.string ?? ScoreMap.standard.name) == map }
      .map(\.key.name)
  }

  /// Names of the connectors whose member is this; drafts too.
  func connectors(with member: String, _ value: JSONValue?) -> [String] {
    guard let value else { return [] }
    return items(of: .connector).filter { connector in
      let profiles = connector.document["profiles"]?.array ?? []
      return connector.document[member] == value || profiles.contains { $0[member] == value }
    }.map(\.key.name)
  }
}

extension PageRoutes {
  static let scoreRoutes: [PageRoute] =
    routes(
      .scoreMap, new: "/configuration/new/score-map", ScoreMap.standard.json.without("name"),
      builtIn: ScoreMap.standard.json
    ) { snapshot, _ in
      let own = snapshot.items(of: .scoreMap).map(\.document)
      return ItemTable(
        caption: "Score maps: the QDS of each severity",
        columns: ["Name", "1", "2", "3", "4", "5", "Default severity", "Used by"],
        rows: ([ScoreMap.standard.json] + own).map { map in
          let name = map["name"]?.string ?? ""
          let isBuiltIn = name == ScoreMap.standard.name
          let users = snapshot.connectors(with: "scoreMap", map["name"])
          let cells = (1...5).map { severity in
            let row = map["rows"]?.array?.first { $0["severity"]?.integer == Int64(severity) }
            return ItemTable.Cell(Shown.text(row?["qds"]), isNumber: true)
          }
          let used = isBuiltIn ? "connectors that name no other (built in)" : users.joined(separator: ", ")
          return ItemTable.Row(
            path: ItemForm.scoreMap.path(of: name), name: name,
            cells: cells + [.init(Shown.text(map["defaultSeverity"]), isNumber: true), .init(used)])
        }, empty: "")
    } + single(.scoring) + single(.retention)

  private static func single(_ form: ItemForm) -> [PageRoute] {
    [
      PageRoute(.get, form.path, .role(.viewer)) { request, context in try await form.shown("", request, context) },
      PageRoute(.post, form.path, .role(form.role)) { request, context in
        try await form.sent("", request, context)
      },
    ]
  }
}
