package import IsthmusCore
package import IsthmusStore

/// All that has to do with who may do what, on one inventory: made once a process, so that passwords are hashed a few
/// at a time over all of it.
package struct AccessServices: Sendable {
  package let accounts: AccountService
  package let sessions: SessionService
  package let signIns: SignInService
  package let tokens: ApiTokenService
  package let setupLink: SetupLink
  package let audit: AuditLog

  package init(
    store: any InventoryStore, limits: SessionService.Limits = .init(), throttle: SignInThrottle = .init(),
    hasher: PasswordHasher = PasswordHasher(), now: @escaping @Sendable () -> Timestamp
  ) {
    let uses = LastUses(store: store)
    accounts = AccountService(store: store, hasher: hasher, throttle: throttle, now: now)
    sessions = SessionService(store: store, uses: uses, limits: limits, now: now)
    signIns = SignInService(store: store, hasher: hasher, sessions: sessions, throttle: throttle, now: now)
    tokens = ApiTokenService(store: store, uses: uses, now: now)
    setupLink = SetupLink(store: store, hasher: hasher, now: now)
    audit = AuditLog(store: store)
  }
}
