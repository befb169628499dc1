import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

extension PageRoutes {
  static let recordRoutes: [PageRoute] = [
    PageRoute(.get, "/assets/{id}", .role(.viewer)) { try await assetPage($0, $1) },
    PageRoute(.get, "/findings/{id}", .role(.viewer)) { try await findingPage($0, $1) },
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
