import IsthmusCore
import IsthmusStore
import Testing

extension StoreContract {
  private static let noon = SampleInventory.noon

  private static func account(
    _ name: String, _ role: Role = .viewer, hash: String? = "$scrypt$x", external: String? = nil
  ) -> NewAccount {
    NewAccount(name: name, role: role, passwordHash: hash, externalID: external, madeAt: noon(1))
  }

  private static func session(_ text: String, _ account: AccountID, day: Int64 = 1) -> StoredSession {
    StoredSession(
      digest: TokenDigest(of: text), account: account, startedAt: noon(day), lastUsed: noon(day),
      endsAt: noon(day + 1), address: "192.0.2.1")
  }

  private static func token(_ text: String, of account: AccountID?) -> NewToken {
    NewToken(
      name: text, digest: TokenDigest(of: text), role: .operator, account: account, madeBy: "alice", madeAt: noon(1),
      expiresAt: noon(5))
  }

  static let accountCases = [
    Case("Accounts are found by number, by name without case and by their issuer's id; listed by name") { fixture in
      let store = try fixture.open()
      let ids = try await store.write { transaction in
        [
          try transaction.insertAccount(account("bob", .admin)),
          try transaction.insertAccount(account("Alice", hash: nil, external: "issuer 7")),
        ]
      }
      let (bob, alice, external) = try await fixture.open().read { reader in
        (
          try reader.people.account(ids[0]), try reader.people.account(named: "ALICE"),
          try reader.people.account(externalID: "issuer 7")
        )
      }
      #expect(bob?.name == "bob" && bob?.role == .admin && bob?.hasPassword == true && bob?.isDisabled == false)
      #expect(bob?.madeAt == noon(1) && bob?.passwordSetAt == noon(1) && bob?.lastSignIn == nil)
      #expect(alice?.name == "Alice" && alice?.id == ids[1] && alice?.hasPassword == false)
      #expect(alice?.passwordSetAt == nil && external == alice && alice?.externalID == "issuer 7")
      #expect(try await store.read { try $0.people.accounts().map(\.name) } == ["Alice", "bob"])
      #expect(try await store.read { try $0.people.account(named: "carol") } == nil)
    },
    Case("A name is taken once, whatever its case") { fixture in
      let store = try fixture.open()
      _ = try await store.write { try $0.insertAccount(account("bob")) }
      await #expect(throws: (any Error).self) { try await store.write { try $0.insertAccount(account("BOB")) } }
      #expect(try await store.read { try $0.people.accounts().count } == 1)
    },
    Case("Role, state, password and last sign-in of an account change one by one") { fixture in
      let store = try fixture.open()
      let (changed, hash) = try await store.write { transaction in
        let id = try transaction.insertAccount(account("bob"))
        try transaction.setRole(of: id, .operator)
        try transaction.setDisabled(id, true)
        try transaction.setLastSignIn(of: id, at: noon(3))
        try transaction.setPasswordHash(of: id, "second", at: noon(2))
        try transaction.setPasswordHash(of: id, "third", at: nil)
        return (try transaction.account(id), try transaction.passwordHash(of: id))
      }
      #expect(changed?.role == .operator && changed?.isDisabled == true && changed?.lastSignIn == noon(3))
      #expect(changed?.passwordSetAt == noon(2), "another hash of the same password is no change")
      #expect(hash == "third")
    },
    Case("A deleted account takes its sessions and tokens with it, and its number is not given again") { fixture in
      let store = try fixture.open()
      let (first, second) = try await store.write { transaction in
        let first = try transaction.insertAccount(account("bob"))
        try transaction.insertSession(session("s", first))
        _ = try transaction.insertToken(token("t", of: first))
        _ = try transaction.insertToken(token("of nobody", of: nil))
        try transaction.deleteAccount(first)
        return (first, try transaction.insertAccount(account("bob")))
      }
      #expect(second > first)
      let (found, tokens) = try await store.read { reader in
        (try reader.people.session(TokenDigest(of: "s")), try reader.people.apiTokens().map(\.name))
      }
      #expect(found == nil && tokens == ["of nobody"])
    },
  ]

  static let sessionCases = [
    Case("A session is found by its digest alone, and its last use moves") { fixture in
      let store = try fixture.open()
      let made = try await store.write { transaction in
        let made = session("s", try transaction.insertAccount(account("bob")))
        try transaction.insertSession(made)
        try transaction.setLastUsed(session: made.digest, at: noon(4))
        return made
      }
      let found = try await store.read { try $0.people.session(TokenDigest(of: "s")) }
      #expect(found?.lastUsed == noon(4) && found?.startedAt == made.startedAt && found?.address == "192.0.2.1")
      #expect(try await store.read { try $0.people.session(TokenDigest(of: "S")) } == nil)
    },
    Case("Sessions end one by one, all but one of an account, or by time") { fixture in
      let store = try fixture.open()
      let (bob, eve) = try await store.write { transaction in
        let bob = try transaction.insertAccount(account("bob"))
        let eve = try transaction.insertAccount(account("eve"))
        for (index, text) in ["a", "b", "c"].enumerated() {
          try transaction.insertSession(session(text, bob, day: Int64(index + 1)))
        }
        try transaction.insertSession(session("e", eve, day: 9))
        #expect(try transaction.deleteSession(TokenDigest(of: "a")))
        #expect(try !transaction.deleteSession(TokenDigest(of: "a")))
        return (bob, eve)
      }
      let left = { @Sendable (account: AccountID) async throws -> [TokenDigest] in
        try await store.read { try $0.people.sessions(of: account).map(\.digest) }
      }
      #expect(try await left(bob) == [TokenDigest(of: "c"), TokenDigest(of: "b")])
      try await store.write { try $0.deleteSessions(of: bob, keeping: TokenDigest(of: "b")) }
      #expect(try await left(bob) == [TokenDigest(of: "b")])
      try await store.write { try $0.deleteSessions(endedBy: noon(3), unusedSince: noon(0)) }
      #expect(try await left(bob).isEmpty)
      try await store.write { try $0.deleteSessions(endedBy: noon(3), unusedSince: noon(8)) }
      #expect(try await left(eve).count == 1)
      try await store.write { try $0.deleteSessions(endedBy: noon(3), unusedSince: noon(9)) }
      #expect(try await left(eve).isEmpty)
    },
    Case("A token is found by its digest and number, used and revoked") { fixture in
      let store = try fixture.open()
      let id = try await store.write { transaction in
        try transaction.insertToken(token("t", of: try transaction.insertAccount(account("bob"))))
      }
      try await store.write { try $0.setLastUsed(token: id, at: noon(2)) }
      let found = try await store.read { try $0.people.apiToken(TokenDigest(of: "t")) }
      #expect(found?.id == id && found?.role == .operator && found?.madeBy == "alice" && found?.lastUsed == noon(2))
      #expect(found?.madeAt == noon(1) && found?.expiresAt == noon(5) && found?.account != nil)
      #expect(try await store.read { try $0.people.apiToken(id) } == found)
      try await store.write { try $0.deleteToken(id) }
      #expect(try await store.read { try $0.people.apiTokens() }.isEmpty)
    },
    Case("Attempts are kept by key until they are old; a link takes the place of the one before") { fixture in
      let store = try fixture.open()
      let (a, b) = (TokenDigest(of: "a"), TokenDigest(of: "b"))
      try await store.write { transaction in
        try transaction.setSignInAttempts(a, StoredAttempts(failures: 1, lastFailure: noon(1)))
        try transaction.setSignInAttempts(a, StoredAttempts(failures: 2, lastFailure: noon(2)))
        try transaction.setSignInAttempts(b, StoredAttempts(lastSuccess: noon(1)))
      }
      #expect(
        try await fixture.open().read { try $0.people.signInAttempts(a) }
          == StoredAttempts(failures: 2, lastFailure: noon(2)))
      try await store.write { try $0.deleteSignInAttempts(failedBefore: noon(4), succeededBefore: noon(1)) }
      #expect(try await store.read { try $0.people.signInAttempts(a) } == nil)
      #expect(try await store.read { try $0.people.signInAttempts(b) } == StoredAttempts(lastSuccess: noon(1)))
      try await store.write { try $0.deleteSignInAttempts(failedBefore: noon(4), succeededBefore: noon(2)) }
      #expect(try await store.read { try $0.people.signInAttempts(b) } == nil)

      let links = ["x", "y"].map {
        StoredLink(digest: TokenDigest(of: $0), purpose: "first-admin", madeAt: noon(1), expiresAt: noon(2))
      }
      try await store.write { transaction in for link in links { try transaction.setLink(link) } }
      #expect(try await store.read { try $0.people.link(links[0].digest) } == nil)
      #expect(try await store.read { try $0.people.link(links[1].digest) } == links[1])
      try await store.write { try $0.deleteLinks(of: "first-admin") }
      #expect(try await store.read { try $0.people.link(links[1].digest) } == nil)
    },
  ]
}
