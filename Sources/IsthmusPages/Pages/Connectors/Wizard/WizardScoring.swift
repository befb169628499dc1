import IsthmusConfiguration
import IsthmusCore
import IsthmusServer
import IsthmusStore

/// Scoring: a known score map, or rows of the connector's own.
extension WizardFields {
  static func scoreMap(_ document: JSONValue) -> String { document["scoreMap"]?.string ?? ScoreMap.standard.name }

  private var scoreMaps: [(value: String, title: String)] {
    let standard = ScoreMap.standard.name
    let own = snapshot.items(of: .scoreMap).map(\.key.name).filter { $0 != standard }
    return [(standard, "\(standard) (built in)")] + own.map { ($0, $0) }
  }

  /// A known map's document; nil for one that is gone.
  func scores(named name: String) -> JSONValue? {
    snapshot.items[.init(.scoreMap, name)]?.document
      ?? (name == ScoreMap.standard.name ? ScoreMap.standard.json : nil)
  }

  func scoring(_ document: JSONValue) -> [ItemForm.Group] {
    let name = Self.scoreMap(document)
    return [
      .init([
        .choice(
          "scoreMap", "Score map", "Known maps. To see the rows of another one, choose it and press Show its rows.",
          at: "/scoreMap", .string(name), scoreMaps)
      ]), .init(ScoreRows(typedScores ?? scores(named: name) ?? ScoreMap.standard.json)),
    ]
  }

  /// The map that a connector of this name goes on with, after what was typed.
  ///
  /// - Returns: Its name; and its document, if it is the connector's own and is to be kept.
  func scoreMap(_ request: PageRequest, of connector: String) -> (name: String, own: JSONValue?) {
    let (chosen, shown) = (request.field("scoreMap"), request.field("shown-map"))
    let typed = ScoreRows.document(request, .object([]))
    let isKnown = [chosen, shown].compactMap(scores(named:)).contains { ScoreRows.agree($0, typed) }
    if isKnown { return (chosen, nil) }
    let name = ownMap(of: connector, shown: shown)
    return (name, typed.with("name", .string(name)))
  }

  /// Named for the connector. The map that was shown is changed only if the connector alone uses it and it has that
  /// name; nothing else that has it is written over.
  func ownMap(of connector: String, shown: String) -> String {
    var number = 1
    while true {
      let name = number == 1 ? connector : "\(connector) \(number)"
      if scores(named: name) == nil { return name }
      let users = snapshot.connectors(with: "scoreMap", .string(name))
      if name == shown, name != ScoreMap.standard.name, users.allSatisfy({ $0 == connector }) { return name }
      number += 1
    }
  }
}
