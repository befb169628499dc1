import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// The list of runs: facets, chips, days, columns, order.
struct RunsPage: Sendable {
  let count: String
  let noun: String
  let chips: [ListPage.Chip]
  let facets: [ListPage.ShownFacet]
  let from: String
  let until: String
  let problem: String
  /// What the form of days keeps beside them.
  let kept: [HiddenField]
  let columns: [ListPage.NamedChoice]
  /// What the form of columns keeps beside them.
  let keptWithDays: [HiddenField]
  let export: String
  let table: ShownTable
  let isEmpty: Bool
  let isFiltered: Bool
  let next: String
  let first: String
}

/// What an address asks the list of runs for, and the page that it gives.
struct RunsView: Sendable {
  private static let rows = 50
  /// Microseconds.
  private static let day: Int64 = 86_400_000_000

  private let address: ViewAddress
  private let columns: [String]
  private let (from, until): (String, String)
  private let problem: String
  let filter: RunFilter

  /// - Throws: A problem of kind `badRequest` for a cursor that no list gave.
  init(_ request: PageRequest) throws {
    func chosen(_ name: String) -> String? { request.value(name).flatMap { $0.isEmpty ? nil : $0 } }
    address = ViewAddress("/runs", request.query)
    let named = request.values("column").filter(RunColumns.all.contains)
    columns = named.isEmpty ? RunColumns.usual : named
    (from, until) = (chosen("from") ?? "", chosen("until") ?? "")
    let days = [from, until].map { $0.isEmpty ? nil : PageRoutes.startOfDay($0) }
    problem =
      zip([from, until], days).first { !$0.0.isEmpty && $0.1 == nil }
      .map { "\"\($0.0)\" is no day: write it as 2026-06-01, or leave it empty." } ?? ""
    var filter = RunFilter(connector: chosen("connector"))
    filter.result = chosen("result")
    filter.from = days[0]
    // The day itself is in the list.
    filter.until = days[1].map { Timestamp(microseconds: $0.microseconds + Self.day) }
    filter.isOldestFirst = chosen("sort") == "startedAt"
    if let cursor = chosen("cursor") {
      guard let last = RunID(text: cursor) else {
        throw Problem(.badRequest, "\"\(cursor)\" is no place in the list of runs. Read it from its beginning.")
      }
      filter.after = last
    }
    self.filter = filter
  }

  func page(_ context: PageContext) async throws -> PageAnswer {
    let store = context.services.store
    // One more than is shown: whether there is a next page.
    let (found, counts) = try await store.read { inventory in
      (try inventory.runs(filter, limit: Self.rows + 1), try inventory.runCounts(filter))
    }
    let shown = found.prefix(Self.rows)
    let next = found.count > Self.rows ? shown.last.map { address.with("cursor", $0.id.description).text } : nil
    let total = counts.reduce(0) { $0 + $1.count }
    let model = RunsPage(
      count: Shown.number(Int64(total)), noun: total == 1 ? "run" : "runs", chips: chips,
      facets: [facet("result", counts, \.result), facet("connector", counts, \.connector)], from: from, until: until,
      problem: problem, kept: kept(without: ["from", "until"]),
      columns: RunColumns.all.map { .init(name: $0, title: RunColumns.title($0), isChosen: columns.contains($0)) },
      keptWithDays: kept(without: ["column"]), export: export,
      table: RunColumns.table(
        try shown.map { try $0.row(in: store) }, columns, in: address, isOldestFirst: filter.isOldestFirst),
      isEmpty: shown.isEmpty, isFiltered: !chips.isEmpty, next: next ?? "",
      first: filter.after == nil ? "" : address.without("cursor").text)
    return .page(Page("Runs", in: .runs, "runs", model), status: problem.isEmpty ? 200 : 422)
  }

  private var chips: [ListPage.Chip] {
    let all = [
      ("connector", "connector: ", filter.connector ?? ""), ("result", "result: ", filter.result ?? ""),
      ("from", "started on ", from), ("until", "started until ", until),
    ]
    return all.filter { !$0.2.isEmpty }.map { name, title, value in
      let words = name == "from" ? "\(title)\(value) or later" : title + value
      return ListPage.Chip(text: words, removal: address.without(name).text)
    }
  }

  private func facet(
    _ name: String, _ counts: [RunCount], _ value: (RunCount) -> String
  ) -> ListPage.ShownFacet {
    let sums = Dictionary(counts.map { (value($0), $0.count) }, uniquingKeysWith: +)
    let values = sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { value, count in
      ListPage.FacetValue(
        text: value, count: Shown.number(Int64(count)), path: address.with(name, value).text)
    }
    return ListPage.ShownFacet(title: RunColumns.title(name), values: values, others: 0)
  }

  private func kept(without names: [String]) -> [HiddenField] {
    names.reduce(address.without("cursor")) { $0.without($1) }.parameters.map { .init(name: $0.name, value: $0.value) }
  }

  /// The same runs, from the interface.
  private var export: String {
    let days = [("from", filter.from), ("until", filter.until)].map { ($0.0, $0.1?.description ?? "") }
    let others = [
      ("connector", filter.connector ?? ""), ("result", filter.result ?? ""), ("limit", "500"),
      ("oldestFirst", filter.isOldestFirst ? "true" : ""),
    ]
    return ViewAddress("/api/v1/runs", others + days).text
  }
}
