import IsthmusCore
import IsthmusServer
import IsthmusStore

/// What an address asks a list for, and the page that it gives.
struct ListView: Sendable {
  let entity: QueryEntity
  let address: ViewAddress
  let query: String
  let filters: [String]
  let sort: String
  let group: String
  let columns: [String]
  let cursor: String?
  private let role: Role
  private let decided: String
  private let principal: Principal?
  /// The name of a search that could not be kept, and why.
  var unsaved = SavedPart.Form()
  /// What was typed into the form below the list, if it could not be used.
  var form = DecisionForm()

  private static let rows = 50
  private static let facetValues = 8
  private static let groupValues = 200

  init(_ entity: QueryEntity, _ request: PageRequest) {
    self.entity = entity
    query = request.value("query") ?? ""
    filters = request.values("filter").filter { !$0.isEmpty }
    sort = request.value("sort") ?? ""
    group = request.value("group") ?? ""
    cursor = request.value("cursor")
    let chosen = request.values("column")
    columns = chosen.isEmpty ? ListColumns.usual[entity] ?? [] : chosen
    // How many were decided on is told once: it is no part of the view.
    address = ViewAddress(entity == .asset ? "/assets" : "/findings", request.query.filter { $0.name != "decided" })
    decided = request.value("decided") ?? ""
    principal = request.caller?.principal
    role = principal?.role ?? .viewer
  }

  private var noun: String { entity == .asset ? "hosts" : "findings" }

  /// The bar's query and the filters, as one.
  var whole: String {
    let parts = ([query] + filters).filter { !$0.isEmpty }
    return parts.count == 1 ? parts[0] : parts.map { "(\($0))" }.joined(separator: " and ")
  }

  // MARK: - Reading

  private struct Found: Sendable {
    var count = 0
    var rows: [JSONValue] = []
    var next: ListCursor?
    var facets: [(QueryListField, Facet)] = []
    var grouped: (QueryListField, Facet)?
  }

  func page(_ context: PageContext) async throws -> PageAnswer {
    let at = context.services.now()
    var saved: [SavedSearchService.Seen] = []
    if let principal { saved = try await context.services.searches.list(by: principal, of: entity) }
    do {
      // The bar's own text first, so that a mistake is shown at its place there.
      if !query.isEmpty { _ = try Query(query, for: entity, now: at) }
    } catch {
      return answer(Found(), saved, QueryProblem(error, in: query), status: 400)
    }
    do {
      let whole = whole
      let parsed = whole.isEmpty ? nil : try Query(whole, for: entity, now: at)
      // Side by side: the numbers are of all that the query finds, the rows of a few.
      let store = context.services.store
      async let numbers = store.read { try self.numbers(parsed, $0) }
      async let rows = store.read { try self.rows(parsed, $0) }
      var found = try await numbers
      (found.rows, found.next) = try await rows
      return answer(
        found, saved, nil, status: form.problem.isEmpty && unsaved.problem.isEmpty ? 200 : 422)
    } catch let error as QueryError {
      return answer(Found(), saved, QueryProblem(error, in: whole), status: 400)
    }
  }

  /// - Returns: What is found, but for its rows.
  private func numbers(_ query: Query?, _ inventory: any InventoryReader) throws -> Found {
    var found = Found()
    let all = Listing(query, limit: nil)
    let facets = try (ListColumns.facets[entity] ?? []).map { name throws(QueryError) in
      try QueryCatalogue.listField(name, for: entity, use: .facet)
    }
    let groupField = try groupField()
    // One pass for all of them.
    let fields = facets + [groupField].compactMap { $0 }
    let counted = try inventory.facets(fields.map(\.field), of: entity, all)
    found.facets = Array(zip(facets, counted))
    if let groupField { found.grouped = counted.last.map { (groupField, $0) } }
    // After them, whose pass over the findings tells it.
    found.count = entity == .asset ? try inventory.countAssets(all) : try inventory.countFindings(all)
    return found
  }

  /// The page's rows; none where the list is grouped.
  private func rows(
    _ query: Query?, _ inventory: any InventoryReader
  ) throws -> (rows: [JSONValue], next: ListCursor?) {
    if try groupField() != nil { return ([], nil) }
    var listing = Listing(query, limit: Self.rows, order: try order())
    listing.after = try cursor.map { try ListCursor(text: $0) }
    return try APIRoutes.page(entity, listing, inventory)
  }

  private func groupField() throws(QueryError) -> QueryListField? {
    group.isEmpty ? nil : try QueryCatalogue.listField(group, for: entity, use: .facet)
  }

  private func order() throws(QueryError) -> [Listing.Order] {
    if sort.isEmpty { return [] }
    let isDescending = sort.hasPrefix("-")
    let field = try QueryCatalogue.listField(isDescending ? String(sort.dropFirst()) : sort, for: entity, use: .sort)
    return [.init(field.name, descending: isDescending)]
  }

  // MARK: - Showing

  private func answer(
    _ found: Found, _ saved: [SavedSearchService.Seen], _ problem: QueryProblem?, status: Int
  ) -> PageAnswer {
    let title = entity == .asset ? "Hosts" : "Findings"
    let section: PageSection = entity == .asset ? .assets : .findings
    return .page(Page(title, in: section, "list", model(found, saved, problem)), status: status)
  }

  private func model(
    _ found: Found, _ saved: [SavedSearchService.Seen], _ problem: QueryProblem?
  ) -> ListPage {
    let kept = address.without("query").parameters.map { HiddenField(name: $0.name, value: $0.value) }
    let withQuery = address.without("column").without("group").parameters
    let fields = QueryCatalogue.listFields(for: entity, use: .facet).map(\.name)
    let shown = ListColumns(entity: entity)
    return ListPage(
      query: query, action: address.path, entity: entity.rawValue,
      placeholder: entity == .asset ? "operatingSystem: Windows and asset.riskScore > 700" : "finding.severity: [4, 5]",
      problem: problem, hasProblem: problem != nil, count: Shown.number(Int64(found.count)), noun: noun,
      chips: filters.map { .init(text: $0, removal: address.removing("filter", $0).text) },
      facets: found.facets.map(facet),
      table: table(found.rows, shown), isEmpty: problem == nil && found.count == 0,
      columns: allColumns.map { .init(name: $0, isChosen: columns.contains($0)) },
      groups: fields.map { .init(name: $0, isChosen: $0 == group) },
      grouped: found.grouped.map { grouped($0.0, $0.1) }, kept: kept,
      keptWithQuery: withQuery.map { HiddenField(name: $0.name, value: $0.value) },
      next: found.next.map { address.with("cursor", $0.text).text } ?? "",
      first: cursor == nil ? "" : address.without("cursor").text, exports: exports,
      decision: canDecide && !found.rows.isEmpty ? form : nil,
      decisionPath: ViewAddress("/findings/decision", address.parameters).text, decideAll: decideAll(found.count),
      notice: Int(decided).map { "Decided on \($0) \($0 == 1 ? "finding" : "findings")." } ?? "",
      saved: SavedPart(saved, address, form: unsaved))
  }

  private func decideAll(_ count: Int) -> Link? {
    guard canDecide, count > 0, !whole.isEmpty else { return nil }
    let number = count == 1 ? "the finding" : "all \(Shown.number(Int64(count))) findings"
    return Link(
      title: "Decide on \(number) that this query finds…",
      path: ViewAddress(QueryDecisionPage.address, address.without("cursor").parameters).text)
  }

  private var canDecide: Bool { entity == .finding && role >= .operator }

  private var allColumns: [String] {
    let others = QueryCatalogue.listFields(for: entity, use: .sort).map(\.name)
    let usual = ListColumns.usual[entity] ?? []
    return usual + others.filter { !usual.contains($0) }
  }

  private func facet(_ field: QueryListField, _ facet: Facet) -> ListPage.ShownFacet {
    let values = facet.values.prefix(Self.facetValues).map { value in
      ListPage.FacetValue(
        text: shown(value.value, field.name), count: Shown.number(Int64(value.count)),
        path: address.adding("filter", field.field.term(for: value.value)).text)
    }
    return ListPage.ShownFacet(
      title: ListColumns.title(field.name), values: Array(values),
      others: max(0, facet.values.count - Self.facetValues))
  }

  private func shown(_ value: String?, _ field: String) -> String {
    guard let value else { return "(none)" }
    return field == "severity" ? Shown.severity(Int64(value) ?? 0) : value
  }

  private func grouped(_ field: QueryListField, _ facet: Facet) -> ShownTable {
    let title = ListColumns.title(field.name)
    let columns = [title, noun.prefix(1).uppercased() + noun.dropFirst(), "Open findings"].map {
      ShownTable.Column(title: $0, isNumber: $0 != title, path: "", sorted: "", mark: "")
    }
    let rows = facet.values.prefix(Self.groupValues).map { value in
      let view = address.with("group", nil).adding("filter", field.field.term(for: value.value))
      return ShownTable.Row(cells: [
        .init(
          text: shown(value.value, field.name), path: view.text, tone: "", isNumber: false, isHeading: true,
          label: title),
        .init(
          text: Shown.number(Int64(value.count)), path: "", tone: "", isNumber: true, isHeading: false, label: noun),
        .init(
          text: Shown.number(Int64(value.open)), path: "", tone: "", isNumber: true, isHeading: false, label: "open"),
      ])
    }
    return ShownTable(caption: "\(noun) by \(title.lowercased())", columns: columns, rows: Array(rows))
  }

  private func table(_ rows: [JSONValue], _ shown: ListColumns) -> ShownTable {
    let sortable = Set(QueryCatalogue.listFields(for: entity, use: .sort).map(\.name))
    let headings = columns.map { name in
      let sorted = sort == name ? "ascending" : sort == "-\(name)" ? "descending" : ""
      let next =
        sort == "-\(name)" ? name : sort == name ? "-\(name)" : ListColumns.numbers.contains(name) ? "-\(name)" : name
      return ShownTable.Column(
        title: ListColumns.title(name), isNumber: ListColumns.numbers.contains(name),
        path: sortable.contains(name) ? address.with("sort", next).text : "", sorted: sorted,
        mark: sorted == "ascending" ? "▲" : sorted == "descending" ? "▼" : "")
    }
    return ShownTable(
      caption: noun, columns: headings,
      rows: rows.map { row in
        let pick = canDecide ? row["id"]?.string ?? "" : ""
        return ShownTable.Row(
          cells: columns.map { shown.cell($0, of: row) }, pick: pick, isChosen: form.findings.contains(pick))
      }, isPicked: canDecide && !rows.isEmpty)
  }

  /// Of exactly what the list finds.
  private var exports: [Link] {
    let formats = entity == .asset ? ["csv", "jsonl"] : ["csv", "jsonl", "ocsf"]
    let path = "/api/v1/exports/\(entity == .asset ? "assets" : "findings")"
    return formats.map { format in
      Link(
        title: format.uppercased(), path: ViewAddress(path, [("query", whole), ("format", format)]).text)
    }
  }
}

extension PageRoutes {
  static let listRoutes: [PageRoute] = [
    PageRoute(.get, "/assets", .role(.viewer)) { try await ListView(.asset, $0).page($1) },
    PageRoute(.get, "/findings", .role(.viewer)) { try await ListView(.finding, $0).page($1) },
  ]
}
