import IsthmusConfiguration
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

extension ItemForm {
  static let tag = ItemForm(
    kind: .tag, path: "/configuration/tags", listTitle: "Tags", role: .operator,
    intro: "A tag marks the hosts that its query finds. It is given anew after each run and on each change.",
    deletion: "It goes from all hosts and business entities, and their scores are made anew.",
    groups: { document, isNew, _ in
      var fields: [FormField] = []
      if isNew { fields.append(.name("tag", "At most 100 characters, for example Production.", document)) }
      fields += [
        .query(
          "query", "Query", "The hosts that bear it, for example operatingSystem: Windows. See how many with Preview.",
          at: "/query", document["query"]),
        .choice(
          "criticality", "Criticality",
          "How much its hosts matter, 1 to 5. A host has the highest of its tags; without one, the scoring's default.",
          at: "/criticality", document["criticality"],
          [("", "(says nothing)"), ("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5")]),
        .text(
          "colour", "Colour", "As #rrggbb, for example #c0392b; empty for none.", at: "/colour", document["colour"]),
        .flag(
          "internetExposed", "Its hosts are reachable from the internet",
          "Their scores are multiplied by the scoring's exposure factor.", at: "/internetExposed",
          document["internetExposed"]),
      ]
      return [Group(fields)]
    },
    document: { request, before in
      before.with("query", request.text("query")).with("criticality", request.number("criticality"))
        .with("colour", request.optionalText("colour")).with("internetExposed", request.flag("internetExposed"))
    },
    effects: { outcome, document, context in
      let query = try Query(document["query"]?.string ?? "", for: .asset, now: context.services.now())
      let count = try await context.services.store.read { try $0.countAssets(Listing(query, limit: nil)) }
      let tags = outcome.inventory.tags
      return [
        "The query finds \(Shown.hosts(count)).",
        "\(Shown.hosts(tags.assets)) would be tagged, untagged or scored anew; the score of "
          + "\(Shown.hosts(tags.changedScores)) would be another one.",
      ]
    },
    link: { document in
      guard let query = document["query"]?.string, !query.isEmpty else { return nil }
      return Link(path: ViewAddress("/assets", [("query", query)]).text, title: "See the hosts that the query finds")
    })

  static let entity = ItemForm(
    kind: .entity, path: "/configuration/entities", listTitle: "Business entities", role: .operator,
    intro: "A business entity is a named set of tags: a host that bears one of them belongs to it.",
    deletion: "Its scores are not kept any more. Tags and hosts stay.",
    groups: { document, isNew, snapshot in
      var fields: [FormField] = []
      if isNew { fields.append(.name("entity", "At most 100 characters, for example Online shop.", document)) }
      let tags = snapshot.items(of: .tag).map(\.key.name)
      let help =
        tags.isEmpty ? "There is no tag yet: make one first, at Configuration, Tags." : "Hosts of any of these count."
      fields += [
        .text(
          "description", "Description", "Whom it serves; shown in lists.", at: "/description", document["description"]),
        .checks("tags", "Tags", help, at: "/tags", document["tags"], among: tags),
      ]
      return [Group(fields)]
    },
    document: { request, before in
      before.with("description", request.text("description")).with("tags", request.checks("tags"))
    },
    effects: { _, document, context in
      let tags = document["tags"]?.array?.compactMap(\.string) ?? []
      if tags.isEmpty { return ["It has no tags, and so no hosts."] }
      let terms = tags.map { QueryField.tagName.term(for: $0) }
      let query = try Query(terms.joined(separator: " or "), for: .asset, now: context.services.now())
      let count = try await context.services.store.read { try $0.countAssets(Listing(query, limit: nil)) }
      return ["\(Shown.hosts(count)) would belong to it. No host's score changes."]
    })
}

extension FormField {
  static func name(_ kind: String, _ help: String, _ document: JSONValue) -> FormField {
    .text("name", "Name", "\(help) It can't be changed later.", at: "/name", document["name"], isRequired: true)
  }
}

extension PageRoutes {
  static let tagRoutes: [PageRoute] =
    routes(.tag, new: "/configuration/new/tag", .object([])) { _, context in
      let rows = try await context.services.store.read { try $0.tagRows() }
      return ItemTable(
        caption: "Tags with the hosts that bear them",
        columns: ["Name", "Query", "Criticality", "On the internet", "Hosts"],
        rows: rows.map { row in
          let name = row["name"]?.string ?? ""
          return ItemTable.Row(
            path: ItemForm.tag.path(of: name), name: name, colour: row["colour"]?.string ?? "",
            cells: [
              .init(row["query"]?.string ?? "", isCode: true), .init(Shown.text(row["criticality"])),
              .init(row["internetExposed"] == .bool(true) ? "yes" : ""),
              .init(Shown.number(row["assets"]?.integer ?? 0), isNumber: true),
            ])
        },
        empty: "There is no tag yet. Make one to give the hosts that matter most a higher criticality.")
    }
    + routes(.entity, new: "/configuration/new/entity", .object([])) { _, context in
      let rows = try await context.services.store.read { try $0.entityRows() }
      return ItemTable(
        caption: "Business entities with their hosts and scores",
        columns: ["Name", "Description", "Tags", "Hosts", "Mean score", "Worst score"],
        rows: rows.map { row in
          let name = row["name"]?.string ?? ""
          return ItemTable.Row(
            path: ItemForm.entity.path(of: name), name: name,
            cells: [
              .init(row["description"]?.string ?? ""), .init(Shown.text(row["tags"])),
              .init(Shown.number(row["assets"]?.integer ?? 0), isNumber: true),
              .init(Shown.number(row["meanScore"]?.integer ?? 0), isNumber: true),
              .init(Shown.number(row["worstScore"]?.integer ?? 0), isNumber: true),
            ])
        },
        empty: "There is no business entity yet. Make tags first, then gather those of one service here.")
    }

  /// List, new, form and deletion of one kind of items.
  static func routes(
    _ form: ItemForm, new: String, _ start: JSONValue, builtIn: JSONValue? = nil,
    table: @escaping @Sendable (ConfigurationSnapshot, PageContext) async throws -> ItemTable
  ) -> [PageRoute] {
    let isBuiltIn: @Sendable (String) -> Bool = { $0 == builtIn?["name"]?.string }
    return [
      PageRoute(.get, form.path, .role(.viewer)) { request, context in
        let snapshot = try await context.services.configuration.snapshot()
        let model = ItemListPage(
          title: form.listTitle, intro: form.intro, table: try await table(snapshot, context),
          new: request.role >= form.role ? new : "", newTitle: "New \(form.kind.title)")
        return .page(Page(form.listTitle, in: .configuration, "item-list", model))
      },
      PageRoute(.get, new, .role(form.role)) { request, context in try await form.new(start, request, context) },
      PageRoute(.post, form.path, .role(form.role)) { request, context in
        try await form.sent(nil, request, context)
      },
      PageRoute(.get, "\(form.path)/{name}", .role(.viewer)) { request, context in
        let name = request.path("name")
        return try await form.shown(name, request, context, builtIn: isBuiltIn(name) ? builtIn : nil)
      },
      PageRoute(.post, "\(form.path)/{name}", .role(form.role)) { request, context in
        try await form.sent(request.path("name"), request, context)
      },
      PageRoute(.post, "\(form.path)/{name}/delete", .role(form.role)) { request, context in
        try await form.delete(request.path("name"), request, context)
      },
    ]
  }
}

/// Items of one kind, each leading to its own page.
struct ItemTable: Sendable {
  struct Cell: Sendable {
    let text: String
    let isNumber: Bool
    let isCode: Bool

    init(_ text: String, isNumber: Bool = false, isCode: Bool = false) {
      self.text = text
      self.isNumber = isNumber
      self.isCode = isCode
    }
  }

  struct Row: Sendable {
    let path: String
    let name: String
    var colour = ""
    let cells: [Cell]
  }

  let caption: String
  let columns: [String]
  let rows: [Row]
  /// What to do where there are none.
  let empty: String
}

struct ItemListPage: Sendable {
  let title: String
  let intro: String
  let table: ItemTable
  /// Empty for who may not make one.
  let new: String
  let newTitle: String
}
