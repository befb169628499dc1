import IsthmusConfiguration
package import IsthmusCore
import IsthmusIngest
import IsthmusStore

/// How a connector stands: its state, its last run, when the next ones are.
package struct ConnectorStatus: Sendable {
  /// Times that are shown ahead.
  private static let upcoming = 5

  package let name: String
  /// nil: a draft.
  let state: ConnectorState?
  package let lastRun: JSONValue?
  let nextRuns: [ScheduledConnector.PlannedRun]

  /// - Parameter connector: nil for a draft.
  init(
    _ name: String, _ connector: ConnectorConfiguration?, _ inventory: any InventoryReader,
    in store: any InventoryStore, at: Timestamp
  ) throws {
    self.name = name
    let runs = try inventory.runs(connector: name, limit: 20)
    lastRun = try runs.first.map { try $0.row(in: store) }
    guard let connector else {
      (state, nextRuns) = (nil, [])
      return
    }
    let scheduled = ScheduledConnector(
      name: name,
      profiles: connector.profiles.map {
        ScheduledProfile(name: $0.name, isActive: $0.isActive, schedule: $0.schedule)
      })
    nextRuns = scheduled.upcoming(Self.upcoming, after: at)
    let glances = try runs.map { run in
      RunGlance(run, isOn: try run.shownResult(in: store) == "running", expected: run.expected)
    }
    state = ConnectorState(next: nextRuns.first?.at, runs: glances)
  }

  package var json: JSONValue {
    .object([
      "connector": .string(name), "state": .string(state?.name ?? "draft"), "progress": progress,
      "nextRuns": .array(
        nextRuns.map { .object(["profile": .string($0.profile), "at": .string($0.at.description)]) }),
      "lastRun": lastRun ?? .null,
    ])
  }

  private var progress: JSONValue {
    switch state {
    case .processing(let figure): Self.json("hosts", figure)
    case .processed(let figure?, _): Self.json("findings", figure)
    case .registered, .scheduled, .processed(nil, _), nil: .null
    }
  }

  private static func json(_ stream: String, _ figure: RunFigure) -> JSONValue {
    .object([
      "stream": .string(stream), "received": .integer(Int64(figure.received)),
      "expected": figure.expected.map { .integer(Int64($0)) } ?? .null,
      "share": figure.share.map(JSONValue.number) ?? .null,
    ])
  }

  static let schema = Schema.answer(
    .init("connector", .text, required: true),
    .init("state", .choice(["draft", "registered", "scheduled", "processing", "processed"]), required: true),
    .init(
      "progress",
      .nullable(
        .answer(
          .init("stream", .text, required: true), .init("received", .count, required: true),
          .init("expected", .nullable(.count), required: true), .init("share", .nullable(.number), required: true))),
      required: true, "Of the run that is on."),
    .init(
      "nextRuns", .list(.answer(.init("profile", .text, required: true), .init("at", .dateTime, required: true))),
      required: true, "At most five."),
    .init("lastRun", .nullable(.reference("Run")), required: true))
}

extension APIServices {
  /// The status of one connector; nil if there is none of this name.
  package func status(of name: String) async throws -> ConnectorStatus? {
    try await statuses().first { $0.name == name }
  }

  /// Of all connectors, by name.
  package func statuses() async throws -> [ConnectorStatus] {
    let at = now()
    let snapshot = try await configuration.snapshot()
    let connectors = try snapshot.read(secrets: nil, at: at).connectors
    return try await store.read { [store] inventory in
      try snapshot.items(of: .connector).map { item in
        let connector = connectors.first { $0.name == item.key.name }
        return try ConnectorStatus(item.key.name, item.isDraft ? nil : connector, inventory, in: store, at: at)
      }
    }
  }
}
