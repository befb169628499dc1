#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bands of QDS; 0 is no risk and in none.
package enum QDSBand: String, Sendable, CaseIterable {
  case critical, high, medium, low

  package var range: ClosedRange<Int> {
    switch self {
    case .critical: 90...100
    case .high: 70...89
    case .medium: 40...69
    case .low: 1...39
    }
  }

  package init?(qds: Int) {
    guard let band = Self.allCases.first(where: { $0.range.contains(qds) }) else { return nil }
    self = band
  }
}

/// Bands of the asset score.
package enum ScoreBand: String, Sendable, CaseIterable {
  case severe = "Severe"
  case high = "High"
  case medium = "Medium"
  case low = "Low"

  /// As settings name it.
  package var key: String { rawValue.lowercased() }

  /// The band of the score as it is shown: rounded to a whole number.
  package init(score: Double, settings: ScoreSettings) {
    self = Self.allCases.first { score.rounded() >= settings.bandMinimums[$0] ?? 0 } ?? .low
  }
}

/// An asset's score, 0…1000, with all that it was made of:
/// `min(1000, exposure × ACS × Σ over bands of weight × mean QDS × count^exponent)` over open findings.
///
/// Worked: criticality 2, not exposed, one High finding of QDS 80: `2 × 1.6 × 80 × 1^0.01 = 256`.
package struct AssetScore: Sendable, Hashable {
  package struct BandPart: Sendable, Hashable {
    package var band: QDSBand
    package var count: Int
    package var mean: Double
    package var weight: Double
    /// `weight × mean × count^exponent`.
    package var value: Double
  }

  package var parts: [BandPart]
  /// Asset criticality, 1…5.
  package var criticality: Int
  package var exposureFactor: Double
  package var value: Double

  /// - Parameter counts: Open findings that count, by QDS.
  package init(counts: [Int: Int], criticality: Int, isExposed: Bool, settings: ScoreSettings) {
    self.criticality = criticality
    exposureFactor = isExposed ? settings.exposureFactor : 1
    parts = QDSBand.allCases.compactMap { band in
      let inBand = counts.filter { band.range.contains($0.key) && $0.value > 0 }
      let count = inBand.values.reduce(0, +)
      guard count > 0 else { return nil }
      let mean = Double(inBand.reduce(0) { $0 + $1.key * $1.value }) / Double(count)
      let weight = settings.weights[band] ?? 0
      let value = weight * mean * pow(Double(count), settings.countExponent)
      return BandPart(band: band, count: count, mean: mean, weight: weight, value: value)
    }
    let sum = parts.reduce(0) { $0 + $1.value }
    value = min(1000, exposureFactor * Double(criticality) * sum)
  }
}

// MARK: - What if

extension AssetScore {
  /// The score if one open finding of `qds` were fixed. It can be higher: where a small finding goes, the mean
  /// of its band may rise.
  package static func fixing(
    qds: Int, of counts: [Int: Int], criticality: Int, isExposed: Bool, settings: ScoreSettings
  ) -> AssetScore {
    var left = counts
    left[qds, default: 0] -= 1
    return AssetScore(counts: left, criticality: criticality, isExposed: isExposed, settings: settings)
  }
}
