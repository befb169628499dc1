import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// Setting a connector up, and changing one, step by step. What was typed is kept as a draft from the first step on, so
/// that people can stop at any of them; a connector that is there already is saved step by step.
extension PageRoutes {
  static let wizardRoutes: [PageRoute] = [
    // Before those of a connector's name: it takes the name `new` from them.
    PageRoute(.get, "/connectors/new", .role(.admin)) { request, context in
      let snapshot = try await context.services.configuration.snapshot()
      return wizard(.connection, .object([]), nil, request, context, snapshot)
    },
    PageRoute(.post, "/connectors/new", .role(.admin)) { request, context in
      try await sent(.connection, nil, request, context)
    },
    PageRoute(.get, "/connectors/{name}/edit/{step}", .role(.admin)) { request, context in
      let snapshot = try await context.services.configuration.snapshot()
      let item = try wizardItem(request.path("name"), snapshot)
      return wizard(try step(request), item.document, item, request, context, snapshot)
    },
    PageRoute(.post, "/connectors/{name}/edit/{step}", .role(.admin)) { request, context in
      try await sent(try step(request), request.path("name"), request, context)
    },
  ]

  private static func path(_ name: String, _ step: WizardStep) -> String {
    "\(ConnectorLink.path(name))/edit/\(step.rawValue)"
  }

  private static func step(_ request: PageRequest) throws -> WizardStep {
    guard let step = WizardStep(rawValue: request.path("step")) else {
      throw Problem(.notFound, "There is no step \"\(request.path("step"))\".")
    }
    return step
  }

  private static func wizardItem(_ name: String, _ snapshot: ConfigurationSnapshot) throws -> ConfigurationItem {
    let key = ConfigurationItem.Key(.connector, name)
    guard let item = snapshot.items[key] else { throw Problem(.notFound, "There is no \(key).") }
    return item
  }

  /// - Parameter name: nil: a connector that is not there yet, whose name the form holds.
  private static func sent(
    _ step: WizardStep, _ name: String?, _ request: PageRequest, _ context: PageContext
  ) async throws -> PageAnswer {
    let services = context.services
    let snapshot = try await services.configuration.snapshot()
    let item = try name.map { try wizardItem($0, snapshot) }
    let known = name ?? request.field("name").trimmed
    let key = ConfigurationItem.Key(.connector, known)
    let fields = WizardFields(step: step, kinds: services.configuration.kinds, snapshot: snapshot)
    let typed = fields.document(request, item?.document ?? .object([]))
    let act = request.field("act")
    let finishes = step == .review && (act == "save" || act == "run")
    let isDraft = (item?.isDraft ?? true) && !finishes
    let tag = request.field("tag")
    do {
      if name == nil, known == "new" {
        throw Problem(.invalid, "A connector can't be called new: its page could not be reached.")
      }
      let change = ItemChange(
        by: try request.signedIn, ifMatch: tag.isEmpty ? nil : "\"\(tag)\"", isDraft: isDraft, services)
      _ = try await change.put(key, typed, isNew: name == nil)
      switch act {
      case "check":
        let saved = try await services.configuration.snapshot()
        let stored = try wizardItem(known, saved)
        let check = try await services.check(stored.document, of: known)
        return wizard(step, stored.document, stored, request, context, saved, check: check)
      case "run":
        try await services.runs.start(.init(connector: known, profile: nil))
        return .see(ConnectorLink.path(known))
      case "next":
        // A draft is kept as it is, but nobody is led on past what is wrong in this step.
        let saved = try await services.configuration.snapshot()
        let stored = try wizardItem(known, saved)
        if let problem = try self.problem(of: stored, step, saved, context) {
          return wizard(step, stored.document, stored, request, context, saved, problem: problem)
        }
        return .see(path(known, step.next ?? .review))
      default: return .see(ConnectorLink.path(known))
      }
    } catch {
      let problem = try FormProblem(error, key)
      // What was typed, but never a secret: those fields are empty again.
      let saved = try await services.configuration.snapshot()
      return wizard(
        step, name == nil ? typed.with("name", .string(known)) : typed, saved.items[key], request, context, saved,
        problem: problem)
    }
  }

  /// What keeps a draft from being a connector, if it is in this step's fields.
  private static func problem(
    of draft: ConfigurationItem, _ step: WizardStep, _ snapshot: ConfigurationSnapshot, _ context: PageContext
  ) throws -> FormProblem? {
    guard draft.isDraft else { return nil }
    var whole = snapshot
    whole.put(ConfigurationItem(.connector, draft.key.name, draft.document))
    do {
      _ = try whole.read(secrets: nil, at: context.services.now())
      return nil
    } catch {
      let problem = try FormProblem(error, draft.key)
      let fields = WizardFields(step: step, kinds: context.services.configuration.kinds, snapshot: snapshot)
      return problem.concerns(fields.groups(draft.document, isNew: false).flatMap(\.fields)) ? problem : nil
    }
  }

  private static func wizard(
    _ step: WizardStep, _ document: JSONValue, _ item: ConfigurationItem?, _ request: PageRequest,
    _ context: PageContext, _ snapshot: ConfigurationSnapshot, problem: FormProblem? = nil,
    check: ConnectionCheck? = nil
  ) -> PageAnswer {
    let fields = WizardFields(step: step, kinds: context.services.configuration.kinds, snapshot: snapshot)
    let groups = fields.groups(document, isNew: item == nil).map { $0.marked(by: problem) }
    let name = item?.key.name
    let steps = WizardStep.allCases.enumerated().map { number, other in
      WizardPage.Step(
        number: number + 1, title: other.title, path: name.map { path($0, other) } ?? "", isCurrent: other == step)
    }
    let shown = WizardShown(document, fields, snapshot, at: context.services.now())
    let model = WizardPage(
      title: name ?? "New connector", steps: steps, stepTitle: step.title, intro: step.intro,
      action: name.map { path($0, step) } ?? "/connectors/new", tag: item?.tag(seed: context.services.store.seed) ?? "",
      isDraft: item?.isDraft ?? true, isNew: item == nil, isReview: step == .review,
      isConnection: step == .connection, problem: problem?.summary ?? "", groups: groups,
      tables: shown.tables, facts: step == .review ? shown.facts : [],
      nextRuns: [.profile, .review].contains(step) ? shown.nextRuns : [], links: shown.links,
      check: check.map(ShownCheck.init), leave: name.map { ConnectorLink.path($0) } ?? "/connectors")
    return .page(
      Page("\(step.title), \(model.title)", in: .connectors, "wizard", model), status: problem == nil ? 200 : 422)
  }
}
