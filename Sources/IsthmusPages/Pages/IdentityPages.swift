import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

extension PageRoutes {
  static let identityRoutes: [PageRoute] = [
    PageRoute(.get, "/ambiguous", .role(.viewer)) { request, context in
      let (seed, at) = (context.services.store.seed, context.services.now())
      let cases = try await context.services.store.read {
        try AssetExplanation($0, seed: seed, at: at).ambiguities()
      }
      let canChange = try request.signedIn.role >= .operator
      return .page(
        Page("Unclear hosts", in: .assets, "ambiguous", AmbiguousPage(cases, canChange: canChange)))
    },
    PageRoute(.get, "/assets/{id}/merge", .role(.operator)) { request, context in
      do {
        return try await comparison(request, context, with: request.value("with") ?? "", problem: "")
      } catch {
        let problem = try FormProblem(error).summary
        return try await assetPage(request, context, IdentityForm(act: .merge, problem: problem))
      }
    },
    PageRoute(.post, "/assets/{id}/merge", .role(.operator)) { request, context in
      let id: AssetID = try request.id("host")
      let other = request.field("with")
      return try await act(request, context, comparedWith: other) { service in
        try await service.merge(id, with: try asset(other), reason: request.field("reason"))
      }
    },
    PageRoute(.post, "/assets/{id}/apart", .role(.operator)) { request, context in
      let id: AssetID = try request.id("host")
      let others = request.fields("from")
      return try await act(request, context, comparedWith: others.first ?? "") { service in
        try await service.keepApart(id, from: try others.map(asset), reason: request.field("reason"))
      }
    },
    PageRoute(.post, "/assets/{id}/split", .role(.operator)) { request, context in
      let id: AssetID = try request.id("host")
      do {
        _ = try await context.services.inventory.by(try request.signedIn.actor)
          .split(id, sources: request.fields("source"), reason: request.field("reason"))
        return .see("/assets/\(id)")
      } catch {
        let problem = try FormProblem(error).summary
        return try await assetPage(request, context, IdentityForm(act: .split, problem: problem))
      }
    },
    PageRoute(.post, "/assets/{id}/undo", .role(.operator)) { request, context in
      let id: AssetID = try request.id("host")
      do {
        guard let step = Int64(request.field("step")) else { throw Problem(.invalid, "Choose a step to undo.") }
        _ = try await context.services.inventory.by(try request.signedIn.actor).undo(step: step)
        return .see("/assets/\(id)")
      } catch {
        let problem = try FormProblem(error).summary
        return try await assetPage(request, context, IdentityForm(act: .undo, problem: problem))
      }
    },
  ]

  /// - Parameter form: What could not be done of what a form asked for.
  static func assetPage(
    _ request: PageRequest, _ context: PageContext, _ form: IdentityForm? = nil
  ) async throws -> PageAnswer {
    let id: AssetID = try request.id("host")
    let fixed = try request.values("fix").map { text in
      guard let finding = FindingID(text: text) else { throw Problem(.badRequest, "\"\(text)\" is no finding's id.") }
      return finding
    }
    let (seed, at) = (context.services.store.seed, context.services.now())
    let found = try await context.services.store.read { inventory -> (JSONValue, JSONValue)? in
      let reader = try AssetExplanation(inventory, seed: seed, at: at)
      guard let record = try reader.record(of: id), let explanation = try reader.explanation(of: id, fixing: fixed)
      else { return nil }
      return (record, explanation)
    }
    guard let (record, explanation) = found else { throw Problem(.notFound, "There is no host \(id).") }
    let identity = IdentityPart(explanation["identification"], form, request)
    let model = AssetPage(record, explanation, role: request.caller?.principal.role ?? .viewer, identity: identity)
    return .page(Page(model.name, in: .assets, "asset", model), status: form == nil ? 200 : 422)
  }

  private static func asset(_ text: String) throws -> AssetID {
    guard let id = AssetID(text: text.trimmingPrefix(while: \.isWhitespace).uppercased()) else {
      throw Problem(.invalid, text.isEmpty ? "Name the other host." : "\"\(text)\" is no host's id, such as A12.")
    }
    return id
  }

  private static func comparison(
    _ request: PageRequest, _ context: PageContext, with text: String, problem: String
  ) async throws -> PageAnswer {
    let (id, other): (AssetID, AssetID) = (try request.id("host"), try asset(text))
    if id == other { throw Problem(.invalid, "\(id) is this host. Name another one.") }
    let (seed, at) = (context.services.store.seed, context.services.now())
    let (one, two) = try await context.services.store.read { inventory in
      let reader = try AssetExplanation(inventory, seed: seed, at: at)
      return (try reader.record(of: id), try reader.record(of: other))
    }
    guard let one, let two else { throw Problem(.notFound, "There is no host \(one == nil ? id : other).") }
    let back = request.value("back") ?? request.field("back")
    let model = ComparePage(one, two, reason: request.field("reason"), back: back, problem: problem)
    return .page(Page("\(id) and \(other)", in: .assets, "compare", model), status: problem.isEmpty ? 200 : 422)
  }

  /// Leads to the host that is left, or to where the form was.
  private static func act(
    _ request: PageRequest, _ context: PageContext, comparedWith other: String,
    _ body: (InventoryService) async throws -> IdentityChange
  ) async throws -> PageAnswer {
    let id: AssetID = try request.id("host")
    do {
      let change = try await body(context.services.inventory.by(try request.signedIn.actor))
      if !request.field("back").isEmpty { return .see(localPath(request.field("back"))) }
      let left = change.assets.first { $0.id == id }?.mergedInto ?? id
      return .see("/assets/\(left)")
    } catch {
      let problem = try FormProblem(error).summary
      guard AssetID(text: other) != nil else { throw Problem(.invalid, problem) }
      return try await comparison(request, context, with: other, problem: problem)
    }
  }
}
