import Foundation
import IsthmusCore
import Testing

@Suite("The query language's reference")
struct QueryReferenceFileTests {
  /// `ISTHMUS_UPDATE_GOLDEN=1 swift test --filter QueryReferenceFileTests` writes the file anew.
  @Test("docs/query-language.md is what the catalogue says")
  func isUpToDate() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appending(path: "docs/query-language.md")
    if ProcessInfo.processInfo.environment["ISTHMUS_UPDATE_GOLDEN"] == "1" {
      try QueryReference.markdown.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == QueryReference.markdown, "write it anew, see above")
  }
}
