import Foundation
import IsthmusConnect
import IsthmusCore
import IsthmusServer
import IsthmusStore
import Synchronization
import TestSupport
import Testing

/// All services on one inventory, with a clock that a test moves and hashes that cost nothing.
final class AuthHarness: Sendable {
  static let cost = PasswordHash.Cost(logRounds: 4, blockSize: 8, parallelism: 1)
  static let password = Secret("correct horse battery")

  let folder: TemporaryFolder
  let store: any InventoryStore
  let hasher: PasswordHasher
  let uses: LastUses
  private let clock = Mutex(Timestamp(microseconds: 1_800_000_000_000_000))

  init(cost: PasswordHash.Cost = AuthHarness.cost) throws {
    folder = try TemporaryFolder()
    store = try TestStore.open(in: folder.path, newSeed: 1)
    uses = LastUses(store: store)
    hasher = PasswordHasher(cost: cost)
  }

  var now: Timestamp { clock.withLock { $0 } }
  func advance(by duration: Duration) { clock.withLock { $0 = $0.advanced(by: duration) } }

  let root = Principal.commandLine(user: "root")

  var accounts: AccountService { AccountService(store: store, hasher: hasher, now: { self.now }) }
  var sessions: SessionService { SessionService(store: store, uses: uses, now: { self.now }) }
  var tokens: ApiTokenService { ApiTokenService(store: store, uses: uses, now: { self.now }) }
  var setupLink: SetupLink { SetupLink(store: store, hasher: hasher, now: { self.now }) }
  var signIns: SignInService { signIns(on: store) }

  func signIns(on store: any InventoryStore) -> SignInService {
    SignInService(store: store, hasher: hasher, sessions: sessions, now: { self.now })
  }

  @discardableResult
  func add(_ name: String, _ role: Role = .viewer, _ password: Secret = AuthHarness.password) async throws -> Principal
  {
    let account = try await accounts.create(name, role: role, password: password, by: root)
    return Principal(.user(account.id), name: name, role: role)
  }

  func signIn(
    _ name: String, _ password: String = AuthHarness.password.reveal(), from address: String? = "192.0.2.1"
  ) async throws -> SessionService.Started {
    try await signIns.signIn(name, password: Secret(password), address: address)
  }

  func account(_ name: String) async throws -> StoredAccount? {
    try await store.read { try $0.people.account(named: name) }
  }

  /// Actions of the audit log, the earliest first.
  func actions(_ filter: AuditFilter = AuditFilter(limit: 500)) async throws -> [String] {
    try await AuditLog(store: store).entries(filter, by: root).reversed().map(\.entry.action)
  }

  /// What the body is refused with.
  func refusal(_ body: () async throws -> Void) async -> AccessError.Kind? {
    do {
      try await body()
      return nil
    } catch {
      return (error as? AccessError)?.kind
    }
  }
}
