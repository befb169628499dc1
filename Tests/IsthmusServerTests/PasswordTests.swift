import IsthmusConnect
import IsthmusServer
import TestSupport
import Testing

@Suite("Passwords")
struct PasswordTests {
  private static let cost = AuthHarness.cost

  @Test("A password matches its own hash alone", arguments: SeededGenerator.seeds(30))
  func matches(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let password = generator.text(40)
    let hash = try PasswordHash(of: password, cost: Self.cost, random: .system)
    let read = try #require(PasswordHash(parsing: hash.text))
    #expect(try read.matches(password))
    #expect(read.text == hash.text && read.cost == Self.cost)
    #expect(try !read.matches("\(password)x"))
    #expect(try PasswordHash(of: password, cost: Self.cost, random: .system).text != hash.text, "salts differ")
  }

  /// Python's hashlib.scrypt(b"pleaseletmein", salt=bytes(range(16)), n=16, r=8, p=2, dklen=32).
  @Test("The hash is scrypt's")
  func isScrypt() throws {
    let hash = try PasswordHash(
      of: "pleaseletmein", cost: PasswordHash.Cost(logRounds: 4, blockSize: 8, parallelism: 2),
      random: RandomSource { count in (0..<count).map { UInt8($0) } })
    #expect(hash.text == "$scrypt$ln=4,r=8,p=2$AAECAwQFBgcICQoLDA0ODw$8wL9SGgF9cmrNPQrS36MGyvn2PrboKSuEla8sc664a0")
  }

  @Test("A letter matches however a keyboard composes it")
  func normalises() throws {
    let hash = try PasswordHash(of: "Äpfel und Birnen", cost: Self.cost, random: .system)
    #expect(try hash.matches("A\u{308}pfel und Birnen"))
  }

  @Test(
    "What is no hash of ours, or would cost too much, is not read",
    arguments: [
      "", "x", "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw", "$argon2$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$\(zeros)",
      "$scrypt$ln=30,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$\(zeros)", "$scrypt$ln=20,r=32,p=1$AAECAwQFBgcICQoLDA0ODw$\(zeros)",
      "$scrypt$ln=-1,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$\(zeros)", "$scrypt$r=8,ln=4,p=1$AAECAwQFBgcICQoLDA0ODw$\(zeros)",
      "$scrypt$ln=4,r=8,p=1$AAEC$\(zeros)", "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAAA",
    ])
  func refusesHash(text: String) { #expect(PasswordHash(parsing: text) == nil) }

  private static let zeros = String(repeating: "A", count: 43)

  @Test("Too many passwords at once are refused, and the next ones are taken again")
  func boundsWork() async throws {
    let hasher = PasswordHasher(cost: Self.cost, atOnce: 1, waiting: 1)
    let hash = try await hasher.hash(AuthHarness.password).text
    let results = await withTaskGroup(of: Bool?.self) { group in
      for _ in 0..<200 {
        group.addTask {
          do {
            return try await hasher.check(AuthHarness.password, against: hash).isRight
          } catch {
            return (error as? AccessError)?.kind == .busy ? nil : false
          }
        }
      }
      return await group.reduce(into: [Bool?]()) { $0.append($1) }
    }
    #expect(results.count == 200 && !results.contains(false), "right, or refused as busy")
    #expect(results.contains(true))
    #expect(try await hasher.check(AuthHarness.password, against: hash).isRight)
  }

  @Test("No hash, or a broken one, matches nothing", arguments: [nil, "", "$scrypt$x"])
  func checksNothing(stored: String?) async throws {
    let hasher = PasswordHasher(cost: Self.cost)
    for password in ["", "x", AuthHarness.password.reveal()] {
      #expect(try await !hasher.check(Secret(password), against: stored).isRight)
    }
  }

  @Test(
    "Short, huge and name-like passwords are refused, all others taken",
    arguments: [
      ("elevenchars", false), ("twelve chars", true), ("ÄÖÜäöüßéèêëñ", true), ("ADMINISTRATOR", false),
      (String(repeating: "a", count: 12), true), (String(repeating: "é", count: 600), false),
    ])
  func rules(password: String, isTaken: Bool) {
    var error: AccessError?
    do { try AccountRules.check(password: Secret(password), of: "Administrator") } catch let refused { error = refused }
    #expect((error == nil) == isTaken)
    #expect(error?.description.contains(password) != true)
  }

  @Test(
    "Names are plain",
    arguments: [
      ("alice", true), ("a", true), ("alice@contoso.example", true),
      ("bob_fabrikam.example#EXT#@contoso.example", true),
      ("", false), ("-a", false), ("a b", false), ("аlice", false), ("a\n", false), ("a:b", false), ("a/b", false),
      (String(repeating: "a", count: 114), false),
    ])
  func names(name: String, isTaken: Bool) {
    var error: AccessError?
    do { try AccountRules.check(name: name) } catch let refused { error = refused }
    #expect((error == nil) == isTaken)
  }
}
