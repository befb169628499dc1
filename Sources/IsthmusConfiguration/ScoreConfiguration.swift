import IsthmusCore

/// `scoreMaps` and `scoring` of the file.
enum ScoreConfiguration {
  /// The file's own maps and the standard one, by name.
  static func maps(_ node: ConfigNode?) throws(ConfigurationError) -> [String: ScoreMap] {
    var maps = [ScoreMap.standard.name: ScoreMap.standard]
    guard let node, !node.isNull else { return maps }
    for element in try node.elements {
      let map = try map(element)
      if maps[map.name] != nil {
        throw element.failure(
          map.name == ScoreMap.standard.name
            ? "the score map \"\(map.name)\" is built in; give yours another name"
            : "a score map named \"\(map.name)\" stands above already")
      }
      maps[map.name] = map
    }
    return maps
  }

  private static func map(_ node: ConfigNode) throws(ConfigurationError) -> ScoreMap {
    let members = try node.members(known: ["name", "rows", "defaultSeverity"])
    let name = try members.require("name").nonEmptyText
    var rows: [ScoreMap.Row] = []
    for element in try members.require("rows").elements {
      let row = try element.members(known: ["severity", "expected", "qds"])
      rows.append(
        ScoreMap.Row(
          severity: try row.require("severity").integer(1...5), expected: try row["expected"]?.texts ?? [],
          qds: try row.require("qds").integer(0...100)))
    }
    let defaultSeverity = try members["defaultSeverity"]?.integer(1...5) ?? ScoreMap.standard.defaultSeverity
    do throws(ScoreMapError) {
      return try ScoreMap(name: name, rows: rows, defaultSeverity: defaultSeverity)
    } catch {
      throw node.failure(error.problem)
    }
  }

  /// nil: the file says nothing of it, and the inventory's own settings stay.
  static func settings(_ node: ConfigNode?) throws(ConfigurationError) -> ScoreSettings? {
    guard let node, !node.isNull else { return nil }
    let members = try node.members(
      known: ["weights", "countExponent", "exposureFactor", "defaultCriticality", "bands"])
    var settings = ScoreSettings()
    if let weights = try members["weights"]?.members(known: QDSBand.allCases.map(\.rawValue)) {
      for band in QDSBand.allCases {
        if let weight = try weights[band.rawValue]?.number { settings.weights[band] = weight }
      }
    }
    if let exponent = try members["countExponent"]?.number { settings.countExponent = exponent }
    if let factor = try members["exposureFactor"]?.number { settings.exposureFactor = factor }
    if let criticality = try members["defaultCriticality"]?.integer(1...5) {
      settings.defaultCriticality = criticality
    }
    let bands = ScoreBand.allCases.dropLast()
    if let minimums = try members["bands"]?.members(known: bands.map(\.key)) {
      for band in bands {
        if let minimum = try minimums[band.key]?.number { settings.bandMinimums[band] = minimum }
      }
    }
    if let problem = settings.problem { throw node.failure(problem) }
    return settings
  }
}

extension ConfigNode {
  func integer(_ range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
    let text = try self.text
    guard let number = Int(text), range.contains(number) else {
      throw failure("\"\(text)\" is no whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  var number: Double {
    get throws(ConfigurationError) {
      let text = try self.text
      guard let number = Double(text), number.isFinite else { throw failure("\"\(text)\" is no number") }
      return number
    }
  }

  var flag: Bool {
    get throws(ConfigurationError) { try choice(["true", "false"]) == "true" }
  }
}
