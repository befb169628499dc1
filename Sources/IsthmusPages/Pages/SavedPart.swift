import IsthmusCore
import IsthmusServer
import IsthmusStore

/// The saved searches beside a list, and the form that keeps its view as another one.
struct SavedPart: Sendable {
  struct Search: Sendable {
    let name: String
    let path: String
    let note: String
    let isOwn: Bool
    let isCurrent: Bool
  }

  /// What was typed and could not be used.
  struct Form: Sendable {
    var name = ""
    var isShared = false
    var problem = ""
  }

  let searches: [Search]
  let count: String
  /// Where the form goes: the list's address is the view.
  let savePath: String
  let back: String
  let name: String
  let isShared: Bool
  let problem: String
  let isOpen: Bool

  init(_ seen: [SavedSearchService.Seen], _ address: ViewAddress, form: Form) {
    let view = address.without("cursor")
    searches = seen.map { seen in
      let path = seen.search.view.isEmpty ? address.path : "\(address.path)?\(seen.search.view)"
      let note = seen.isOwn ? (seen.search.isShared ? "shared" : "") : "of \(seen.owner)"
      return Search(
        name: seen.search.name, path: path, note: note, isOwn: seen.isOwn, isCurrent: path == view.text)
    }
    count = seen.isEmpty ? "" : String(seen.count)
    let list = address.path == "/assets" ? "hosts" : "findings"
    savePath = ViewAddress("/saved-searches/\(list)", view.parameters).text
    back = view.text
    name = form.name
    isShared = form.isShared
    problem = form.problem
    isOpen = !form.problem.isEmpty
  }
}

extension PageRoutes {
  static let searchRoutes: [PageRoute] = [
    PageRoute(.post, "/saved-searches/hosts", .role(.viewer)) { try await save($0, $1, .asset) },
    PageRoute(.post, "/saved-searches/findings", .role(.viewer)) { try await save($0, $1, .finding) },
    PageRoute(.post, "/saved-searches/delete", .role(.viewer)) { request, context in
      try await context.services.searches.delete(request.field("name"), by: try request.signedIn)
      return .see(localPath(request.field("back")))
    },
  ]

  private static func save(
    _ request: PageRequest, _ context: PageContext, _ entity: QueryEntity
  ) async throws -> PageAnswer {
    var view = ListView(entity, request)
    let text = request.query.map { "\($0.name)=\(PercentText.encoded($0.value))" }.joined(separator: "&")
    do {
      let kept = try await context.services.searches.save(
        request.field("name"), of: entity, view: text, isShared: request.isChecked("shared"),
        by: try request.signedIn)
      return .see(kept.search.view.isEmpty ? view.address.path : "\(view.address.path)?\(kept.search.view)")
    } catch {
      view.unsaved = SavedPart.Form(
        name: request.field("name"), isShared: request.isChecked("shared"), problem: try FormProblem(error).summary)
      return try await view.page(context)
    }
  }
}
