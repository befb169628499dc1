import Foundation
import IsthmusConnect
import IsthmusCore
import IsthmusServer
import IsthmusStore
import TestSupport
import Testing

@Suite("Sessions and tokens")
struct SessionTests {
  private let harness: AuthHarness

  init() throws { harness = try AuthHarness() }

  @Test("A session ends two hours after its last use, and twelve hours after its start")
  func limits() async throws {
    try await harness.add("alice", .operator)
    let session = try await harness.signIn("alice")
    for _ in 0..<6 {
      harness.advance(by: .seconds(2 * 3600 - 1))
      #expect(try await harness.sessions.active(session.text, address: "192.0.2.9")?.principal.role == .operator)
      await harness.uses.settle()
    }
    harness.advance(by: .seconds(6))
    #expect(try await harness.sessions.active(session.text, address: nil) == nil, "twelve hours are over")
    let idle = try await harness.signIn("alice")
    harness.advance(by: .seconds(2 * 3600))
    #expect(try await harness.sessions.active(idle.text, address: nil) == nil)
  }

  @Test("A session's use is written at most once a minute, and what ended is cleared away")
  func writesRarely() async throws {
    try await harness.add("alice")
    let session = try await harness.signIn("alice")
    let started = harness.now
    let id = session.account.id
    let lastUse = {
      await harness.uses.settle()
      return try await harness.store.read { try $0.people.sessions(of: id).map(\.lastUsed) }
    }
    harness.advance(by: .seconds(59))
    _ = try await harness.sessions.active(session.text, address: nil)
    #expect(try await lastUse() == [started])
    harness.advance(by: .seconds(1))
    _ = try await harness.sessions.active(session.text, address: nil)
    #expect(try await lastUse() == [harness.now])
    harness.advance(by: .seconds(3 * 3600))
    _ = try await harness.signIn("alice")
    #expect(try await lastUse().count == 1)
  }

  @Test("Signing out ends the session; another text opens none")
  func ends() async throws {
    try await harness.add("alice")
    let session = try await harness.signIn("alice")
    let active = try #require(try await harness.sessions.active(session.text, address: nil))
    for text in ["", "x", session.text.reveal() + "A", String(session.text.reveal().dropLast())] {
      #expect(try await harness.sessions.active(Secret(text), address: nil) == nil)
    }
    try await harness.sessions.end(session.text, by: active.principal)
    #expect(try await harness.sessions.active(session.text, address: nil) == nil)
    #expect(try await harness.actions() == ["account.create", "session.start", "session.end"])
  }

  @Test("The token against forged requests is of its session alone")
  func csrf() async throws {
    try await harness.add("alice")
    let (one, two) = (try await harness.signIn("alice"), try await harness.signIn("alice"))
    let token = try #require(try await harness.sessions.active(one.text, address: nil)?.csrfToken)
    #expect(SessionService.isValid(csrf: token, for: one.text))
    #expect(!SessionService.isValid(csrf: token, for: two.text))
    for wrong in ["", "x", String(token.dropLast()), token + "A", "\(token)=", one.text.reveal()] {
      #expect(!SessionService.isValid(csrf: wrong, for: one.text))
    }
    #expect(!token.contains(one.text.reveal()))
  }

  @Test("The cookie is out of reach of scripts and other sites, and read back as it was set")
  func cookie() throws {
    let text = Secret(RandomSource.system.text())
    for cookie in [
      SessionCookie(isSecure: true), SessionCookie(isSecure: false), SessionCookie(.signIn, isSecure: true),
    ] {
      let header = cookie.setting(text)
      #expect(header.contains("Max-Age=600; ") == (cookie.purpose == .signIn))
      #expect(header.contains("; HttpOnly; SameSite=Lax") && header.contains("; Path=/"))
      #expect(header.hasSuffix("; Secure") == cookie.isSecure)
      #expect(cookie.clearing.contains("Max-Age=0"))
      let pair = try #require(header.split(separator: ";").first)
      #expect(cookie.text(in: "theme=dark; \(pair); x=\(cookie.name)")?.reveal() == text.reveal())
      #expect(cookie.text(in: "theme=dark") == nil)
      #expect(cookie.text(in: "\(pair); \(cookie.name)=other") == nil, "which of the two was ours can't be known")
    }
    #expect(SessionCookie(isSecure: true).name == "__Host-isthmus")
  }

  @Test("A token opens what its role opens until it ends, and tells when it was used")
  func token() async throws {
    let alice = try await harness.add("alice", .operator)
    let (token, text) = try await harness.tokens.create(
      "nightly", role: .viewer, lifetime: .seconds(3600), by: alice)
    #expect(text.reveal().hasPrefix("isth_") && text.reveal().utf8.count == 48)
    let principal = try #require(try await harness.tokens.principal(of: text, address: "192.0.2.5"))
    #expect(principal.role == .viewer && principal.identity == .token(token.id, of: alice.account))
    #expect(principal.name == "token nightly of alice" && principal.actor.kind == .token)
    let used = harness.now
    await harness.uses.settle()
    harness.advance(by: .seconds(59))
    _ = try await harness.tokens.principal(of: text, address: nil)
    await harness.uses.settle()
    #expect(try await harness.tokens.list(by: alice).map(\.lastUsed) == [used])
    harness.advance(by: .seconds(3600 - 59))
    #expect(try await harness.tokens.principal(of: text, address: nil) == nil)
  }

  @Test("No request waits for a writer only to be noted", .timeLimit(.minutes(5)))
  func waitsForNobody() async throws {
    let alice = try await harness.add("alice", .operator)
    let (token, text) = try await harness.tokens.create("nightly", role: .viewer, lifetime: .seconds(3600), by: alice)
    let session = try await harness.signIn("alice")
    harness.advance(by: .seconds(60))
    let (begins, ends) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    async let run: Void = harness.store.write { _ in
      begins.signal()
      ends.wait()
    }
    await Task.detached { begins.wait() }.value
    #expect(try await harness.tokens.principal(of: text, address: nil) != nil)
    #expect(try await harness.sessions.active(session.text, address: nil) != nil)
    ends.signal()
    try await run
    await harness.uses.settle()
    #expect(try await harness.tokens.list(by: alice).map(\.lastUsed) == [harness.now])
    #expect(token.lastUsed == nil)
  }

  @Test("A token's role is not above its maker's, at its making and at any time after")
  func tokenRole() async throws {
    try await harness.add("root", .admin)
    let alice = try await harness.add("alice", .operator)
    let above = await harness.refusal {
      _ = try await harness.tokens.create("x", role: .admin, lifetime: .seconds(60), by: alice)
    }
    #expect(above == .notAllowed)
    let (_, text) = try await harness.tokens.create("x", role: .operator, lifetime: .seconds(60), by: alice)
    try await harness.accounts.setRole(of: "alice", to: .viewer, by: harness.root)
    #expect(try await harness.tokens.principal(of: text, address: nil)?.role == .viewer)
    let stale = await harness.refusal {
      _ = try await harness.tokens.create("y", role: .operator, lifetime: .seconds(60), by: alice)
    }
    #expect(stale == .notAllowed, "the principal of a request that began before")
    try await harness.accounts.setDisabled("alice", true, by: harness.root)
    #expect(try await harness.tokens.principal(of: text, address: nil) == nil)
    try await harness.accounts.setDisabled("alice", false, by: harness.root)
    #expect(try await harness.tokens.principal(of: text, address: nil) != nil)
    try await harness.accounts.delete("alice", by: harness.root)
    #expect(try await harness.tokens.principal(of: text, address: nil) == nil)
  }

  @Test("An end is needed, at most 366 days from now", arguments: [0, -1, 366 * 86_400 + 1])
  func tokenEnds(seconds: Int64) async throws {
    let refused = await harness.refusal {
      _ = try await harness.tokens.create("x", role: .viewer, lifetime: .seconds(seconds), by: harness.root)
    }
    #expect(refused == .invalid)
    _ = try await harness.tokens.create("x", role: .viewer, lifetime: .seconds(366 * 86_400), by: harness.root)
  }

  @Test("One lists and revokes one's own tokens, an admin all")
  func tokenOwners() async throws {
    let (alice, bob) = (try await harness.add("alice"), try await harness.add("bob"))
    let (mine, _) = try await harness.tokens.create("mine", role: .viewer, lifetime: .seconds(60), by: alice)
    let (system, text) = try await harness.tokens.create(
      "system", role: .admin, lifetime: .seconds(60), by: harness.root)
    #expect(try await harness.tokens.list(by: alice).map(\.name) == ["mine"])
    #expect(try await harness.tokens.list(by: bob).isEmpty)
    #expect(try await harness.tokens.list(by: harness.root).map(\.name) == ["mine", "system"])
    for id in [mine.id, system.id] {
      #expect(await harness.refusal { try await harness.tokens.revoke(id, by: bob) } == .notFound)
    }
    try await harness.tokens.revoke(mine.id, by: alice)
    #expect(try await harness.tokens.principal(of: text, address: nil)?.role == .admin)
    try await harness.tokens.revoke(system.id, by: harness.root)
    #expect(try await harness.tokens.principal(of: text, address: nil) == nil)
  }

  @Test(
    "What is no token opens nothing",
    arguments: ["", "isth_", "x", "Bearer isth_x", String(repeating: "isth_", count: 99)])
  func noToken(text: String) async throws {
    #expect(try await harness.tokens.principal(of: Secret(text), address: nil) == nil)
  }

  @Test(
    "No service writes a password, a token, a session or a link: not into the store, not into the audit log",
    .enabled(if: !TestStore.isPostgreSQL, "It looks into the files that SQLite wrote."))
  func writesNoSecret() async throws {
    let link = try #require(try await harness.setupLink.make())
    let passwords = (0..<4).map { "plain password number \($0)" }.map(Secret.init)
    _ = try await harness.setupLink.redeem(link, name: "root", password: passwords[0], address: nil)
    let alice = try await harness.add("alice", .admin, passwords[1])
    let session = try await harness.signIn("alice", passwords[1].reveal())
    _ = await harness.refusal { _ = try await harness.signIn("alice", "plain password wrong") }
    let (_, token) = try await harness.tokens.create("t", role: .admin, lifetime: .seconds(60), by: alice)
    _ = try await harness.tokens.principal(of: token, address: nil)
    try await harness.accounts.changePassword(from: passwords[1], to: passwords[2], keeping: nil, by: alice)
    try await harness.accounts.setPassword(of: "root", to: passwords[3], by: alice)
    let second = try await harness.signIn("alice", passwords[2].reveal())
    let csrf = try #require(try await harness.sessions.active(second.text, address: nil)?.csrfToken)
    let secrets = passwords + [link, session.text, second.text, token, Secret(csrf), Secret("plain password wrong")]

    var written = Data()
    for name in try FileManager.default.contentsOfDirectory(atPath: harness.folder.path) {
      written.append(try Data(contentsOf: harness.folder.file(name)))
    }
    #expect(written.range(of: Data("alice".utf8)) != nil, "what is searched is what was written")
    let audit = try await AuditLog(store: harness.store).entries(AuditFilter(limit: 500), by: harness.root)
    let shown = audit.map { $0.json.text() }.joined()
    #expect(audit.count == 8)
    for secret in secrets {
      let text = secret.reveal()
      for form in [text, Data(text.utf8).base64EncodedString(), text.replacing("isth_", with: "")] {
        #expect(written.range(of: Data(form.utf8)) == nil)
        #expect(!shown.contains(form))
      }
    }
    for secret in secrets { #expect(!"\(secret)".contains(secret.reveal())) }
  }
}
