package import Foundation

/// A folder of a test's own, removed with its last reference.
package final class TemporaryFolder: Sendable {
  private let url: URL

  package init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "isthmus-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    TestStore.forget(path)
    // One that is left behind in the system's own temporary folder does no harm.
    try? FileManager.default.removeItem(at: url)
  }

  package var path: String { url.path(percentEncoded: false) }

  package func file(_ name: String) -> URL { url.appending(path: name) }
}
