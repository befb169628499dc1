package import IsthmusCore
package import IsthmusStore

extension StoredRun {
  /// `running` if somebody works on it, else `interrupted`: the next sync goes on with it.
  package func shownResult(in store: any InventoryStore) throws -> String {
    if let result { return result }
    return try store.isLocked(connector) ? "running" : "interrupted"
  }

  /// How many records the listing under way has in all, as far as the source said.
  package var expected: Int? { checkpoint["expected"]?.integer.map(Int.init) }

  /// For lists and programs.
  package func row(in store: any InventoryStore) throws -> JSONValue {
    let assets = counters["assets"]
    let findings = counters["findings"]
    func sum(_ name: String) -> JSONValue {
      .integer((assets?[name]?.integer ?? 0) + (findings?[name]?.integer ?? 0))
    }
    let about: [JSONValue.Member] = [
      .init("run", .string(id.description)), .init("connector", .string(connectorName)),
      .init("profile", .string(profile)), .init("mode", .string(mode.rawValue)),
      .init("replayOf", .text(replayOf?.description)), .init("result", .string(try shownResult(in: store))),
      .init("stage", .string(stage)), .init("transformMap", .string(map)),
      .init("transformMapVersion", .integer(Int64(mapVersion))), .init("startedAt", .string(startedAt.description)),
      .init("finishedAt", .text(finishedAt?.description)),
      .init("seconds", .number((activeSeconds * 10).rounded() / 10)),
      .init("resumptions", .integer(Int64(resumptions))),
    ]
    let figures: [JSONValue.Member] = [
      .init("assets", assets?["fetched"] ?? .integer(0)), .init("findings", findings?["fetched"] ?? .integer(0)),
      .init("created", sum("created")), .init("updated", sum("updated")), .init("fixed", sum("fixed")),
      .init("reopened", sum("reopened")), .init("rejected", sum("rejected")),
      .init("requests", counters["requests"] ?? .integer(0)), .init("counters", counters),
      .init("expected", expected.map { .integer(Int64($0)) } ?? .null), .init("error", error ?? .null),
    ]
    return .object(about + figures)
  }
}

extension JSONValue {
  fileprivate static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
}
