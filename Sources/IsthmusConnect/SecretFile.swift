import Foundation

/// A file whose content is a secret: another one each time it is read, if something renews it.
package struct SecretFile: Sendable, Hashable {
  package let path: String

  package init(_ path: String) { self.path = path }

  /// The text, without spaces and line breaks around it; nil if it can't be read.
  ///
  /// Why it can't is not told: the path is all that helps, and the content must not show.
  package func content() -> Secret? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return Secret(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }
}
