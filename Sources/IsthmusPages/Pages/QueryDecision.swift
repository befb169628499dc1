import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// A decision on all findings that a query finds: how many that would be, then the reason and a confirmation.
struct QueryDecisionPage: Sendable {
  let query: String
  /// `12 findings`.
  let found: String
  let hosts: String
  let open: String
  let decided: String
  let isNone: Bool
  /// As the form sends it back: a query may find more by then.
  let count: Int
  let listPath: String
  let path: String
  let form: DecisionForm

  init(_ totals: FindingTotals, query: String, view: ViewAddress, _ form: DecisionForm) {
    func number(_ count: Int, _ one: String, _ several: String) -> String {
      "\(Shown.number(Int64(count))) \(count == 1 ? one : several)"
    }
    self.query = query
    found = number(totals.findings, "finding", "findings")
    hosts = number(totals.hosts, "host", "hosts")
    open = Shown.number(Int64(totals.open))
    decided = Shown.number(Int64(totals.decided))
    isNone = totals.findings == 0
    count = totals.findings
    listPath = view.text
    path = ViewAddress(Self.address, view.parameters).text
    self.form = form
  }

  static let address = "/findings/decision/all"
}

extension PageRoutes {
  static let queryDecisionRoutes: [PageRoute] = [
    PageRoute(.get, QueryDecisionPage.address, .role(.operator)) { try await queryDecision($0, $1, DecisionForm()) },
    PageRoute(.post, QueryDecisionPage.address, .role(.operator)) { request, context in
      var form = DecisionForm(request)
      let view = ListView(.finding, request)
      do {
        let query = try query(of: view, context)
        guard request.isChecked("confirmed"), let seen = Int(request.field("count")) else {
          throw Problem(.invalid, "Confirm that all of them are meant.")
        }
        let totals = try await context.services.store.read { try $0.totals(ofFindings: query) }
        guard totals.findings <= seen else {
          throw Problem(
            .invalid,
            "The query finds \(totals.findings) findings now, \(seen) when this page was made. Look at them and confirm anew."
          )
        }
        let kind = form.isReopened ? nil : try form.kind()
        // A run may bring more in before the decision is made: it is then refused, as a whole.
        let change = try await context.services.inventory.by(try request.signedIn.actor)
          .decide(.found(query, most: seen), kind, reason: form.reason, until: kind == nil ? nil : try form.end())
        let count = change.findings.count(where: \.isChanged)
        return .see(view.address.with("decided", String(count)).text)
      } catch {
        form.problem = try FormProblem(error).summary
        return try await queryDecision(request, context, form)
      }
    },
  ]

  private static func query(of view: ListView, _ context: PageContext) throws -> Query {
    guard !view.whole.isEmpty else {
      throw Problem(.badRequest, "Search first: this decides on what a query or a filter of the list finds.")
    }
    return try Query(view.whole, for: .finding, now: context.services.now())
  }

  private static func queryDecision(
    _ request: PageRequest, _ context: PageContext, _ form: DecisionForm
  ) async throws -> PageAnswer {
    let view = ListView(.finding, request)
    let query = try query(of: view, context)
    let totals = try await context.services.store.read { try $0.totals(ofFindings: query) }
    let model = QueryDecisionPage(
      totals, query: view.whole, view: view.address.without("cursor").without("decided"), form)
    return .page(
      Page("Decide on \(model.found)", in: .findings, "query-decision", model),
      status: form.problem.isEmpty ? 200 : 422)
  }
}
