import IsthmusConfiguration
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

struct RunsPage: Sendable {
  let runs: [RunLine]
  let hasRuns: Bool
  let connectors: [FormOption]
  let isFiltered: Bool
  /// Empty where there are no more, or no more are shown.
  let morePath: String
}

extension PageRoutes {
  private static let runsAtFirst = 50
  private static let mostRuns = 500

  static let runRoutes: [PageRoute] = [
    PageRoute(.get, "/runs", .role(.viewer)) { request, context in
      let connector = request.value("connector").flatMap { $0.isEmpty ? nil : $0 }
      let limit = min(max(request.value("limit").flatMap { Int($0) } ?? runsAtFirst, 1), mostRuns)
      let store = context.services.store
      let found = try await store.read { try $0.runs(connector: connector, limit: limit + 1) }
      let names = try await context.services.configuration.snapshot().items(of: .connector).map(\.key.name)
      let more = found.count > limit && limit < mostRuns
      let address = ViewAddress(
        "/runs", [("connector", connector ?? ""), ("limit", String(min(limit * 2, mostRuns)))])
      let model = RunsPage(
        runs: try found.prefix(limit).map { RunLine(try $0.row(in: store)) }, hasRuns: !found.isEmpty,
        connectors: FormOption.list(names.map { ($0, $0) }, chosen: connector ?? ""),
        isFiltered: connector != nil, morePath: more ? address.text : "")
      return .page(Page("Runs", in: .runs, "runs", model))
    },
    PageRoute(.get, "/runs/{id}", .role(.viewer)) { request, context in
      let id: RunID = try request.id("run")
      let store = context.services.store
      let content = try await store.read { inventory -> RunPage.Content? in
        guard let run = try inventory.run(id) else { return nil }
        var rejects: [JSONValue] = []
        do {
          try inventory.forEachReject(id) { reject in
            if rejects.count == RunPage.mostRejects { throw EnoughRejects() }
            rejects.append(reject)
          }
        } catch is EnoughRejects {}
        return RunPage.Content(
          row: try run.row(in: store), coverage: try inventory.coverage(of: id), log: try inventory.log(of: id),
          rejects: rejects, preview: try inventory.preview(of: id),
          hasKeptPages: try !inventory.kept.keptParts(of: id).isEmpty)
      }
      guard let content else { throw missing(id) }
      let model = RunPage(content, role: request.caller?.principal.role ?? .viewer)
      return .page(Page("Run \(id)", in: .runs, "run", model))
    },
    act("cancel") { runs, id, _ in try await runs.cancel(id) },
    act("approve") { runs, id, _ in _ = try await runs.approve(id) },
    act("apply") { try await $0.play($1, .apply(anyway: $2.isChecked("anyway"))) },
    act("replay") { runs, id, _ in try await runs.play(id, .replay) },
    act("discard") { runs, id, _ in try await runs.discard(id) },
  ]

  private struct EnoughRejects: Error {}

  private static func missing(_ id: RunID) -> Problem { Problem(.notFound, "There is no run \(id).") }

  /// Something that an operator does with a run, through what the interface's route does it with.
  private static func act(
    _ verb: String, _ body: @escaping @Sendable (RunControl, RunID, PageRequest) async throws -> Void
  ) -> PageRoute {
    PageRoute(.post, "/runs/{id}/\(verb)", .role(.operator)) { request, context in
      let id: RunID = try request.id("run")
      guard let run = try await context.services.store.read({ try $0.run(id) }) else { throw missing(id) }
      try await body(context.services.runs, id, request)
      // What is played shows as a run of its own, on its connector's page.
      let isPlayed = verb == "apply" || verb == "replay"
      return .see(isPlayed ? ConnectorLink.path(run.connectorName) : "/runs/\(id)")
    }
  }
}
