import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  private static func secret(
    _ owner: String, _ field: String, _ bytes: [UInt8] = [1, 0, 255], by name: String = "alice",
    expires: Timestamp? = nil
  ) -> StoredSecret {
    StoredSecret(
      place: SecretPlace(owner: owner, field: field), box: SecretBox(keyID: "k1", bytes: bytes),
      setAt: SampleInventory.noon(1), setBy: name, expiresAt: expires)
  }

  static let secretCases = [
    Case("A sealed secret comes back byte by byte, and another one takes its place") { fixture in
      let store = try fixture.open()
      let first = secret("connector:A", "clientSecret", Array(0...255))
      let second = secret("connector:A", "clientSecret", [7], by: "bob", expires: SampleInventory.noon(9))
      try await store.write { try $0.setStoredSecret(first) }
      #expect(try await fixture.open().read { try $0.secrets.storedSecret(at: first.place) } == first)
      try await store.write { try $0.setStoredSecret(second) }
      #expect(try await store.read { try $0.secrets.storedSecrets() } == [second])
    },
    Case("Secrets are listed by owner and field, and one that is deleted is gone") { fixture in
      let store = try fixture.open()
      let places = [("b", "x"), ("a", "y"), ("a", "x"), ("A", "x")].map { secret($0.0, $0.1) }
      try await store.write { transaction in for secret in places { try transaction.setStoredSecret(secret) } }
      let listed = try await store.read { try $0.secrets.storedSecrets().map(\.place) }
      #expect(listed == places.map(\.place).sorted())
      let (was, isNot) = try await store.write { transaction in
        (
          try transaction.deleteStoredSecret(at: SecretPlace(owner: "a", field: "y")),
          try transaction.deleteStoredSecret(at: SecretPlace(owner: "a", field: "z"))
        )
      }
      #expect(was && !isNot)
      #expect(try await store.read { try $0.secrets.storedSecrets().count } == 3)
    },
  ]

  private static func entry(_ number: Int64, _ action: String, by name: String = "alice") -> AuditEntry {
    AuditEntry(
      at: SampleInventory.noon(number),
      actor: AuditActor(.user, name: name, account: AccountID(number), token: nil, address: "192.0.2.1"),
      action: action, subject: "thing:\(number % 2)", before: number == 1 ? nil : .object(["n": .integer(number)]),
      after: .array([.null, .string("é\u{1F30D}")]))
  }

  static let auditCases = [
    Case("The audit log gives back what was recorded, the latest first") { fixture in
      let store = try fixture.open()
      let entries = (1...4).map { entry($0, "thing.change") }
      try await store.write { transaction in for entry in entries { try transaction.insertAuditEntry(entry) } }
      let found = try await store.read { try $0.audit.auditEntries(AuditFilter(limit: 10)) }
      #expect(found.map(\.entry) == entries.reversed())
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.number > $1.number })
    },
    Case("The audit log is filtered by actor, subject, action, time, and read on page by page") { fixture in
      let store = try fixture.open()
      let actions = ["account.create", "account.delete", "accounts.import", "token.create"]
      try await store.write { transaction in
        for (index, action) in actions.enumerated() {
          try transaction.insertAuditEntry(entry(Int64(index + 1), action, by: index == 0 ? "bob" : "alice"))
        }
      }
      let find = { @Sendable (filter: AuditFilter) async throws -> [String] in
        try await store.read { try $0.audit.auditEntries(filter).map(\.entry.action) }
      }
      #expect(try await find(AuditFilter(actor: "bob", limit: 9)) == ["account.create"])
      #expect(try await find(AuditFilter(subject: "thing:0", limit: 9)) == ["token.create", "account.delete"])
      #expect(try await find(AuditFilter(action: "account", limit: 9)) == ["account.delete", "account.create"])
      #expect(try await find(AuditFilter(action: "account.delete", limit: 9)) == ["account.delete"])
      #expect(
        try await find(AuditFilter(since: SampleInventory.noon(3), limit: 9)) == ["token.create", "accounts.import"])
      let first = try await store.read { try $0.audit.auditEntries(AuditFilter(limit: 3)) }
      let rest = try await find(AuditFilter(below: first.last?.number, limit: 3))
      #expect(first.map(\.entry.action) + rest == actions.reversed())
    },
    Case("An entry goes with the change that it is about, if that is undone") { fixture in
      struct Undone: Error {}
      let store = try fixture.open()
      await #expect(throws: Undone.self) {
        try await store.write { transaction in
          try transaction.insertAuditEntry(entry(1, "thing.change"))
          throw Undone()
        }
      }
      #expect(try await store.read { try $0.audit.auditEntries(AuditFilter(limit: 9)) }.isEmpty)
    },
  ]
}
