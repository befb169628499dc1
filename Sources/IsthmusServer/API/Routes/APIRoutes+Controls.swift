import IsthmusCore
import IsthmusStore

/// Recommendations, by what fixing them everywhere would do.
extension APIRoutes {
  static let controlRoutes: [Route] = [
    Route(
      .get, "/controls", "listControls", .inventory, .role(.viewer),
      "Lists recommendations with what fixing them everywhere would do"
    ) { request, services in
      let rows = try await controlRows(request, services)
      return answer(items: Array(rows.prefix(request.integer("limit") ?? rows.count)))
    }.with {
      $0.description = """
        All of them, the one that takes most off the scores first. The numbers are those of the last run or change.
        """
      $0.parameters = [.init("limit", .integer(1...1000), "The first ones only; all if not said.")] + filterParameters
      $0.content = .json(items(.reference("Control")))
    },
    Route(
      .get, "/exports/controls", "exportControls", .inventory, .role(.viewer),
      "Exports recommendations as a file"
    ) { request, services in
      let format: ExportFormat = request.value("format") == ExportFormat.jsonl.rawValue ? .jsonl : .csv
      let writer: any RowWriter = format == .csv ? CSVWriter(columns: exportColumns) : JSONLinesWriter(columns: nil)
      var bytes: [UInt8] = []
      writer.begin(&bytes)
      for row in try await controlRows(request, services) { writer.append(row, to: &bytes) }
      return APIAnswer(status: 200, type: format.mediaType, bytes: bytes)
        .with("Content-Disposition", "attachment; filename=\"controls.\(format.fileExtension)\"")
    }.with {
      $0.description = "In the order of the list. Texts in full are those of one recommendation, `/controls/{id}`."
      $0.parameters = [.init("format", .choice(["csv", "jsonl"]), "csv if not said.")] + filterParameters
      $0.content = .other(["text/csv", "application/jsonl"])
    },
    Route(.get, "/controls/{id}", "getControl", .inventory, .role(.viewer), "Shows one recommendation") {
      request, services in
      let id: ControlID = try request.id("id", "control")
      return try await record(services, "control", id) { try $0.control(id) }
    }.with {
      $0.description = "With its texts, and with what fixing it everywhere would do, as after the last run or change."
      $0.content = .json(.reference("Control"))
    },
  ]

  private static let exportColumns = [
    "id", "findingName", "findingDescription", "recommendation", "severity", "qds", "connector", "vendorProductName",
    "failingHosts", "openFindings", "scoreReduction",
  ]

  private static let filterParameters: [Route.Parameter] = [
    .init("failing", .boolean, "Only those with an open finding."),
    .init("text", .string(.init(lengths: 1...200)), "Only those whose title or key holds each of these words."),
    .init("severity", .integer(1...5), repeated: true, "Only those of this severity, or of one of these."),
    .init(
      "category", .string(.init(lengths: 0...200)), repeated: true,
      "Only those whose `recommendation` is this, or one of these."),
    .init("connector", .name, "Of this connector alone."),
  ]

  private static func controlRows(_ request: APIRequest, _ services: APIServices) async throws -> [JSONValue] {
    var filter = ControlFilter()
    filter.text = request.value("text") ?? ""
    filter.severities = Set(request.values("severity").compactMap { Int64($0) })
    filter.categories = Set(request.values("category"))
    filter.connector = request.value("connector")
    // The fix of one that fails may take off nothing, or less.
    filter.isFailing = request.flag("failing")
    return try await services.store.read { try $0.controlRows(limit: nil) }.filter(filter.holds)
  }

  static let controlSchema = Schema.answer(
    .init("id", .text, required: true), .init("findingName", .nullable(.text), "The recommendation's key."),
    .init("findingDescription", .nullable(.text)), .init("severity", .integer(1...5), required: true),
    .init("qds", .integer(0...100), required: true), .init("connector", .text, required: true),
    .init("vendorProductName", .text, required: true),
    .init("failingHosts", .nullable(.count), required: true, "Hosts with an open finding of it."),
    .init("openFindings", .nullable(.count), required: true),
    .init(
      "scoreReduction", .nullable(.integer(Int(Int32.min)...Int(Int32.max))), required: true,
      "What all hosts' scores together would lose if it were fixed everywhere. Decided findings don't count."))
}
