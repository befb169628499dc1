import Foundation
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@Suite("Secrets in the inventory")
struct SecretVaultTests {
  private let folder: TemporaryFolder
  private let store: any InventoryStore
  private let alice = AuditActor(.user, name: "alice", account: AccountID(1))
  private static let at = Timestamp(microseconds: 1_800_000_000_000_000)

  init() throws {
    folder = try TemporaryFolder()
    store = try SQLiteStore(folder: folder.path, newSeed: 1)
  }

  private func vault(key: String? = nil) -> SecretVault {
    SecretVault(
      store: store, keys: SecretKeySource(environment: key, folder: folder.path), now: { Self.at })
  }

  private static func key(_ byte: UInt8) -> String { Data(repeating: byte, count: 32).base64EncodedString() }

  private func keyLines() throws -> Int {
    try String(contentsOf: folder.file("secret.key"), encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.count
  }

  /// All bytes that the store has on the disk.
  private func stored() throws -> Data {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("isthmus.sqlite") }
      .reduce(into: Data()) { $0.append(try Data(contentsOf: folder.file($1))) }
  }

  @Test("A secret that was set is read again, and stands nowhere in the database")
  func setsAndReads() async throws {
    let vault = vault()
    #expect(try await vault.secret(owner: "connector:A", field: "clientSecret") == nil)
    try await vault.set(owner: "connector:A", field: "clientSecret", Secret("hunter2-hunter2"), by: alice)
    #expect(try await vault.secret(owner: "connector:A", field: "clientSecret")?.reveal() == "hunter2-hunter2")
    #expect(try await vault.secret(owner: "connector:A", field: "proxy") == nil)
    let bytes = try stored()
    #expect(bytes.range(of: Data("connector:A".utf8)) != nil, "the bytes that are searched are the store's")
    #expect(bytes.range(of: Data("hunter2".utf8)) == nil)
    let listed = try await vault.list()
    #expect(listed.map(\.setBy) == ["alice"] && listed.map(\.setAt) == [Self.at])
  }

  @Test("Who set, changed and deleted it is in the audit log, the secret is not")
  func audits() async throws {
    let vault = vault()
    let end = Self.at.advanced(by: .seconds(86_400))
    try await vault.set(owner: "connector:A", field: "clientSecret", Secret("first-hunter2"), by: alice)
    try await vault.set(
      owner: "connector:A", field: "clientSecret", Secret("second-hunter2"), expiresAt: end, by: alice)
    #expect(try await vault.delete(owner: "connector:A", field: "clientSecret", by: alice))
    #expect(try await !vault.delete(owner: "connector:A", field: "clientSecret", by: alice))
    let entries = try await store.read { try $0.audit.auditEntries(AuditFilter(limit: 9)).map(\.entry) }
    #expect(entries.map(\.action) == ["secret.delete", "secret.set", "secret.set"])
    #expect(entries.allSatisfy { $0.actor == alice && $0.subject == "connector:A" })
    #expect(entries[1].before?["value"] == .redacted && entries[1].after?["expiresAt"] == .string(end.description))
    #expect(entries[0].after == nil && entries[2].before == nil)
    #expect(!"\(entries)".contains("hunter2"))
  }

  @Test("A new key in the file: all secrets are sealed with it, and the old key is gone")
  func rotatesFile() async throws {
    let vault = vault()
    for name in ["A", "B"] {
      try await vault.set(owner: name, field: "clientSecret", Secret("secret of \(name)"), by: alice)
    }
    let before = try await vault.list()
    let change = try await vault.rotate(by: alice)
    let after = try await vault.list()
    #expect(change.resealed == 2 && !change.isFromEnvironment)
    #expect(after.allSatisfy { $0.box.keyID == change.keyID } && before.allSatisfy { $0.box.keyID != change.keyID })
    #expect(after.map(\.setBy) == before.map(\.setBy))
    #expect(try keyLines() == 1)
    #expect(try await vault.secret(owner: "B", field: "clientSecret")?.reveal() == "secret of B")
  }

  @Test("A change of keys that can't be committed loses nothing")
  func rotationFails() async throws {
    let vault = vault()
    for name in ["A", "B"] {
      try await vault.set(owner: name, field: "clientSecret", Secret("secret of \(name)"), by: alice)
    }
    // One secret that no key opens: the change is refused before the file is touched.
    let strange = try SecretBox(sealing: "x", at: SecretPlace(owner: "C", field: "f"), with: .random())
    try await store.write { transaction in
      try transaction.setStoredSecret(
        StoredSecret(
          place: SecretPlace(owner: "C", field: "f"), box: strange, setAt: Self.at, setBy: "bob", expiresAt: nil))
    }
    let error = await #expect(throws: SecretError.self) { try await vault.rotate(by: alice) }
    #expect(error?.kind == .unknownKey)
    #expect(try keyLines() == 1)
    #expect(try await vault.secret(owner: "A", field: "clientSecret")?.reveal() == "secret of A")
  }

  @Test("With two keys in the file, as an interrupted change leaves it, all opens and the next change ends it")
  func goesOnAfterInterruption() async throws {
    let vault = vault()
    try await vault.set(owner: "A", field: "clientSecret", Secret("secret of A"), by: alice)
    let file = SecretKeyFile(folder: folder.path)
    let keys = try #require(try file.keys())
    try file.replace(with: SecretKeyring(.random(), earlier: keys.all))
    try await vault.set(owner: "B", field: "clientSecret", Secret("secret of B"), by: alice)
    #expect(try await vault.secret(owner: "A", field: "clientSecret")?.reveal() == "secret of A")
    #expect(try await vault.rotate(by: alice).resealed == 2)
    #expect(try keyLines() == 1)
  }

  @Test("From one key in the variable to another, and from the file to the variable")
  func rotatesVariable() async throws {
    try await vault().set(owner: "A", field: "clientSecret", Secret("secret of A"), by: alice)
    let first = vault(key: Self.key(1))
    #expect(try await first.rotate(by: alice).resealed == 1)
    try FileManager.default.removeItem(at: folder.file("secret.key"))
    #expect(try await first.secret(owner: "A", field: "clientSecret")?.reveal() == "secret of A")
    let both = vault(key: "\(Self.key(2)),\(Self.key(1))")
    let change = try await both.rotate(by: alice)
    #expect(change.resealed == 1 && change.isFromEnvironment)
    #expect(try await both.rotate(by: alice).resealed == 0)
    #expect(try await vault(key: Self.key(2)).secret(owner: "A", field: "clientSecret")?.reveal() == "secret of A")
    let error = await #expect(throws: SecretError.self) {
      try await first.secret(owner: "A", field: "clientSecret")
    }
    #expect(error?.kind == .unknownKey)
  }

  @Test("A lost key is said, and no new one is made in its place; deleting the secrets makes room for one")
  func lostKey() async throws {
    let vault = vault()
    try await vault.set(owner: "A", field: "clientSecret", Secret("secret of A"), by: alice)
    try FileManager.default.removeItem(at: folder.file("secret.key"))
    for attempt in ["read", "set", "rotate"] {
      let error = await #expect(throws: SecretError.self) {
        switch attempt {
        case "read": _ = try await vault.secret(owner: "A", field: "clientSecret")
        case "set": try await vault.set(owner: "B", field: "clientSecret", Secret("new"), by: alice)
        default: _ = try await vault.rotate(by: alice)
        }
      }
      #expect(error?.kind == .keyMissing, "\(attempt)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("secret.key").path(percentEncoded: false)))
    #expect(try await vault.delete(owner: "A", field: "clientSecret", by: alice))
    try await vault.set(owner: "A", field: "clientSecret", Secret("new"), by: alice)
    #expect(try await vault.secret(owner: "A", field: "clientSecret")?.reveal() == "new")
  }

  @Test("An empty secret, a huge one and an unprintable place are refused")
  func refuses() async throws {
    let vault = vault()
    for (owner, secret) in [("A", ""), ("A", String(repeating: "x", count: 40_000)), ("", "x"), ("A\n", "x")] {
      let error = await #expect(throws: ChangeError.self) {
        try await vault.set(owner: owner, field: "clientSecret", Secret(secret), by: alice)
      }
      #expect(error?.kind == .invalid)
    }
    #expect(try await vault.list().isEmpty)
  }
}
