import IsthmusConfiguration
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

extension PageRoutes {
  static let runRoutes: [PageRoute] = [
    PageRoute(.get, "/runs", .role(.viewer)) { try await RunsView($0).page($1) },
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
