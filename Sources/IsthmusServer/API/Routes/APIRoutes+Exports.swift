import IsthmusCore
import IsthmusStore

/// All that a query finds, as a stream.
extension APIRoutes {
  static let exportRoutes: [Route] = QueryEntity.allCases.map { entity in
    let noun = entity == .asset ? "assets" : "findings"
    return Route(
      .get, "/exports/\(noun)", "export\(entity == .asset ? "Assets" : "Findings")", .inventory, .role(.viewer),
      "Exports \(noun) that a query finds, of any number"
    ) { request, services in
      let format = ExportFormat(rawValue: request.value("format") ?? "") ?? .csv
      let export = try await ExportStream(
        entity, of: services.store, try query(request.value("query"), entity, services), as: format,
        columns: request.values("column"))
      return APIAnswer(type: format.mediaType) { write in
        try await export.write { try await write(Array($0)) }
      }.with("Content-Disposition", "attachment; filename=\"\(noun).\(format.fileExtension)\"")
    }.with {
      $0.description =
        "In the order of their numbers. It is read page by page: see docs/exports.md for what may change meanwhile."
      $0.parameters = [
        queryParameter, .init("format", .choice(ExportFormat.allCases.map(\.rawValue)), "csv if not said."),
        .init(
          "column", .string(.init(lengths: 1...200)), repeated: true,
          "A member of rows, for csv and jsonl; all if none is named."),
      ]
      $0.content = .other(["text/csv", "application/jsonl"])
      $0.problems = [.badQuery]
    }
  }
}
