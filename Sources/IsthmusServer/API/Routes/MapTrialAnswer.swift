import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest

/// What a map makes of records that were sent with it.
struct MapTrialAnswer {
  private let trial: MapTrial
  private let records: [JSONValue]
  private let stream: SourceStream

  init(_ body: JSONValue, _ services: APIServices) throws {
    let map = try WrittenMap(body["map"] ?? .null)
    try map.check(services.configuration.kinds)
    trial = try MapTrial(map.map, services.configuration.kinds)
    records = body["records"]?.array ?? []
    stream = body["stream"]?.string.flatMap(SourceStream.init(rawValue:)) ?? .hosts
  }

  var answer: APIAnswer {
    get throws { APIRoutes.answer(items: try records.map(json)) }
  }

  private func json(_ record: JSONValue) throws -> JSONValue {
    let preview = try trial.preview(record, as: stream)
    let rows = preview.rows.map { row in
      JSONValue.object([
        "source": .string(row.source), "sourceValue": row.sourceValue ?? .null, "type": .string(row.type.name),
        "value": row.outcome.value?.json ?? .null, "target": .string(row.target), "level": .string(row.level.rawValue),
        "outcome": .string(row.outcome.text),
      ])
    }
    let rejection = MapTrial.rejection(preview, in: stream)
    return .object(["rows": .array(rows), "rejection": rejection.map(JSONValue.string) ?? .null])
  }
}
