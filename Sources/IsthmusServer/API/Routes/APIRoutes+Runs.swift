import IsthmusCore
import IsthmusIngest
import IsthmusStore

extension APIRoutes {
  static let runRoutes: [Route] = [
    Route(.get, "/runs", "listRuns", .runs, .role(.viewer), "Lists runs, the newest first") { request, services in
      let limit = request.integer("limit") ?? 50
      let filter = try runFilter(request)
      let runs = try await services.store.read { try $0.runs(filter, limit: limit) }
      return answer(items: try runs.map { try $0.row(in: services.store) })
    }.with {
      $0.description = "Read on by `after`, the `run` of the last one that was read."
      $0.parameters = [
        .init("connector", .name, "Of this connector alone."), .init("limit", .integer(1...500), "50 if not said."),
        .init(
          "result", .string(.init(lengths: 1...40)),
          "Those that ended so; `unfinished`: they run, or were interrupted."),
        .init("from", .dateTime, "Started then or later."), .init("until", .dateTime, "Started before."),
        .init("after", .string(.init(lengths: 1...40)), "Only what comes after this run in the list, such as `R12`."),
        .init("oldestFirst", .boolean, "The oldest first."),
      ]
      $0.content = .json(items(.reference("Run")))
    },
    Route(.get, "/runs/{id}", "getRun", .runs, .role(.viewer), "Shows a run with the proof of what it covered") {
      request, services in
      let id: RunID = try request.id("id", "run")
      let (run, coverage) = try await services.store.read { (try $0.run(id), try $0.coverage(of: id)) }
      guard let run, case .object(var members) = try run.row(in: services.store) else { throw missing(id) }
      members.append(.init("coverage", .array(coverage)))
      return .json(.object(members))
    }.with { $0.content = .json(.reference("Run")) },
    Route(
      .get, "/runs/{id}/events", "watchRun", .runs, .role(.viewer),
      "Tells a run's counters each time they change, as server-sent events, until it is over"
    ) { request, services in
      let id: RunID = try request.id("id", "run")
      guard try await services.store.read({ try $0.run(id) }) != nil else { throw missing(id) }
      return EventStream {
        guard let run = try await services.store.read({ try $0.run(id) }) else { return (.null, true) }
        let row = try run.row(in: services.store)
        return (row, row["result"]?.string != "running")
      }.answer
    }.with { $0.content = .other(["text/event-stream"]) },
    Route(.get, "/runs/{id}/log", "getRunLog", .runs, .role(.viewer), "Shows a run's log") { request, services in
      let id: RunID = try request.id("id", "run")
      let lines = try await services.store.read { inventory in
        try inventory.run(id).map { _ in try inventory.log(of: id) }
      }
      guard let lines else { throw missing(id) }
      return answer(items: lines)
    }.with { $0.content = .json(items(logLine)) },
    Route(
      .get, "/runs/{id}/rejects", "listRejects", .runs, .role(.viewer),
      "Lists rows and values that a run could not use"
    ) { request, services in
      let id: RunID = try request.id("id", "run")
      let limit = request.integer("limit") ?? 100
      let rejects = try await services.store.read { inventory -> [JSONValue]? in
        guard try inventory.run(id) != nil else { return nil }
        var rows: [JSONValue] = []
        do {
          try inventory.forEachReject(id) { row in
            if rows.count == limit { throw Enough() }
            rows.append(row)
          }
        } catch is Enough {}
        return rows
      }
      guard let rejects else { throw missing(id) }
      return answer(items: rejects)
    }.with {
      $0.parameters = [.init("limit", .integer(1...1000), "100 if not said.")]
      $0.content = .json(items(rejectSchema))
    },
    Route(.post, "/connectors/{name}/runs", "startRun", .runs, .role(.operator), "Runs a connector now") {
      request, services in
      let profile = request.json?["profile"]?.string
      let isStaged = request.json?["stage"] == .bool(true)
      try await services.runs.start(
        .init(connector: request.path("name"), profile: profile, isStaged: isStaged))
      return .json(.object(["connector": .string(request.path("name")), "asked": .bool(true)]), status: 202)
    }.with {
      $0.description = "It begins when the connector is free; see the connector's status."
      $0.body = .init(
        .object(
          .init("profile", .name, "One profile; each active one if not said."),
          .init("stage", .boolean, "Only tries it: the run tells what it would do, and can be applied.")),
        isRequired: false)
      $0.status = 202
      $0.content = .json(asked)
      $0.problems = [.conflict]
    },
    Route(.post, "/runs/{id}/cancel", "cancelRun", .runs, .role(.operator), "Asks a run to stop at its next page") {
      request, services in
      let id: RunID = try request.id("id", "run")
      guard try await services.store.read({ try $0.run(id) }) != nil else { throw missing(id) }
      try await services.runs.cancel(id)
      return .json(.object(["run": .string(id.description), "asked": .bool(true)]), status: 202)
    }.with {
      $0.status = 202
      $0.content = .json(asked)
      $0.problems = [.conflict]
    },
    played(
      "apply", "applyRun", "Brings a staged run in",
      .init("anyway", .boolean, "Also if the connector or its configuration has changed since.")
    ) { .apply(anyway: $0.flag("anyway")) },
    played(
      "replay", "replayRun", "Brings the connector's last whole run in once more, through the present map", nil
    ) { _ in .replay },
    Route(
      .delete, "/runs/{id}/kept", "discardRun", .runs, .role(.operator),
      "Throws a staged run away, or the pages that another one kept"
    ) { request, services in
      let id: RunID = try request.id("id", "run")
      guard try await services.store.read({ try $0.run(id) }) != nil else { throw missing(id) }
      try await services.runs.discard(id)
      return .nothing
    }.with {
      $0.status = 204
      $0.problems = [.conflict]
    },
    Route(
      .post, "/runs/{id}/approve", "approveRun", .runs, .role(.operator),
      "Says yes to a held run: what it did not see is closed"
    ) { request, services in
      let id: RunID = try request.id("id", "run")
      guard try await services.store.read({ try $0.run(id) }) != nil else { throw missing(id) }
      let approval = try await services.runs.approve(id)
      return .json(
        .object([
          "run": .string(id.description), "closed": approval.closed.json,
          "error": approval.failure?.json ?? .null,
        ]))
    }.with {
      $0.content = .json(
        .answer(
          .init("run", .text, required: true), .init("closed", .reference("RunCounters"), required: true),
          .init("error", .nullable(.reference("RunError")), required: true, "What is still to be decided.")))
      $0.problems = [.conflict]
    },
  ]

  private static func runFilter(_ request: APIRequest) throws -> RunFilter {
    var filter = RunFilter(connector: request.value("connector"))
    filter.result = request.value("result")
    filter.from = request.value("from").flatMap { Timestamp(iso8601: $0) }
    filter.until = request.value("until").flatMap { Timestamp(iso8601: $0) }
    filter.isOldestFirst = request.flag("oldestFirst")
    if let text = request.value("after") {
      guard let last = RunID(text: text) else { throw Problem(.badRequest, "after: \"\(text)\" is no run's id.") }
      filter.after = last
    }
    return filter
  }

  private static func played(
    _ verb: String, _ name: String, _ summary: String, _ parameter: Route.Parameter?,
    _ play: @escaping @Sendable (APIRequest) -> RunControl.Play
  ) -> Route {
    Route(.post, "/runs/{id}/\(verb)", name, .runs, .role(.operator), summary) { request, services in
      let id: RunID = try request.id("id", "run")
      guard try await services.store.read({ try $0.run(id) }) != nil else { throw missing(id) }
      try await services.runs.play(id, play(request))
      return .json(.object(["run": .string(id.description), "asked": .bool(true)]), status: 202)
    }.with {
      $0.description = "It shows as a run of its own, which says `replayOf` this one."
      $0.parameters = parameter.map { [$0] } ?? []
      $0.status = 202
      $0.content = .json(.reference("Record"))
      $0.problems = [.conflict]
    }
  }

  private struct Enough: Error {}

  private static func missing(_ id: RunID) -> Problem { Problem(.notFound, "There is no run \(id).") }
}
