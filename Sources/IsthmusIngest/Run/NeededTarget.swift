package import IsthmusConnect
package import IsthmusCore

/// What a run needs of every record, whatever else a map gives.
package enum NeededTarget {
  /// With what happens without it.
  package static let all: KeyValuePairs<String, String> = [
    "externalAssetId": "without it every host is rejected",
    "findingStatus": "without it every finding is rejected",
  ]

  /// Why a record with these values is rejected though no row rejects it; nil if it is brought in.
  package static func problem(of values: AttributeValues, in stream: SourceStream) -> String? {
    switch stream {
    case .hosts: values["externalAssetId"]?.string == nil ? "externalAssetId: the map gives none" : nil
    case .findings:
      posture(of: values) == nil
        ? "findingStatus: \"\(values["findingStatus"]?.string ?? "")\" is none of PASS, FAIL, NOT_APPLICABLE" : nil
    }
  }

  static func posture(of values: AttributeValues) -> Posture? {
    values["findingStatus"]?.string.flatMap(Posture.init(rawValue:))
  }
}
