/// The settings of the asset score. The published descriptions of the formula don't give the weights: these
/// are ours, chosen so that an asset of criticality 5 with findings in several bands reaches the cap.
package struct ScoreSettings: Sendable, Hashable {
  /// Weight by band, from Critical to Low; 0…100, not rising from one band to the next lower one.
  package var weights: [QDSBand: Double] = [.critical: 2.0, .high: 1.6, .medium: 1.0, .low: 0.4]
  /// A band's count is raised to this, 0…1: many findings weigh little more than one.
  package var countExponent = 0.01
  /// Factor, 1…10, for an asset that the internet can reach.
  package var exposureFactor = 1.2
  /// Criticality, 1…5, of an asset whose tags give none.
  package var defaultCriticality = 2
  /// The lowest score, 0…1000, of each band but Low, which takes the rest.
  package var bandMinimums: [ScoreBand: Double] = [.severe: 850, .high: 700, .medium: 500]

  package init() {}

  /// The first thing that is wrong; nil if the settings can be used.
  package var problem: String? {
    for band in QDSBand.allCases where !(0...100).contains(weights[band] ?? -1) {
      return "the weight of \(band.rawValue) must be from 0 to 100"
    }
    for (higher, lower) in zip(QDSBand.allCases, QDSBand.allCases.dropFirst())
    where (weights[higher] ?? 0) < (weights[lower] ?? 0) {
      return "the weight of \(higher.rawValue) must not be lower than that of \(lower.rawValue)"
    }
    if !(0...1).contains(countExponent) { return "countExponent must be from 0 to 1" }
    if !(1...10).contains(exposureFactor) { return "exposureFactor must be from 1 to 10" }
    if !(1...5).contains(defaultCriticality) { return "defaultCriticality must be from 1 to 5" }
    let minimums = [ScoreBand.severe, .high, .medium].map { bandMinimums[$0] ?? -1 }
    guard minimums.allSatisfy((1...1000).contains), minimums[0] > minimums[1], minimums[1] > minimums[2] else {
      return "the bands must fall from severe to medium, from 1000 at most to 1 at least"
    }
    return nil
  }
}

// MARK: - As they are stored

extension ScoreSettings {
  package var json: JSONValue {
    let weights = QDSBand.allCases.map { JSONValue.Member($0.rawValue, .number(self.weights[$0] ?? 0)) }
    let bands = ScoreBand.allCases.dropLast().map { JSONValue.Member($0.key, .number(bandMinimums[$0] ?? 0)) }
    return .object([
      "weights": .object(weights), "countExponent": .number(countExponent), "exposureFactor": .number(exposureFactor),
      "defaultCriticality": .integer(Int64(defaultCriticality)), "bands": .object(bands),
    ])
  }

  /// What ``json`` gave; a value that is missing is the standard one.
  package init(_ json: JSONValue) {
    self.init()
    for band in QDSBand.allCases {
      if let weight = json["weights"]?[band.rawValue]?.double { weights[band] = weight }
    }
    for band in ScoreBand.allCases.dropLast() {
      if let minimum = json["bands"]?[band.key]?.double { bandMinimums[band] = minimum }
    }
    if let exponent = json["countExponent"]?.double { countExponent = exponent }
    if let factor = json["exposureFactor"]?.double { exposureFactor = factor }
    if let criticality = json["defaultCriticality"]?.integer { defaultCriticality = Int(criticality) }
  }
}
