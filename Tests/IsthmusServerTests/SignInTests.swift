import Foundation
import IsthmusConnect
import IsthmusCore
import IsthmusServer
import IsthmusStore
import TestSupport
import Testing

@Suite("Signing in")
struct SignInTests {
  private let harness: AuthHarness

  init() throws { harness = try AuthHarness() }

  private func kind(_ name: String, _ password: String, from address: String? = "192.0.2.1") async -> AccessError.Kind?
  {
    await harness.refusal { _ = try await harness.signIn(name, password, from: address) }
  }

  private func wait(_ name: String, _ password: String, from address: String? = "192.0.2.1") async -> Duration? {
    if case .throttled(let wait)? = await kind(name, password, from: address) { wait } else { nil }
  }

  @Test("A wrong name, a wrong password, a disabled account and a huge input give one answer")
  func oneAnswer() async throws {
    try await harness.add("alice")
    try await harness.add("bob")
    try await harness.accounts.setDisabled("bob", true, by: harness.root)
    var answers: Set<AccessError> = []
    let right = AuthHarness.password.reveal()
    for (name, password) in [
      ("alice", "wrong password"), ("nobody", right), ("bob", right), ("", ""),
      (String(repeating: "x", count: 999), "x"),
      ("alice", String(repeating: "x", count: 9999)), ("alice\u{0}", right),
    ] {
      do {
        _ = try await harness.signIn(name, password)
      } catch let error as AccessError {
        answers.insert(error)
      }
    }
    #expect(answers.count == 1 && answers.first?.kind == .notSignedIn)
  }

  @Test("A name that nobody has costs a hash as a wrong password does")
  func samePrice() async throws {
    try await harness.add("alice")
    // A hasher that takes nothing refuses both before there is an answer to tell them by.
    let closed = SignInService(
      store: harness.store, hasher: PasswordHasher(cost: AuthHarness.cost, atOnce: 1, waiting: -1),
      sessions: harness.sessions, now: { harness.now })
    for name in ["alice", "nobody"] {
      let refused = await harness.refusal {
        _ = try await closed.signIn(name, password: AuthHarness.password, address: nil)
      }
      #expect(refused == .busy)
    }
  }

  @Test("Five failures are free, then the waits double up to a minute; a right password counts no more before its time")
  func accountWaits() async throws {
    try await harness.add("alice")
    for _ in 0..<5 { #expect(await kind("alice", "wrong password") == .notSignedIn) }
    var waits: [Duration] = []
    for _ in 0..<8 {
      let wait = try #require(await wait("ALICE", AuthHarness.password.reveal()))
      waits.append(wait)
      harness.advance(by: wait - .seconds(1))
      #expect(await self.wait("alice", "wrong password") == .seconds(1), "an early attempt makes the wait no longer")
      harness.advance(by: .seconds(1))
      #expect(await kind("alice", "wrong password") == .notSignedIn)
    }
    #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
    harness.advance(by: .seconds(60))
    _ = try await harness.signIn("alice")
  }

  @Test("Failures are forgotten an hour after the last one")
  func forgets() async throws {
    try await harness.add("alice")
    for _ in 0..<5 { _ = await kind("alice", "wrong password") }
    harness.advance(by: .seconds(3600))
    for _ in 0..<5 { #expect(await kind("alice", "wrong password") == .notSignedIn) }
  }

  @Test("Who signed in from an address before is not held up there by a stranger elsewhere")
  func familiarAddress() async throws {
    try await harness.add("alice")
    _ = try await harness.signIn("alice", from: "192.0.2.1")
    for _ in 0..<5 { _ = await kind("alice", "wrong password", from: "198.51.100.7") }
    #expect(await wait("alice", AuthHarness.password.reveal(), from: "198.51.100.7") == .seconds(1))
    #expect(await wait("alice", AuthHarness.password.reveal(), from: "198.51.100.8") == .seconds(1))
    _ = try await harness.signIn("alice", from: "192.0.2.1")
    for _ in 0..<5 { _ = await kind("alice", "wrong password", from: "192.0.2.1") }
    #expect(
      await wait("alice", "wrong password", from: "192.0.2.1") == .seconds(1), "at that address it is counted too")
  }

  @Test(
    "An address that tries many names waits, its network too",
    arguments: [
      ("192.0.2.1", "192.0.2.1", "192.0.2.2"), ("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"),
      ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.2"), ("not an address", "not an address", "another"),
    ])
  func addressWaits(first: String, same: String, other: String) async throws {
    try await harness.add("alice")
    for number in 0..<20 { #expect(await kind("user\(number)", "wrong password", from: first) == .notSignedIn) }
    #expect(await wait("alice", AuthHarness.password.reveal(), from: same) == .seconds(1))
    _ = try await harness.signIn("alice", from: other)
  }

  @Test("A right password does not wash an address clean")
  func notWashed() async throws {
    try await harness.add("mallory")
    for number in 0..<19 { _ = await kind("user\(number)", "wrong password") }
    _ = try await harness.signIn("mallory")
    _ = await kind("user20", "wrong password")
    #expect(await wait("user21", "wrong password") == .seconds(1))
  }

  @Test("Many attempts at once count as many, also over two processes' connections")
  func countsParallel() async throws {
    try await harness.add("alice")
    let other = try TestStore.open(in: harness.folder.path, newSeed: 2)
    let services = [harness.signIns, harness.signIns(on: other)]
    let kinds = await withTaskGroup(of: AccessError.Kind?.self) { group in
      for number in 0..<40 {
        group.addTask {
          await harness.refusal {
            _ = try await services[number % 2].signIn("alice", password: Secret("wrong password"), address: nil)
          }
        }
      }
      return await group.reduce(into: [AccessError.Kind?]()) { $0.append($1) }
    }
    #expect(kinds.filter { $0 == .notSignedIn }.count == 5)
    #expect(kinds.filter { $0 == .throttled(wait: .seconds(1)) }.count == 35)
  }

  @Test("A clock that was set back makes no wait longer than it is")
  func clockSetBack() async throws {
    try await harness.add("alice")
    for _ in 0..<6 {
      _ = await kind("alice", "wrong password")
      harness.advance(by: .seconds(1))
    }
    harness.advance(by: .seconds(-86_400))
    #expect(await wait("alice", "wrong password") == .seconds(2))
  }

  @Test("What was typed for a name is kept nowhere")
  func keepsNoNames() async throws {
    _ = await kind("my-typed-password", "x")
    let names = try FileManager.default.contentsOfDirectory(atPath: harness.folder.path)
    for name in names {
      #expect(try Data(contentsOf: harness.folder.file(name)).range(of: Data("my-typed-password".utf8)) == nil)
    }
  }

  @Test("A hash of another cost is made anew at the next sign-in")
  func renewsHash() async throws {
    try await harness.add("alice")
    let cost = PasswordHash.Cost(logRounds: 5, blockSize: 8, parallelism: 2)
    let stronger = SignInService(
      store: harness.store, hasher: PasswordHasher(cost: cost), sessions: harness.sessions, now: { harness.now })
    let before = try await harness.account("alice")
    _ = try await stronger.signIn("alice", password: AuthHarness.password, address: nil)
    let id = try #require(before?.id)
    let hash = try await harness.store.read { try $0.people.passwordHash(of: id) }
    #expect(hash.flatMap { PasswordHash(parsing: $0) }?.cost == cost)
    #expect(try await harness.account("alice")?.passwordSetAt == before?.passwordSetAt)
    _ = try await harness.signIn("alice")
  }

  @Test("A refused attempt is in the audit log; a name that nobody has is not")
  func auditsRefusals() async throws {
    try await harness.add("alice")
    _ = await kind("alice", "wrong password")
    _ = await kind("hunter2-hunter2", "wrong password")
    let entries = try await AuditLog(store: harness.store).entries(
      AuditFilter(action: "session", limit: 9), by: harness.root)
    #expect(entries.map(\.entry.action) == ["session.refuse", "session.refuse"])
    #expect(entries.map(\.entry.subject) == ["account:(unknown)", "account:alice"])
    #expect(entries.allSatisfy { $0.entry.actor.address == "192.0.2.1" })
    #expect(!"\(entries)".contains("hunter2"))
  }
}
