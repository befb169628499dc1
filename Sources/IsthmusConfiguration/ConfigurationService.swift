package import IsthmusConnect
package import IsthmusCore
package import IsthmusIngest
package import IsthmusStore

/// Reads and changes what is configured in an inventory. The command line, the interface and the pages use it alike:
/// each change is checked against all the rest, and is one transaction with what follows from it.
package struct ConfigurationService: Sendable {
  let store: any InventoryStore
  package let kinds: KindCatalog
  let vault: SecretVault
  private let secretGuard: SecretGuard
  let now: @Sendable () -> Timestamp

  /// - Parameter secretGuard: What its callers may do with secrets.
  package init(
    store: any InventoryStore, kinds: KindCatalog, vault: SecretVault, secretGuard: SecretGuard = .shell,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.kinds = kinds
    self.vault = vault
    self.secretGuard = secretGuard
    self.now = now
  }

  package func snapshot() async throws -> ConfigurationSnapshot {
    let kinds = kinds
    return try await store.read { try ConfigurationSnapshot($0, kinds) }
  }

  /// Whether the caller may have secrets sent where a connector that is not saved would send them.
  ///
  /// - Parameter given: Secrets that came with it.
  /// - Throws: ``ConfigurationProblem``.
  package func checkSecrets(
    of item: ConfigurationItem, given: Set<SecretSource.Place>, in snapshot: ConfigurationSnapshot
  ) throws(ConfigurationProblem) {
    let change = ConfigurationChange(key: item.key, before: snapshot.items[item.key], after: item)
    try secretGuard.check([change], given: given, kinds)
  }

  /// The connectors that can run, checked whole.
  ///
  /// - Throws: ``ConfigurationProblem``.
  package func connectors(secrets: SecretSource?) async throws -> [ConnectorConfiguration] {
    try await snapshot().read(secrets: secrets, at: now()).connectors
  }

  /// A condition of the caller: the item is what he has seen.
  package struct Expectation: Sendable {
    package var key: ConfigurationItem.Key
    /// nil: there is no such item yet.
    package var tag: String?

    package init(_ key: ConfigurationItem.Key, tag: String?) {
      self.key = key
      self.tag = tag
    }
  }

  /// Makes the change that `edit` describes, if the whole is in order after it.
  ///
  /// - Parameters:
  ///   - isPreview: Nothing stays; the answer tells what would be.
  ///   - expectation: Checked in the same transaction.
  ///   - secrets: What connectors are to have from now on; sealed in the same transaction.
  ///   - actor: Who, for the audit log.
  /// - Throws: ``ConfigurationProblem``, ``ConfigurationConflict``, or what `edit` throws.
  package func change(
    isPreview: Bool = false, expecting expectation: Expectation? = nil,
    secrets: [SecretSource.Place: Secret] = [:], by actor: AuditActor,
    _ edit: @escaping @Sendable (ConfigurationSnapshot) throws -> [ConfigurationItem.Key: ConfigurationItem]
  ) async throws -> ConfigurationOutcome {
    let (kinds, seed, at, vault, secretGuard) = (kinds, store.seed, now(), vault, secretGuard)
    // A run scores and identifies by the settings it began with: those of a connector that runs wait for its next run.
    let locks = try await lockConnectors()
    defer { for lock in locks.free.values { lock.release() } }
    do {
      return try await store.write { transaction in
        let before = try ConfigurationSnapshot(transaction, kinds)
        if let expectation {
          let tag = before.items[expectation.key]?.tag(seed: seed)
          if tag != expectation.tag { throw ConfigurationConflict(key: expectation.key, isMissing: tag == nil) }
        }
        let desired = try edit(before)
        let changes = before.changes(to: desired)
        try secretGuard.check(changes, given: Set(secrets.keys), kinds)
        var after = before
        after.items = desired
        let file = try after.read(secrets: nil, at: at)
        let application = ConfigurationApplication(changes: changes, file: file, running: locks.running)
        let outcome = try application.carryOut(transaction, seed: seed, at: at)
        for (place, secret) in secrets {
          let end = try kinds.end(of: secret, for: place.field)
          try vault.seal(secret, at: place, expiresAt: end, by: actor, at, in: transaction)
        }
        try vault.dropSecrets(of: changes, by: actor, at, in: transaction)
        try file.checkStoredSecrets(Set(try transaction.storedSecrets().map(\.place)))
        if isPreview { throw Preview(outcome: outcome) }
        for change in changes { try transaction.insertAuditEntry(change.entry(by: actor, at: at)) }
        return outcome
      }
    } catch let preview as Preview {
      return preview.outcome
    }
  }

  /// Undoes the transaction and carries out what it found.
  private struct Preview: Error {
    var outcome: ConfigurationOutcome
  }

  private func lockConnectors() async throws -> (free: [String: any RunLock], running: Set<String>) {
    let numbers = try await store.read { try $0.identities.connectorNumbers() }
    var free: [String: any RunLock] = [:]
    for (name, number) in numbers { free[name] = try store.lock(number) }
    return (free, Set(numbers.keys).subtracting(free.keys))
  }
}

/// What a change of the configuration did.
package struct ConfigurationOutcome: Sendable {
  package var changes: [ConfigurationChange]
  package var inventory: InventoryChange.Outcome
  /// Connectors whose run goes on by what it began with; their score map and rules follow at their next run.
  package var deferred: [String]

  package var json: JSONValue {
    .object([
      "changes": .array(changes.map(\.json)), "scores": inventory.scores?.json ?? .null, "tags": inventory.tags.json,
      "identifiedAssets": .integer(Int64(inventory.identified)), "deferred": .array(deferred.map(JSONValue.string)),
    ])
  }
}

/// Somebody else has changed the item since it was read.
package struct ConfigurationConflict: Error, Sendable, CustomStringConvertible {
  package var key: ConfigurationItem.Key
  package var isMissing: Bool

  package var description: String {
    isMissing
      ? "The \(key) does not exist any more."
      : "The \(key) is not as it was when you read it. Read it again, and change that."
  }
}
