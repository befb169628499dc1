import IsthmusConnect
import IsthmusCore
import IsthmusServer
import IsthmusStore
import Testing

@Suite("Accounts")
struct AccountTests {
  private let harness: AuthHarness

  init() throws { harness = try AuthHarness() }

  @Test("An account is made once, whatever the case of its name, and listed without its password")
  func makes() async throws {
    try await harness.add("Alice", .admin)
    try await harness.add("bob")
    let refused = await harness.refusal { try await harness.add("ALICE") }
    #expect(refused == .invalid)
    let accounts = try await harness.accounts.list(by: harness.root)
    #expect(accounts.map(\.name) == ["Alice", "bob"] && accounts.map(\.role) == [.admin, .viewer])
    #expect(accounts.allSatisfy { !$0.json.text().contains("scrypt") })
  }

  @Test("Roles say what one may do", arguments: Role.allCases)
  func roles(role: Role) async throws {
    try await harness.add("root", .admin)
    let actor = try await harness.add("actor", role)
    try await harness.add("other")
    let accounts = harness.accounts
    let attempts: [@Sendable () async throws -> Void] = [
      { _ = try await accounts.list(by: actor) },
      { _ = try await accounts.create("new", role: .viewer, password: AuthHarness.password, by: actor) },
      { try await accounts.setRole(of: "other", to: .operator, by: actor) },
      { try await accounts.setDisabled("other", true, by: actor) },
      { try await accounts.setPassword(of: "other", to: Secret("another password"), by: actor) },
      { try await accounts.delete("other", by: actor) },
      { _ = try await AuditLog(store: harness.store).entries(AuditFilter(limit: 1), by: actor) },
    ]
    for attempt in attempts {
      let refused = await harness.refusal(attempt)
      #expect(refused == (role == .admin ? nil : .notAllowed))
    }
    #expect(try await (harness.account("other") == nil) == (role == .admin))
  }

  @Test("A token changes no accounts, whatever its role")
  func tokensKeepOff() async throws {
    let (token, text) = try await harness.tokens.create(
      "robot", role: .admin, lifetime: .seconds(60), by: harness.root)
    let robot = try #require(try await harness.tokens.principal(of: text, address: nil))
    let refused = await harness.refusal {
      _ = try await harness.accounts.create("x", role: .viewer, password: AuthHarness.password, by: robot)
    }
    #expect(refused == .notAllowed)
    let more = await harness.refusal {
      _ = try await harness.tokens.create("y", role: .viewer, lifetime: .seconds(9), by: robot)
    }
    #expect(more == .notAllowed)
    let revoked = await harness.refusal { try await harness.tokens.revoke(token.id, by: robot) }
    #expect(revoked == .notAllowed)
  }

  enum Removal: CaseIterable, Sendable { case demote, disable, delete }

  private func remove(_ name: String, _ removal: Removal) async throws {
    switch removal {
    case .demote: try await harness.accounts.setRole(of: name, to: .operator, by: harness.root)
    case .disable: try await harness.accounts.setDisabled(name, true, by: harness.root)
    case .delete: try await harness.accounts.delete(name, by: harness.root)
    }
  }

  @Test("The last active admin stays one, even where others are disabled", arguments: Removal.allCases)
  func lastAdmin(removal: Removal) async throws {
    try await harness.add("alice", .admin)
    try await harness.add("bob", .admin)
    try await harness.add("carol", .operator)
    try await harness.accounts.setDisabled("bob", true, by: harness.root)
    let refused = await harness.refusal { try await remove("alice", removal) }
    #expect(refused == .invalid)
    let alice = try await harness.account("alice")
    #expect(alice?.role == .admin && alice?.isDisabled == false)
    try await harness.accounts.setDisabled("bob", false, by: harness.root)
    try await remove("alice", removal)
    let last = await harness.refusal { try await remove("bob", removal) }
    #expect(last == .invalid)
  }

  @Test("One's own password takes the present one, and ends one's other sessions")
  func ownPassword() async throws {
    let alice = try await harness.add("alice")
    let here = try await harness.signIn("alice")
    let there = try await harness.signIn("alice")
    let active = try #require(try await harness.sessions.active(here.text, address: nil))
    let wrong = await harness.refusal {
      try await harness.accounts.changePassword(
        from: Secret("guess guess guess"), to: Secret("the next password"), keeping: active.digest, by: alice)
    }
    #expect(wrong == .notAllowed)
    #expect(try await harness.sessions.active(there.text, address: nil) != nil)
    try await harness.accounts.changePassword(
      from: AuthHarness.password, to: Secret("the next password"), keeping: active.digest, by: alice)
    #expect(try await harness.sessions.active(here.text, address: nil) != nil)
    #expect(try await harness.sessions.active(there.text, address: nil) == nil)
    #expect(await harness.refusal { _ = try await harness.signIn("alice") } == .notSignedIn)
    _ = try await harness.signIn("alice", "the next password")
  }

  @Test("Wrong guesses at the present password count as attempts to sign in, and the right one must wait then too")
  func throttlesOwnPassword() async throws {
    var principal = try await harness.add("alice")
    principal.address = "192.0.2.1"
    let alice = principal
    func change(_ current: String) async -> AccessError.Kind? {
      await harness.refusal {
        try await harness.accounts.changePassword(
          from: Secret(current), to: Secret("the next password"), keeping: nil, by: alice)
      }
    }
    for number in 1...5 { #expect(await change("guess number \(number)") == .notAllowed) }
    #expect(await change(AuthHarness.password.reveal()) == .throttled(wait: .seconds(1)))
    #expect(await harness.refusal { _ = try await harness.signIn("alice") } == .throttled(wait: .seconds(1)))
    harness.advance(by: .seconds(1))
    #expect(await change("guess number 6") == .notAllowed)
    #expect(await change(AuthHarness.password.reveal()) == .throttled(wait: .seconds(2)))
    harness.advance(by: .seconds(2))
    #expect(await change(AuthHarness.password.reveal()) == nil)
    _ = try await harness.signIn("alice", "the next password")
  }

  @Test("An admin's new password for somebody ends all their sessions; so do disabling and deleting")
  func endsSessions() async throws {
    try await harness.add("root", .admin)
    let endings: [@Sendable () async throws -> Void] = [
      { try await harness.accounts.setPassword(of: "bob", to: AuthHarness.password, by: harness.root) },
      { try await harness.accounts.setDisabled("bob", true, by: harness.root) },
      { try await harness.accounts.delete("bob", by: harness.root) },
    ]
    for ending in endings {
      if try await harness.account("bob") == nil { try await harness.add("bob") }
      let session = try await harness.signIn("bob")
      #expect(try await harness.sessions.active(session.text, address: nil)?.principal.name == "bob")
      try await ending()
      #expect(try await harness.sessions.active(session.text, address: nil) == nil)
      if try await harness.account("bob")?.isDisabled == true {
        #expect(await harness.refusal { _ = try await harness.signIn("bob") } == .notSignedIn)
        try await harness.accounts.setDisabled("bob", false, by: harness.root)
      }
    }
  }

  @Test("Another role holds from the next request on")
  func roleAtOnce() async throws {
    try await harness.add("bob", .operator)
    let session = try await harness.signIn("bob")
    try await harness.accounts.setRole(of: "bob", to: .viewer, by: harness.root)
    #expect(try await harness.sessions.active(session.text, address: nil)?.principal.role == .viewer)
  }

  @Test("Each change is in the audit log with who, before and after; what changes nothing is not")
  func audits() async throws {
    let alice = try await harness.add("alice", .admin)
    try await harness.add("bob")
    try await harness.accounts.setRole(of: "bob", to: .operator, by: alice)
    try await harness.accounts.setRole(of: "bob", to: .operator, by: alice)
    try await harness.accounts.setDisabled("bob", true, by: alice)
    try await harness.accounts.setPassword(of: "bob", to: Secret("another password"), by: alice)
    try await harness.accounts.delete("bob", by: alice)
    let actions = try await harness.actions(AuditFilter(subject: "account:bob", limit: 20))
    #expect(actions == ["account.create", "account.role", "account.disable", "account.password", "account.delete"])
    let entries = try await AuditLog(store: harness.store).entries(
      AuditFilter(action: "account.role", limit: 5), by: alice)
    #expect(entries.first?.entry.actor.account == alice.account && entries.first?.entry.actor.kind == .user)
    #expect(entries.first?.entry.before?["role"] == .string("viewer"))
    #expect(entries.first?.entry.after?["role"] == .string("operator"))
  }

  @Test("The first account is made by the link, once, in a day, while there is none")
  func setupLink() async throws {
    let link = harness.setupLink
    let first = try #require(try await link.make())
    let second = try #require(try await link.make())
    let redeem = { @Sendable (text: Secret, name: String) async throws in
      _ = try await link.redeem(text, name: name, password: AuthHarness.password, address: "192.0.2.1")
    }
    #expect(await harness.refusal { try await redeem(first, "alice") } == .notSignedIn, "the later one counts")
    #expect(await harness.refusal { try await redeem(Secret("x"), "alice") } == .notSignedIn)
    #expect(await harness.refusal { try await redeem(second, "not a name") } == .invalid)
    harness.advance(by: SetupLink.lifetime)
    #expect(await harness.refusal { try await redeem(second, "alice") } == .notSignedIn)
    let third = try #require(try await link.make())
    harness.advance(by: SetupLink.lifetime - .seconds(1))
    #expect(try await link.isValid(third))
    try await redeem(third, "alice")
    #expect(try await harness.account("alice")?.role == .admin)
    #expect(await harness.refusal { try await redeem(third, "mallory") } == .notSignedIn)
    #expect(try await link.make() == nil)
    #expect(try await harness.actions() == ["account.create"])
  }

  @Test("A link is void once there is an account, however that was made")
  func linkVoid() async throws {
    let text = try #require(try await harness.setupLink.make())
    try await harness.add("alice", .admin)
    #expect(try await !harness.setupLink.isValid(text))
  }
}
