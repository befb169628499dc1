package import IsthmusConnect
package import IsthmusCore
import IsthmusIngest

/// A map made ready to be tried on records, as a run would use it.
package struct MapTrial {
  package let kind: KindDescriptor
  private var mappers: [SourceStream: RecordMapper] = [:]

  /// - Parameter isLenient: Whether records need not have the shape that the source promises, as in examples.
  /// - Throws: ``ChangeError`` if no kind has such records, ``MapError`` if the map can't be used with them.
  package init(_ map: TransformMap, _ kinds: KindCatalog, isLenient: Bool = false) throws {
    guard let kind = kinds.kind(ofModel: map.sourceModel) else {
      throw ChangeError.invalid("No connector kind has records of the model \"\(map.sourceModel)\".")
    }
    self.kind = kind
    for stream in SourceStream.allCases {
      mappers[stream] = try kind.mapper(map, of: stream, isLenient: isLenient, seed: 0)
    }
  }

  package func mapper(_ stream: SourceStream) throws -> RecordMapper {
    guard let mapper = mappers[stream] else { throw ChangeError.invalid("No records of \(stream.rawValue).") }
    return mapper
  }

  package func preview(_ record: JSONValue, as stream: SourceStream) throws -> MapPreview {
    let mapper = try mapper(stream)
    return try JSONDocument(record.text()).withRoot { MapPreview(of: $0, by: mapper) }
  }

  /// Why a run would reject the record; nil if it would bring it in.
  package static func rejection(_ preview: MapPreview, in stream: SourceStream) -> String? {
    preview.rejection ?? NeededTarget.problem(of: preview.values, in: stream)
  }

  /// The records that the example's targets belong to.
  package func stream(of example: MapExample) throws -> SourceStream {
    func count(_ stream: SourceStream) throws -> Int {
      let targets = Set(try preview(example.record, as: stream).rows.map(\.target))
      return example.expected.count { targets.contains($0.name) }
    }
    return try count(.findings) > count(.hosts) ? .findings : .hosts
  }
}

extension MapPreview.Outcome {
  package var value: AttributeValue? { if case .value(let value) = self { value } else { nil } }

  /// For people.
  package var text: String {
    switch self {
    case .value: "value"
    case .empty: "empty"
    case .dropped(let reason): "dropped: \(reason)"
    case .rejecting(let reason): "rejects the record: \(reason)"
    }
  }
}
