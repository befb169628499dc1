import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// One step of setting a connector up, or of changing one: as it is shown, and what is sent from it. What was typed is
/// kept as a draft from the first step on; a connector that is there already is saved step by step.
struct Wizard: Sendable {
  let request: PageRequest
  let context: PageContext
  let snapshot: ConfigurationSnapshot
  /// nil: a connector that is not there yet, whose name the form holds.
  let item: ConfigurationItem?
  var fields: WizardFields

  /// - Parameters:
  ///   - name: nil for a new connector.
  ///   - profile: The number of a profile, or `new`; nil for the first one.
  init(
    _ step: WizardStep, of name: String?, profile: String?, _ request: PageRequest, _ context: PageContext
  ) async throws {
    self.request = request
    self.context = context
    snapshot = try await context.services.configuration.snapshot()
    fields = WizardFields(step: step, kinds: context.services.configuration.kinds, snapshot: snapshot)
    guard let name else {
      item = nil
      return
    }
    let key = ConfigurationItem.Key(.connector, name)
    guard let item = snapshot.items[key] else { throw Problem(.notFound, "There is no \(key).") }
    self.item = item
    let count = item.document["profiles"]?.array?.count ?? 0
    guard let profile, !profile.isEmpty else { return }
    guard let number = profile == "new" ? count : Int(profile), (0...count).contains(number) else {
      throw Problem(.notFound, "The \(key) has no profile \(profile).")
    }
    fields.profile = number
  }

  var step: WizardStep { fields.step }

  static func path(_ name: String, _ step: WizardStep) -> String {
    "\(ConnectorLink.path(name))/edit/\(step.rawValue)"
  }

  // MARK: - Sent

  func sent() async throws -> PageAnswer {
    let act = request.field("act")
    let name = item?.key.name ?? request.field("name").trimmed
    let key = ConfigurationItem.Key(.connector, name)
    var typed = fields.document(request, item?.document ?? .object([]))
    if step == .scoring, act == "show" { return try await page(typed) }
    let scores = step == .scoring ? fields.scoreMap(request, of: name) : nil
    if let scores { typed = typed.with("scoreMap", .string(scores.name)) }
    // Rows that are not kept yet are shown beside the map that they were made from.
    let again = scores?.own == nil ? typed : typed.with("scoreMap", .string(request.field("shown-map")))
    var isSaved = item != nil
    do {
      if item == nil, name == "new" {
        throw Problem(.invalid, "A connector can't be called new: its page could not be reached.")
      }
      if step == .profile, act == "remove", let item {
        typed = try ProfileFields(fields, item.document).removed()
      }
      if act == "copy" { typed = typed.with("transformMap", .string(try await copyMap())) }
      let isPreview = act == "preview"
      let outcome = try await put(key, typed, scores?.own, isPreview: isPreview)
      if isPreview { return try await shown(again, scores?.own, effects: effects(outcome, scores)) }
      isSaved = true
      return try await after(act, name, ownsScores: scores?.own != nil)
    } catch {
      let map = ConfigurationItem.Key(.scoreMap, scores?.name ?? "")
      let problem = try FormProblem(error, of: key, map)
      // What was typed, but never a secret: those fields are empty again.
      var wizard = try await Wizard(step, of: isSaved ? name : nil, profile: nil, request, context)
      wizard.fields.profile = fields.profile
      return try await wizard.shown(again.with("name", .string(name)), scores?.own, problem: problem)
    }
  }

  private func effects(_ outcome: ConfigurationOutcome, _ scores: (name: String, own: JSONValue?)?) -> [String] {
    let kept = scores.flatMap { $0.own == nil ? nil : "The rows would be kept as the score map \"\($0.name)\"." }
    return [kept].compactMap { $0 } + outcome.scoreEffects
  }

  /// - Parameter scores: A score map of the connector's own, saved in the same transaction.
  private func put(
    _ key: ConfigurationItem.Key, _ document: JSONValue, _ scores: JSONValue?, isPreview: Bool
  ) async throws -> ConfigurationOutcome {
    let finishes = step == .review && ["save", "run"].contains(request.field("act"))
    let isDraft = (item?.isDraft ?? true) && !finishes
    let tag = request.field("tag")
    let change = ItemChange(
      by: try request.signedIn, ifMatch: tag.isEmpty ? nil : "\"\(tag)\"", isDraft: isDraft, context.services)
    guard let scores, let item else {
      return try await change.put(key, document, isNew: item == nil, isPreview: isPreview)
    }
    let map = ConfigurationItem(.scoreMap, scores["name"]?.string ?? "", scores)
    let connector = ConfigurationItem(.connector, key.name, document, isDraft: item.isDraft)
    let (seed, mapTag) = (context.services.store.seed, request.field("shown-tag"))
    return try await change.change(key, isPreview: isPreview) { snapshot in
      if let known = snapshot.items[map.key], known.tag(seed: seed) != mapTag {
        throw Problem(
          .changedMeanwhile, "The \(map.key) is not as it was when you read it. Read it again, and change that.")
      }
      var items = snapshot.items
      items[map.key] = map
      items[key] = connector
      return items
    }
  }

  /// - Returns: The copy's name.
  private func copyMap() async throws -> String {
    let (original, name) = (request.field("transformMap"), request.field("copy").trimmed)
    guard let entry = snapshot.maps[original] else {
      throw Problem(.invalid, "There is no transform map \"\(original)\" to copy.")
    }
    guard !name.isEmpty else { throw Problem(.invalid, "The copy of \"\(original)\" needs a name.") }
    _ = try await ItemChange(by: try request.signedIn, ifMatch: nil, context.services)
      .put(.init(.transformMap, name), try ConfigurationItem(entry).document, isNew: true)
    return name
  }

  /// What comes once it is saved.
  private func after(_ act: String, _ name: String, ownsScores: Bool) async throws -> PageAnswer {
    let services = context.services
    func saved(_ step: WizardStep, profile: String? = nil) async throws -> Wizard {
      try await Wizard(step, of: name, profile: profile, request, context)
    }
    switch act {
    case "check":
      let wizard = try await saved(step)
      guard let stored = wizard.item else { return .see("/connectors") }
      return try await wizard.page(stored.document, check: try await services.check(stored.document, of: name))
    case "run":
      try await services.runs.start(.init(connector: name, profile: nil))
      return .see(ConnectorLink.path(name))
    case "copy", "remove": return .see(Self.path(name, step))
    case "next", "more":
      // A draft is kept as it is, but nobody is led on past what is wrong in this step.
      let number = request.field("number")
      var wizard = try await saved(step, profile: number == "new" ? nil : number)
      if let problem = try wizard.draftProblem(), let stored = wizard.item {
        if step == .profile, let index = problem.index(in: "/profiles") { wizard.fields.profile = index }
        if wizard.concerns(problem) { return try await wizard.page(stored.document, problem: problem) }
      }
      if act == "more" { return .see("\(Self.path(name, step))?profile=new") }
      return .see("\(Self.path(name, step.next ?? .review))\(ownsScores ? "?own" : "")")
    default: return .see(ConnectorLink.path(name))
    }
  }

  // MARK: - What is wrong

  /// What keeps a draft from being a connector.
  private func draftProblem() throws -> FormProblem? {
    guard let draft = item, draft.isDraft else { return nil }
    var whole = snapshot
    whole.put(ConfigurationItem(.connector, draft.key.name, draft.document))
    do {
      _ = try whole.read(secrets: nil, at: context.services.now())
      return nil
    } catch {
      return try FormProblem(error, of: draft.key)
    }
  }

  private func concerns(_ problem: FormProblem) -> Bool {
    guard let item else { return false }
    return problem.concerns(fields.groups(item.document, isNew: false).flatMap(\.allFields))
  }

  /// The step in which the draft's problem is mended.
  private func place(of problem: FormProblem) -> WizardStep {
    WizardStep.allCases.first { step in
      var wizard = self
      wizard.fields = WizardFields(
        step: step, kinds: fields.kinds, snapshot: snapshot, profile: problem.index(in: "/profiles") ?? 0)
      return wizard.concerns(problem)
    } ?? .connection
  }

  // MARK: - Shown

  private func shown(
    _ document: JSONValue, _ scores: JSONValue?, problem: FormProblem? = nil, effects: [String] = []
  ) async throws -> PageAnswer {
    var wizard = self
    wizard.fields.typedScores = scores
    return try await wizard.page(document, problem: problem, effects: effects)
  }

  func page(
    _ document: JSONValue, problem: FormProblem? = nil, check: ConnectionCheck? = nil, effects: [String] = []
  ) async throws -> PageAnswer {
    var groups = fields.groups(document, isNew: item == nil)
    if let item, step == .scoring, !item.isDraft {
      for index in groups.indices {
        let map = fields.typedScores ?? fields.scores(named: WizardFields.scoreMap(document)) ?? .object([])
        try await groups[index].scores?.offer(map, to: [item.key.name], context)
      }
    }
    let shown = WizardShown(document, fields, at: context.services.now())
    let name = item?.key.name
    let draftProblem = step == .review && problem == nil ? try draftProblem() : problem
    let sections =
      step == .review
      ? shown.sections(problem: draftProblem.map { ($0.summary, place(of: $0)) }) { step in
        name.map { Self.path($0, step) } ?? ""
      } : []
    let model = model(
      shown, groups.map { $0.marked(by: problem) }, sections, problem: problem, check: check,
      effects: effects + notices(document))
    return .page(
      Page("\(step.title), \(model.title)", in: .connectors, "wizard", model), status: problem == nil ? 200 : 422)
  }

  /// Says where rows went that were typed in the scoring step.
  private func notices(_ document: JSONValue) -> [String] {
    let map = WizardFields.scoreMap(document)
    guard request.value("own") != nil, map != ScoreMap.standard.name else { return [] }
    return [
      "The rows that you typed are kept as the score map \"\(map)\", which you find under Configuration, Score maps."
    ]
  }
}
