import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// A transform map, only to look at.
struct MapPage: Sendable {
  struct Version: Sendable {
    let number: Int
    let path: String
    let madeAt: String
    let isShown: Bool
  }

  let name: String
  let path: String
  let version: String
  let isBuiltIn: Bool
  let sourceModel: String
  let targetModel: String
  let users: String
  let rows: [MapForm.Row]
  let document: String
  let versions: [Version]
  let canChange: Bool
  let isLatest: Bool
  /// For the copy's name, after one was refused.
  let copyName: String
  let problem: String
}

extension PageRoutes {
  private static let root = "/configuration/transform-maps"
  private static func path(of name: String) -> String { "\(root)/\(PercentText.encoded(name))" }
  private static func key(_ name: String) -> ConfigurationItem.Key { .init(.transformMap, name) }

  static let mapRoutes: [PageRoute] = [
    PageRoute(.get, root, .role(.viewer)) { _, context in
      let snapshot = try await context.services.configuration.snapshot()
      return .page(Page("Transform maps", in: .configuration, "item-list", list(snapshot)))
    },
    PageRoute(.get, "\(root)/{name}", .role(.viewer)) { request, context in
      try await shown(request, context, version: nil)
    },
    PageRoute(.get, "\(root)/{name}/versions/{version}", .role(.viewer)) { request, context in
      guard let version = Int(request.path("version")) else {
        throw Problem(.notFound, "There is no version \"\(request.path("version"))\".")
      }
      return try await shown(request, context, version: version)
    },
    PageRoute(.post, "\(root)/{name}/clone", .role(.admin)) { request, context in
      let (entry, _) = try await entry(request, context, version: Int(request.field("version")))
      let name = request.field("name").trimmed
      do {
        _ = try await ItemChange(by: try request.signedIn, ifMatch: nil, context.services)
          .put(key(name), try ConfigurationItem(entry).document, isNew: true)
        return .see("\(path(of: name))/edit")
      } catch {
        let problem = try FormProblem(error, of: key(name))
        return try await shown(request, context, version: nil, copy: name, problem: problem.summary)
      }
    },
    PageRoute(.post, "\(root)/{name}/delete", .role(.admin)) { request, context in
      let name = request.path("name")
      do {
        try await ItemChange(by: try request.signedIn, ifMatch: nil, context.services).remove(key(name))
        return .see(root)
      } catch {
        let problem = try FormProblem(error, of: key(name))
        return try await shown(request, context, version: nil, problem: problem.summary)
      }
    },
    PageRoute(.get, "\(root)/{name}/edit", .role(.admin)) { request, context in
      let (entry, snapshot) = try await entry(request, context, version: nil)
      let item = snapshot.items[key(entry.name)]
      guard let item else {
        throw Problem(.conflict, "The map \"\(entry.name)\" is built in. Copy it, and change that.")
      }
      var editor = MapEditor(item.document, context.services.configuration.kinds)
      try await takeSample(.hosts, into: &editor, context, isAsked: false)
      return answer(editor, entry, tag: item.tag(seed: context.services.store.seed))
    },
    PageRoute(.post, "\(root)/{name}/edit", .role(.admin)) { request, context in
      try await edited(request, context)
    },
  ]

  private static func edited(_ request: PageRequest, _ context: PageContext) async throws -> PageAnswer {
    let (entry, snapshot) = try await entry(request, context, version: nil)
    guard let item = snapshot.items[key(entry.name)] else {
      throw Problem(.conflict, "The map \"\(entry.name)\" is built in. Copy it, and change that.")
    }
    var editor = MapEditor(MapForm.document(request, item.document), context.services.configuration.kinds)
    editor.sample = request.field("sample")
    editor.stream = SourceStream(rawValue: request.field("stream")) ?? .hosts
    let tag = request.field("tag")
    // Only what was to be saved was refused; a preview tells what is wrong, and is answered as any page.
    let isSaved = request.field("act") == "save"
    switch request.field("act") {
    case "add": return answer(editor, entry, tag: tag, emptyRows: 5)
    case "sample-hosts": try await takeSample(.hosts, into: &editor, context, isAsked: true)
    case "sample-findings": try await takeSample(.findings, into: &editor, context, isAsked: true)
    case "save" where editor.problems.isEmpty:
      do {
        _ = try await ItemChange(by: try request.signedIn, ifMatch: "\"\(tag)\"", context.services)
          .put(key(entry.name), editor.document, isNew: false)
        return .see(path(of: entry.name))
      } catch {
        editor.refuse(try FormProblem(error, of: key(entry.name)).summary)
      }
    default: break
    }
    return answer(editor, entry, tag: tag, status: isSaved ? 422 : 200)
  }

  /// - Parameter isAsked: Whether a person asked for it, and is to be told if there is none.
  private static func takeSample(
    _ stream: SourceStream, into editor: inout MapEditor, _ context: PageContext, isAsked: Bool
  ) async throws {
    guard let kind = editor.kind else { return }
    if let record = try await MapSamples(kind, context.services).record(of: stream) {
      editor.sample = record.text(indentation: 2)
      editor.stream = stream
    } else if isAsked {
      editor.sampleProblem = """
        No run has kept such a record. Turn on "keep pages" in a profile and run it, or paste one: rejected rows are at \
        the run's page.
        """
    }
  }

  private static func answer(
    _ editor: MapEditor, _ entry: MapCatalog.Entry, tag: String, emptyRows: Int = 1, status: Int = 200
  ) -> PageAnswer {
    let model = editor.page(
      name: entry.name, path: path(of: entry.name), version: String(entry.map.version), tag: tag, emptyRows: emptyRows)
    return .page(Page("Edit \(entry.name)", in: .configuration, "map-editor", model), status: status)
  }

  // MARK: - To look at

  private static func entry(
    _ request: PageRequest, _ context: PageContext, version: Int?
  ) async throws -> (MapCatalog.Entry, ConfigurationSnapshot) {
    let name = request.path("name")
    let snapshot = try await context.services.configuration.snapshot()
    if let error = snapshot.maps.unreadable[name] { throw Problem(.invalid, "The map can't be read: \(error)") }
    guard let latest = snapshot.maps[name] else { throw Problem(.notFound, "There is no transform map \"\(name)\".") }
    guard let version, version != latest.map.version else { return (latest, snapshot) }
    let versions = try await context.services.store.read { try $0.transformMapVersions(name) }
    guard let stored = versions.first(where: { $0.version == version }) else {
      throw Problem(.notFound, "The transform map \"\(name)\" has no version \(version).")
    }
    return (try MapCatalog.Entry(stored), snapshot)
  }

  private static func shown(
    _ request: PageRequest, _ context: PageContext, version: Int?, copy: String = "", problem: String = ""
  ) async throws -> PageAnswer {
    let (entry, snapshot) = try await entry(request, context, version: version)
    let name = entry.name
    let versions =
      entry.origin == .builtIn ? [] : try await context.services.store.read { try $0.transformMapVersions(name) }
    let users = snapshot.users(ofMap: name)
    let model = MapPage(
      name: name, path: path(of: name), version: String(entry.map.version), isBuiltIn: entry.origin == .builtIn,
      sourceModel: entry.map.sourceModel, targetModel: entry.map.targetModel, users: users.joined(separator: ", "),
      rows: MapForm.rows(of: try ConfigurationItem(entry).document), document: entry.document,
      versions: versions.map { stored in
        .init(
          number: stored.version, path: "\(path(of: name))/versions/\(stored.version)",
          madeAt: Shown.time(stored.madeAt.description), isShown: stored.version == entry.map.version)
      }, canChange: request.role >= .admin, isLatest: version == nil || version == versions.first?.version,
      copyName: copy, problem: problem)
    return .page(Page(name, in: .configuration, "map", model), status: problem.isEmpty ? 200 : 422)
  }

  private static func list(_ snapshot: ConfigurationSnapshot) -> ItemListPage {
    let rows = snapshot.maps.entries.map { entry in
      let isBuiltIn = entry.origin == .builtIn
      let users = snapshot.users(ofMap: entry.name)
      let used = isBuiltIn && users.isEmpty ? "connectors that name no other" : users.joined(separator: ", ")
      return ItemTable.Row(
        path: path(of: entry.name), name: entry.name,
        cells: [
          .init(isBuiltIn ? "built in" : "version \(entry.map.version)"),
          .init("\(entry.map.sourceModel) → \(entry.map.targetModel)"),
          .init(String(entry.map.rows.count), isNumber: true), .init(Shown.time(entry.madeAt?.description)),
          .init(used),
        ])
    }
    return ItemListPage(
      title: "Transform maps",
      intro: """
        A transform map leads from a source's records to the inventory: rows of source, data type and target. Built-in \
        maps are only read; to change one, open it and copy it.
        """,
      table: ItemTable(
        caption: "Transform maps", columns: ["Name", "Version", "Models", "Rows", "Changed", "Used by"], rows: rows,
        empty: ""),
      new: "", newTitle: "")
  }
}
