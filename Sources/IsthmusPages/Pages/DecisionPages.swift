import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// A decision on findings, as it was typed.
struct DecisionForm: Sendable {
  /// Those that were chosen in a list.
  var findings: [String] = []
  var isIgnored = false
  var isAccepted = false
  /// Of findings by a query: that decisions are taken back.
  var isReopened = false
  var reason = ""
  var until = ""
  /// Why it could not be made; empty at first.
  var problem = ""

  init() {}

  init(_ request: PageRequest) {
    findings = request.fields("finding")
    isIgnored = request.field("decision") == FindingDecision.Kind.ignored.rawValue
    isAccepted = request.field("decision") == FindingDecision.Kind.riskAccepted.rawValue
    isReopened = request.field("decision") == "reopen"
    reason = request.field("reason")
    until = request.field("until")
  }

  /// - Throws: A problem of kind `invalid` if nothing was chosen.
  func kind() throws -> FindingDecision.Kind {
    if isIgnored { return .ignored }
    if isAccepted { return .riskAccepted }
    throw Problem(.invalid, "Choose whether to ignore or to accept the risk.")
  }

  /// The beginning of the day, as on the command line.
  ///
  /// - Returns: nil for no end.
  func end() throws -> Timestamp? {
    if until.isEmpty { return nil }
    guard let day = PageRoutes.startOfDay(until) else {
      throw Problem(.invalid, "\"\(until)\" is no day: write it as 2026-12-31, or leave it empty.")
    }
    return day
  }
}

extension PageRoutes {
  static let decisionRoutes: [PageRoute] = [
    PageRoute(.post, "/findings/{id}/decision", .role(.operator)) { request, context in
      let form = DecisionForm(request)
      return try await decide(request, context, form) { (try form.kind(), try form.end()) }
    },
    PageRoute(.post, "/findings/{id}/take-back", .role(.operator)) { request, context in
      try await decide(request, context, DecisionForm(request)) { (nil, nil) }
    },
    PageRoute(.post, "/findings/decision", .role(.operator)) { request, context in
      var form = DecisionForm(request)
      var view = ListView(.finding, request)
      do {
        let ids = form.findings.compactMap { FindingID(text: $0) }
        if ids.isEmpty { throw Problem(.invalid, "Choose at least one finding in the list above.") }
        let change = try await context.services.inventory.by(try request.signedIn.actor)
          .decide(.listed(ids), try form.kind(), reason: form.reason, until: try form.end())
        let count = change.findings.count(where: \.isChanged)
        return .see(view.address.with("decided", String(count)).text)
      } catch {
        form.problem = try FormProblem(error).summary
        view.form = form
        return try await view.page(context)
      }
    },
  ]

  private static func decide(
    _ request: PageRequest, _ context: PageContext, _ form: DecisionForm,
    _ decision: () throws -> (FindingDecision.Kind?, Timestamp?)
  ) async throws -> PageAnswer {
    let id: FindingID = try request.id("finding")
    do {
      let (kind, until) = try decision()
      _ = try await context.services.inventory.by(try request.signedIn.actor)
        .decide(.listed([id]), kind, reason: form.reason, until: until)
      return .see("/findings/\(id)")
    } catch {
      var form = form
      form.problem = try FormProblem(error).summary
      return try await findingPage(request, context, form)
    }
  }

  static func findingPage(
    _ request: PageRequest, _ context: PageContext, _ form: DecisionForm = DecisionForm()
  ) async throws -> PageAnswer {
    let id: FindingID = try request.id("finding")
    let at = context.services.now()
    let found = try await context.services.store.read { inventory -> (JSONValue, FindingPage.Effect?)? in
      guard let record = try inventory.finding(id) else { return nil }
      return (record, try FindingPage.Effect(of: record, inventory, at: at))
    }
    guard let (record, effect) = found else { throw Problem(.notFound, "There is no finding \(id).") }
    let model = FindingPage(
      record, effect, role: request.caller?.principal.role ?? .viewer, now: at, form: form)
    return .page(Page(model.title, in: .findings, "finding", model), status: form.problem.isEmpty ? 200 : 422)
  }
}
