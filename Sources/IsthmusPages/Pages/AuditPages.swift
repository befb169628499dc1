import IsthmusCore
import IsthmusServer
import IsthmusStore

/// Who changed what and when, with what was there before and after.
struct AuditPage: Sendable {
  struct Entry: Sendable {
    let at: String
    let actor: String
    let address: String
    let action: String
    let subject: String
    let subjectPath: String
    let changes: [Change]
  }

  struct Change: Sendable {
    let name: String
    let before: String
    let after: String
  }

  let tabs = Tab.administration("/administration/audit")
  let actor: String
  let subject: String
  let action: String
  let since: String
  let problem: String
  let entries: [Entry]
  let isEmpty: Bool
  let next: String
  let first: String
}

extension PageRoutes {
  static let auditRoutes: [PageRoute] = [
    PageRoute(.get, "/administration/audit", .role(.admin)) { request, context in
      func chosen(_ name: String) -> String? { request.value(name).flatMap { $0.isEmpty ? nil : $0 } }
      let since = chosen("since")
      let from = since.flatMap(startOfDay)
      let problem = since == nil || from != nil ? "" : "\"\(since ?? "")\" is no day: write it as 2026-06-01."
      let filter = AuditFilter(
        actor: chosen("actor"), subject: chosen("subject"), action: chosen("action"), since: from,
        below: chosen("below").flatMap(Int64.init), limit: auditRows + 1)
      // One more than is shown: whether there is a next page.
      let found = try await context.services.access.audit.entries(filter, by: try request.signedIn)
      let (shown, address) = (found.prefix(auditRows), ViewAddress("/administration/audit", request.query))
      let next = found.count > auditRows ? shown.last.map { address.with("below", String($0.number)).text } : nil
      let model = AuditPage(
        actor: chosen("actor") ?? "", subject: chosen("subject") ?? "", action: chosen("action") ?? "",
        since: since ?? "", problem: problem, entries: shown.map(auditEntry), isEmpty: shown.isEmpty,
        next: next ?? "", first: chosen("below") == nil ? "" : address.without("below").text)
      return .page(
        Page("Audit log", in: .administration, "audit", model), status: problem.isEmpty ? 200 : 422)
    }
  ]

  private static let auditRows = 100

  /// Of `2026-06-01`, UTC.
  static func startOfDay(_ text: String) -> Timestamp? {
    text.count == 10 ? Timestamp(iso8601: text + "T00:00:00Z") : nil
  }

  private static func auditEntry(_ stored: StoredAuditEntry) -> AuditPage.Entry {
    let entry = stored.entry
    return AuditPage.Entry(
      at: Shown.time(entry.at.description), actor: entry.actor.name, address: entry.actor.address ?? "",
      action: entry.action, subject: entry.subject,
      subjectPath: ViewAddress("/administration/audit", [("subject", entry.subject)]).text,
      changes: auditChanges(entry.before, entry.after))
  }

  /// The members that are not the same before and after.
  static func auditChanges(_ before: JSONValue?, _ after: JSONValue?) -> [AuditPage.Change] {
    func members(_ value: JSONValue?) -> [JSONValue.Member] {
      if case .object(let members)? = value { members } else { [] }
    }
    let (old, new) = (members(before), members(after))
    if old.isEmpty, new.isEmpty {
      let (old, new) = (Shown.text(before), Shown.text(after))
      return old == new ? [] : [AuditPage.Change(name: "", before: old, after: new)]
    }
    let names = old.map(\.name) + new.map(\.name).filter { name in !old.contains { $0.name == name } }
    return names.filter { before?[$0] != after?[$0] }.map { name in
      AuditPage.Change(name: name, before: Shown.text(before?[name]), after: Shown.text(after?[name]))
    }.filter { $0.before != $0.after }
  }
}
