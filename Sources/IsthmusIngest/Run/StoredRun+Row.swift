package import IsthmusCore
package import IsthmusStore

extension StoredRun {
  /// `running` if somebody works on it, else `interrupted`: the next sync goes on with it.
  package func shownResult(in store: any InventoryStore) throws -> String {
    if let result { return result }
    guard let lock = try store.lock(connector) else { return "running" }
    lock.release()
    return "interrupted"
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
    return .object([
      "run": .string(id.description), "connector": .string(connectorName), "profile": .string(profile),
      "result": .string(try shownResult(in: store)), "stage": .string(stage),
      "transformMap": .string(map), "transformMapVersion": .integer(Int64(mapVersion)),
      "startedAt": .string(startedAt.description), "finishedAt": finishedAt.map { .string($0.description) } ?? .null,
      "seconds": .number((activeSeconds * 10).rounded() / 10), "resumptions": .integer(Int64(resumptions)),
      "assets": assets?["fetched"] ?? .integer(0), "findings": findings?["fetched"] ?? .integer(0),
      "created": sum("created"), "updated": sum("updated"), "fixed": sum("fixed"), "reopened": sum("reopened"),
      "rejected": sum("rejected"), "requests": counters["requests"] ?? .integer(0), "counters": counters,
      "expected": expected.map { .integer(Int64($0)) } ?? .null, "error": error ?? .null,
    ])
  }
}
