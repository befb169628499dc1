package import IsthmusConnect
package import IsthmusCore
package import IsthmusStore

/// The secrets in the inventory: sealed there, opened where one is needed.
///
/// The keys are read anew each time, so that a change of keys by another process is seen at once.
package struct SecretVault: Sendable {
  /// What a change of keys did.
  package struct KeyChange: Sendable, Hashable {
    /// The key that all secrets are sealed with now.
    package var keyID: String
    /// How many were sealed with another one before.
    package var resealed: Int
    /// Whether earlier keys can be taken away from the variable now.
    package var isFromEnvironment: Bool
  }

  /// Entra's own are 40 characters; a certificate with its key fits too.
  private static let maximumBytes = 32 << 10
  private static let maximumNameLength = 200

  private let store: any InventoryStore
  private let source: SecretKeySource
  private let now: @Sendable () -> Timestamp

  package init(store: any InventoryStore, keys source: SecretKeySource, now: @escaping @Sendable () -> Timestamp) {
    self.store = store
    self.source = source
    self.now = now
  }

  /// By owner and field; what is sealed in them stays so.
  package func list() async throws -> [StoredSecret] { try await store.read { try $0.secrets.storedSecrets() } }

  /// - Returns: nil if none was set.
  /// - Throws: ``SecretError`` if it does not open.
  package func secret(owner: String, field: String) async throws -> Secret? {
    let place = SecretPlace(owner: owner, field: field)
    do {
      return try await read(place)
    } catch let error as SecretError where error.kind == .unknownKey {
      // Between the two reads another process may have changed the keys and sealed it anew.
      return try await read(place)
    }
  }

  private func read(_ place: SecretPlace) async throws -> Secret? {
    guard let stored = try await store.read({ try $0.secrets.storedSecret(at: place) }) else { return nil }
    return Secret(try stored.box.open(at: place, with: try source.existingKeys()))
  }

  /// Seals a secret, in place of the one that was there.
  ///
  /// - Parameter expiresAt: When the other side stops to take it; for lists and warnings.
  /// - Throws: ``ChangeError`` or ``SecretError``.
  package func set(
    owner: String, field: String, _ secret: Secret, expiresAt: Timestamp? = nil, by actor: AuditActor
  ) async throws {
    let (place, at) = (SecretPlace(owner: owner, field: field), now())
    try await store.write { [self] transaction in
      try seal(secret, at: place, expiresAt: expiresAt, by: actor, at, in: transaction)
    }
  }

  /// The same, as part of a transaction.
  package func seal(
    _ secret: Secret, at place: SecretPlace, expiresAt: Timestamp? = nil, by actor: AuditActor, _ at: Timestamp,
    in transaction: any InventoryTransaction
  ) throws {
    try Self.check(place)
    if secret.isEmpty { throw ChangeError.invalid("The secret is empty.") }
    if secret.reveal().utf8.count > Self.maximumBytes {
      throw ChangeError.invalid("The secret has more than \(Self.maximumBytes) bytes.")
    }
    let known = try transaction.storedSecrets()
    let keys = try source.keysForSealing(hasSecrets: !known.isEmpty)
    let stored = StoredSecret(
      place: place, box: try SecretBox(sealing: secret.reveal(), at: place, with: keys.current), setAt: at,
      setBy: actor.name, expiresAt: expiresAt)
    try transaction.setStoredSecret(stored)
    try transaction.insertAuditEntry(
      AuditEntry(
        at: at, actor: actor, action: "secret.set", subject: place.owner,
        before: known.first { $0.place == place }?.audited, after: stored.audited))
  }

  /// Also where the key is lost.
  ///
  /// - Returns: Whether there was one.
  package func delete(owner: String, field: String, by actor: AuditActor) async throws -> Bool {
    let place = SecretPlace(owner: owner, field: field)
    let at = now()
    return try await store.write { [self] in try drop(place, by: actor, at, in: $0) }
  }

  /// The same, as part of a transaction.
  @discardableResult
  package func drop(
    _ place: SecretPlace, by actor: AuditActor, _ at: Timestamp, in transaction: any InventoryTransaction
  ) throws -> Bool {
    guard let known = try transaction.storedSecret(at: place) else { return false }
    _ = try transaction.deleteStoredSecret(at: place)
    try transaction.insertAuditEntry(
      AuditEntry(at: at, actor: actor, action: "secret.delete", subject: place.owner, before: known.audited))
    return true
  }

  /// Makes a new key in the key file and seals all secrets with it; with keys from the variable, seals all with the
  /// first of them.
  ///
  /// Wherever this is interrupted, all secrets can be read: the old key goes only after nothing needs it.
  package func rotate(by actor: AuditActor) async throws -> KeyChange {
    let at = now()
    let change = try await store.write { [source] transaction in
      let known = try transaction.storedSecrets()
      let before = try source.keysForSealing(hasSecrets: !known.isEmpty)
      let opened = try known.map { ($0, try $0.box.open(at: $0.place, with: before)) }
      let keys = try source.addKey(to: before) ?? before
      var resealed = 0
      for (stored, text) in opened where stored.box.keyID != keys.current.id {
        var sealed = stored
        sealed.box = try SecretBox(sealing: text, at: stored.place, with: keys.current)
        try transaction.setStoredSecret(sealed)
        resealed += 1
      }
      let names = Set(known.map(\.box.keyID)).sorted().map(JSONValue.string)
      try transaction.insertAuditEntry(
        AuditEntry(
          at: at, actor: actor, action: "secret.rotateKey", subject: "secrets",
          before: .object(["keys": .array(names)]),
          after: .object(["keys": .array([.string(keys.current.id)]), "resealed": .integer(Int64(resealed))])))
      return KeyChange(keyID: keys.current.id, resealed: resealed, isFromEnvironment: source.isFromEnvironment)
    }
    try await store.write { [source] transaction in
      let keys = try source.existingKeys()
      if try transaction.storedSecrets().allSatisfy({ $0.box.keyID == keys.current.id }) {
        try source.dropEarlierKeys(of: keys)
      }
    }
    return change
  }

  private static func check(_ place: SecretPlace) throws {
    for name in [place.owner, place.field] {
      let isPlain = !name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
      guard isPlain, (1...maximumNameLength).contains(name.count) else {
        throw ChangeError.invalid("A secret's owner and field have 1 to \(maximumNameLength) printable characters.")
      }
    }
  }
}

extension StoredSecret {
  /// For the audit log: that it is there, never what it is.
  fileprivate var audited: JSONValue {
    .object([
      "field": .string(place.field), "value": .redacted,
      "expiresAt": expiresAt.map { .string($0.description) } ?? .null,
    ])
  }
}
