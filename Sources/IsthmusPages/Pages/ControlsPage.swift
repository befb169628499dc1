import IsthmusCore
import IsthmusServer
import IsthmusStore

/// Recommendations, by what fixing them everywhere would do.
struct ControlsPage: Sendable {
  let count: String
  let text: String
  let chips: [ListPage.Chip]
  let facets: [ListPage.ShownFacet]
  /// What the search keeps beside its words.
  let kept: [HiddenField]
  let exports: [Link]
  let table: ShownTable
  let isEmpty: Bool
  let isFiltered: Bool
  /// Whether no run has told yet what a fix would do.
  let isUnsettled: Bool
  /// Leads to those that no host fails, or back from them.
  let others: Link?

  /// What the list can be sorted by.
  private static let columns = ["findingDescription", "severity", "failingHosts", "openFindings", "scoreReduction"]
  private static let usualSort = "-scoreReduction"

  init(_ rows: [JSONValue], _ request: PageRequest) {
    let address = ViewAddress("/controls", request.query)
    let view = ControlsView(request)
    isUnsettled = rows.contains { $0["scoreReduction"]?.isNull ?? true }
    let showsAll = request.value("show") == "all" || isUnsettled
    var filter = view.filter
    let found = rows.filter(filter.holds)
    filter.isFailing = !showsAll
    let shown = found.filter(filter.holds)
    count = "\(Shown.number(Int64(shown.count))) \(shown.count == 1 ? "recommendation" : "recommendations")"
    text = filter.text
    chips = view.chips(address)
    facets = view.facets(shown, address)
    kept = address.without("text").parameters.map { .init(name: $0.name, value: $0.value) }
    exports = view.exports(filter)
    isEmpty = shown.isEmpty
    isFiltered = !chips.isEmpty
    let asked = request.value("sort") ?? ""
    let sort = Self.columns.contains(asked.hasPrefix("-") ? String(asked.dropFirst()) : asked) ? asked : Self.usualSort
    table = Self.table(Self.sorted(shown, by: sort), address, sort)
    let passing = found.count { !Self.isFailing($0) }
    if isUnsettled || passing == 0 {
      others = nil
    } else if showsAll {
      others = Link(title: "Only those that a host fails", path: address.without("show").text)
    } else {
      others = Link(
        title: "Also the \(Shown.number(Int64(passing))) that no host fails", path: address.with("show", "all").text)
    }
  }

  private static func isFailing(_ row: JSONValue) -> Bool { (row["openFindings"]?.integer ?? 0) > 0 }

  /// Rows that are alike stay in the order in which they came.
  private static func sorted(_ rows: [JSONValue], by sort: String) -> [JSONValue] {
    let isDescending = sort.hasPrefix("-")
    let name = isDescending ? String(sort.dropFirst()) : sort
    func precedes(_ a: JSONValue, _ b: JSONValue) -> Bool {
      if name == "findingDescription" { return title(a).lowercased() < title(b).lowercased() }
      return a[name]?.integer ?? 0 < b[name]?.integer ?? 0
    }
    // Swift's sort is stable.
    return rows.sorted { isDescending ? precedes($1, $0) : precedes($0, $1) }
  }

  static func title(_ row: JSONValue) -> String {
    row["findingDescription"]?.string ?? row["findingName"]?.string ?? row["id"]?.string ?? ""
  }

  private static func heading(_ name: String) -> String {
    switch name {
    case "findingDescription": "Recommendation"
    case "failingHosts": "Hosts that fail"
    case "scoreReduction": "Takes off the scores"
    default: ListColumns.title(name)
    }
  }

  /// Those that would help most, for a page that shows a few.
  static func best(_ rows: [JSONValue]) -> ShownTable {
    table(rows, nil, "", columns.filter { $0 != "openFindings" })
  }

  private static func table(
    _ rows: [JSONValue], _ address: ViewAddress?, _ sort: String, _ columns: [String] = columns
  ) -> ShownTable {
    let headings = columns.map { name in
      let sorted = sort == name ? "ascending" : sort == "-\(name)" ? "descending" : ""
      let isText = name == "findingDescription"
      let next = sort == "-\(name)" || (isText && sort != name) ? name : "-\(name)"
      return ShownTable.Column(
        title: heading(name), isNumber: !isText && name != "severity", path: address?.with("sort", next).text ?? "",
        sorted: sorted, mark: sorted == "ascending" ? "▲" : sorted == "descending" ? "▼" : "")
    }
    return ShownTable(
      caption: "Recommendations, with what their fix would do", columns: headings,
      rows: rows.map { row in .init(cells: columns.map { cell($0, of: row) }) })
  }

  private static func cell(_ name: String, of row: JSONValue) -> ShownTable.Cell {
    let id = row["id"]?.string ?? ""
    let number = row[name]?.integer
    var (text, path, tone) = (number.map { Shown.number($0) } ?? "–", "", "")
    let hasFindings = (number ?? 0) > 0
    switch name {
    case "findingDescription": (text, path) = (title(row), "/controls/\(id)")
    case "severity": (text, tone) = (Shown.severity(number ?? 0), "severity-\(number ?? 0)")
    case "failingHosts": if hasFindings { path = ControlPage.hostsPath(id) }
    case "openFindings": if hasFindings { path = ControlPage.findingsPath(id) }
    default: break
    }
    let isHeading = name == "findingDescription"
    return ShownTable.Cell(
      text: text, path: path, tone: tone, isNumber: !isHeading && tone.isEmpty, isHeading: isHeading,
      label: heading(name))
  }
}

extension PageRoutes {
  static let controlRoutes: [PageRoute] = [
    PageRoute(.get, "/controls", .role(.viewer)) { request, context in
      let rows = try await context.services.store.read { try $0.controlRows(limit: nil) }
      return .page(Page("Controls", in: .controls, "controls", ControlsPage(rows, request)))
    },
    PageRoute(.get, "/controls/{id}", .role(.viewer)) { request, context in
      let id: ControlID = try request.id("control")
      let (at, open) = (context.services.now(), ControlPage.openFilter(id.description))
      let query = try Query("finding: (\(open))", for: .asset, now: at)
      let found = try await context.services.store.read { inventory -> ControlPage? in
        guard let record = try inventory.control(id) else { return nil }
        return try ControlPage(id, record, query, inventory, at: at)
      }
      guard let model = found else { throw Problem(.notFound, "There is no control \(id).") }
      return .page(Page(model.title, in: .controls, "control", model))
    },
  ]
}
