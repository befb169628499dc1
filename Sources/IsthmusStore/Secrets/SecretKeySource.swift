/// Where the keys for secrets come from: the variable ISTHMUS_SECRET_KEY, else the file in the inventory's folder.
///
/// Where both are there, the variable's first key seals, and the file's keys open what was sealed before: so one
/// moves from the file to the variable.
package struct SecretKeySource: Sendable {
  private static let variable = "ISTHMUS_SECRET_KEY"

  private let environment: String?
  private let file: SecretKeyFile

  /// - Parameter environment: What the variable says; nil or empty if it is not set.
  package init(environment: String?, folder: String) {
    self.environment = environment.flatMap { $0.isEmpty ? nil : $0 }
    file = SecretKeyFile(folder: folder)
  }

  /// Whether the keys are the caller's to change.
  package var isFromEnvironment: Bool { environment != nil }

  /// For messages.
  package var place: String { isFromEnvironment ? Self.variable : file.path }

  /// - Returns: nil if there is no key at all.
  package func keys() throws(SecretError) -> SecretKeyring? {
    let filed = try file.keys()
    guard let environment else { return filed }
    let named = try SecretKeyring(parsing: environment, from: Self.variable)
    return SecretKeyring(named.current, earlier: named.earlier + (filed?.all ?? []))
  }

  /// The keys to open with.
  package func existingKeys() throws(SecretError) -> SecretKeyring {
    if let keys = try keys() { return keys }
    throw SecretError(
      .keyMissing,
      "Secrets are stored, but the key to them is not there: no file \(file.path), and \(Self.variable) is not set.",
      remedy: """
        Bring back the key file from a copy, or set the variable. If the key is lost, delete the secrets with \
        isthmus secret delete and set them anew.
        """)
  }

  /// The keys to seal with; the file is made if nothing was sealed yet.
  ///
  /// Called inside a write transaction, so that no change of keys is under way meanwhile.
  package func keysForSealing(hasSecrets: Bool) throws(SecretError) -> SecretKeyring {
    if hasSecrets { return try existingKeys() }
    if let keys = try keys() { return keys }
    return try file.make()
  }

  /// A new key in the file, with those that were there after it.
  ///
  /// - Returns: nil where the variable says which keys there are.
  package func addKey(to keys: SecretKeyring) throws(SecretError) -> SecretKeyring? {
    guard !isFromEnvironment else { return nil }
    let changed = SecretKeyring(.random(), earlier: Array(keys.all.prefix(SecretKeyring.maximumKeys - 1)))
    try file.replace(with: changed)
    return changed
  }

  /// Leaves the current key alone in the file.
  package func dropEarlierKeys(of keys: SecretKeyring) throws(SecretError) {
    guard !isFromEnvironment, !keys.earlier.isEmpty else { return }
    try file.replace(with: SecretKeyring(keys.current))
  }
}
