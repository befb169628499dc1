package import IsthmusConnect
import IsthmusCore
package import IsthmusIngest
import IsthmusStore

extension SecretVault {
  /// The secrets of all connectors, each with why it can't be read if it can't.
  package func connectorSecrets() async throws -> [SecretSource.Place: Result<Secret, any Error>] {
    var secrets: [SecretSource.Place: Result<Secret, any Error>] = [:]
    for stored in try await list() {
      let place = stored.place
      guard place.connector != nil else { continue }
      do {
        guard let secret = try await secret(owner: stored.place.owner, field: stored.place.field) else { continue }
        secrets[place] = .success(secret)
      } catch {
        secrets[place] = .failure(error)
      }
    }
    return secrets
  }

  /// A connector that is deleted takes its secrets along, one that has another credential now the former one, and so
  /// does a sign-in that does not name a stored one any more.
  func dropSecrets(
    of changes: [ConfigurationChange], by actor: AuditActor, _ at: Timestamp, in transaction: any InventoryTransaction
  ) throws {
    for change in changes where change.key.kind == .connector {
      let owner = "connector:\(change.key.name)"
      // Those that no document has named yet are there for one that is to come.
      let former = (change.before?.storedSecrets ?? []).filter { !(change.after?.storedSecrets ?? []).contains($0) }
      for stored in try transaction.storedSecrets()
      where stored.place.owner == owner && (change.action == .delete || former.contains(stored.place.field)) {
        try drop(stored.place, by: actor, at, in: transaction)
      }
    }
    for change in changes where change.key.kind == .signIn {
      guard let document = change.after?.document, SignInConfiguration.namesStoredSecret(document) else {
        try drop(.signIn, by: actor, at, in: transaction)
        continue
      }
    }
  }
}

extension ConfigurationItem {
  /// A connector's settings whose secret is in the vault.
  fileprivate var storedSecrets: [String] { document.storedSecrets }
}

extension ConfigurationChange {
  /// For the audit log. Documents hold no secret: what stands for one says where it is.
  func entry(by actor: AuditActor, at: Timestamp) -> AuditEntry {
    AuditEntry(
      at: at, actor: actor, action: "\(key.kind.rawValue).\(action.rawValue)",
      subject: key.kind.isSingle ? key.kind.rawValue : "\(key.kind.rawValue):\(key.name)", before: before?.document,
      after: after?.document)
  }
}

extension ConfigurationFile {
  /// - Throws: ``ConfigurationProblem`` for a connector that says its secret is stored, where none is.
  func checkStoredSecrets(_ known: Set<SecretPlace>) throws {
    for connector in connectors {
      for field in connector.storedSecrets
      where !known.contains(.init(connector: connector.name, field: field)) {
        throw ConfigurationProblem(
          item: .init(.connector, connector.name), path: ".connection.\(field)",
          problem:
            "no secret is stored for it yet: give it as a text, or isthmus secret set \"\(connector.name)\" \(field)")
      }
    }
    if let signIn, SignInConfiguration.namesStoredSecret(signIn.document), !known.contains(.signIn) {
      throw ConfigurationProblem(
        item: .init(.signIn, ConfigurationItem.Kind.signIn.rawValue), path: ".openID.clientSecret",
        problem: "no secret is stored for it yet: \(SignInConfiguration.secretAdvice)")
    }
  }
}

extension ConnectorConfiguration {
  /// Settings whose secret is in the vault.
  fileprivate var storedSecrets: [String] { document.storedSecrets }
}

extension JSONValue {
  /// Of a connector's document.
  fileprivate var storedSecrets: [String] {
    guard case .object(let settings)? = self["connection"] else { return [] }
    return settings.filter { $0.value["stored"] == .bool(true) }.map(\.name)
  }
}
