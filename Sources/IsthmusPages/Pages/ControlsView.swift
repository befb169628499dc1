import IsthmusCore
import IsthmusServer

/// What an address asks the list of recommendations for.
struct ControlsView: Sendable {
  let filter: ControlFilter

  init(_ request: PageRequest) {
    var filter = ControlFilter()
    filter.text = request.value("text") ?? ""
    filter.severities = Set(request.values("severity").compactMap { Int64($0) })
    filter.categories = Set(request.values("category").filter { !$0.isEmpty })
    filter.connector = request.value("connector").flatMap { $0.isEmpty ? nil : $0 }
    self.filter = filter
  }

  func chips(_ address: ViewAddress) -> [ListPage.Chip] {
    var chips: [ListPage.Chip] = []
    if !filter.text.isEmpty {
      chips.append(.init(text: "words: \(filter.text)", removal: address.without("text").text))
    }
    for severity in filter.severities.sorted(by: >) {
      chips.append(
        .init(
          text: "severity: \(Shown.severity(severity))", removal: address.removing("severity", String(severity)).text))
    }
    for category in filter.categories.sorted() {
      chips.append(.init(text: "category: \(category)", removal: address.removing("category", category).text))
    }
    if let connector = filter.connector {
      chips.append(.init(text: "connector: \(connector)", removal: address.without("connector").text))
    }
    return chips
  }

  /// Of the recommendations that the list shows.
  func facets(_ rows: [JSONValue], _ address: ViewAddress) -> [ListPage.ShownFacet] {
    func facet(_ title: String, _ name: String, _ member: String, _ isOne: Bool) -> ListPage.ShownFacet {
      let counts = Dictionary(rows.map { (Shown.member(member, of: $0), 1) }, uniquingKeysWith: +)
      let order = counts.filter { !$0.key.isEmpty }.sorted { a, b in
        name == "severity" ? a.key > b.key : (b.value, a.key) < (a.value, b.key)
      }
      let values = order.map { value, count in
        ListPage.FacetValue(
          text: name == "severity" ? Shown.severity(Int64(value) ?? 0) : value, count: Shown.number(Int64(count)),
          path: (isOne ? address.with(name, value) : address.removing(name, value).adding(name, value)).text)
      }
      return ListPage.ShownFacet(title: title, values: values, others: 0)
    }
    return [
      facet("Severity", "severity", "severity", false), facet("Category", "category", "recommendation", false),
      facet("Connector", "connector", "connector", true),
    ].filter { !$0.values.isEmpty }
  }

  /// Of exactly what the list shows.
  func exports(_ shown: ControlFilter) -> [Link] {
    let chosen =
      [("text", shown.text), ("connector", shown.connector ?? ""), ("failing", shown.isFailing ? "true" : "")]
      + shown.severities.sorted().map { ("severity", String($0)) } + shown.categories.sorted().map { ("category", $0) }
    return ["csv", "jsonl"].map { format in
      Link(
        title: format.uppercased(), path: ViewAddress("/api/v1/exports/controls", chosen + [("format", format)]).text)
    }
  }
}
