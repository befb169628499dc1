import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

extension PageRoutes {
  static let recordRoutes: [PageRoute] = [
    PageRoute(.get, "/assets/{id}", .role(.viewer)) { request, context in
      let id: AssetID = try request.id("host")
      let (seed, at) = (context.services.store.seed, context.services.now())
      let found = try await context.services.store.read { inventory -> (JSONValue, JSONValue)? in
        let reader = try AssetExplanation(inventory, seed: seed, at: at)
        guard let record = try reader.record(of: id), let explanation = try reader.explanation(of: id) else {
          return nil
        }
        return (record, explanation)
      }
      guard let (record, explanation) = found else { throw Problem(.notFound, "There is no host \(id).") }
      let model = AssetPage(record, explanation, role: request.caller?.principal.role ?? .viewer)
      return .page(Page(model.name, in: .assets, "asset", model))
    },
    PageRoute(.get, "/findings/{id}", .role(.viewer)) { request, context in
      let id: FindingID = try request.id("finding")
      guard let record = try await context.services.store.read({ try $0.finding(id) }) else {
        throw Problem(.notFound, "There is no finding \(id).")
      }
      let model = FindingPage(record, role: request.caller?.principal.role ?? .viewer)
      return .page(Page(model.title, in: .findings, "finding", model))
    },
  ]
}

/// A name and what stands beside it.
struct Fact: Sendable {
  let name: String
  let text: String
  /// Empty where it leads nowhere.
  let path: String
  let tone: String

  init(_ name: String, _ text: String, path: String = "", tone: String = "") {
    self.name = name
    self.text = text
    self.path = path
    self.tone = tone
  }
}
