package import IsthmusConfiguration
package import IsthmusConnect
package import IsthmusCore
package import IsthmusIngest
package import IsthmusStore

/// What routes work with: the same services that the command line uses.
package struct APIServices: Sendable {
  package var store: any InventoryStore
  package var configuration: ConfigurationService
  package var inventory: InventoryService
  package var access: AccessServices
  package var cookie: SessionCookie
  package var vault: SecretVault
  package var runs: RunControl
  /// Checks a connector's connection; sends requests to its tenant.
  package var check: @Sendable (ConnectorConfiguration) async throws -> ConnectionCheck
  /// Variables that secrets may be in.
  package var environment: [String: String]
  /// Signs people in by the identity provider, where one is configured.
  package let openID: OpenIDDoor
  package let searches: SavedSearchService
  package var now: @Sendable () -> Timestamp

  /// - Parameter providerTimeout: Of one request to an identity provider; a person waits for it.
  package init(
    store: any InventoryStore, configuration: ConfigurationService, inventory: InventoryService,
    access: AccessServices, cookie: SessionCookie, vault: SecretVault, runs: RunControl,
    check: @escaping @Sendable (ConnectorConfiguration) async throws -> ConnectionCheck,
    environment: [String: String], providerTimeout: Duration = .seconds(20), now: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.configuration = configuration
    self.inventory = inventory
    self.access = access
    self.cookie = cookie
    self.vault = vault
    self.runs = runs
    self.check = check
    self.environment = environment
    openID = OpenIDDoor(
      configuration: configuration, store: store, sessions: access.sessions, environment: environment,
      timeout: providerTimeout, now: now)
    searches = SavedSearchService(store: store, now: now)
    self.now = now
  }
}

/// What people ask of runs. Who performs them is the composition root's to say: a server has a scheduler.
package struct RunControl: Sendable {
  package struct Request: Sendable {
    package var connector: String
    /// nil: each active one.
    package var profile: String?
    /// Tries it on a copy, and keeps what came so that it can be applied.
    package var isStaged: Bool

    package init(connector: String, profile: String?, isStaged: Bool = false) {
      self.connector = connector
      self.profile = profile
      self.isStaged = isStaged
    }
  }

  /// What may be done with a run whose pages are kept.
  package enum Play: Sendable {
    /// Brings a staged run in.
    case apply(anyway: Bool)
    /// Brings the connector's last whole run in once more, through the present map.
    case replay
  }

  /// Asks for a run; it begins when the connector is free.
  package var start: @Sendable (Request) async throws -> Void
  /// Asks the connector's run to stop at its next page.
  package var cancel: @Sendable (RunID) async throws -> Void
  package var approve: @Sendable (RunID) async throws -> SyncService.Approval
  /// Plays what a run kept; it begins when the connector is free, and shows as a run of its own.
  package var play: @Sendable (RunID, Play) async throws -> Void
  /// Throws a staged run away, or what another one kept.
  package var discard: @Sendable (RunID) async throws -> Void
  /// Schedules are looked at again at once.
  package var configurationChanged: @Sendable () -> Void

  package init(
    start: @escaping @Sendable (Request) async throws -> Void, cancel: @escaping @Sendable (RunID) async throws -> Void,
    approve: @escaping @Sendable (RunID) async throws -> SyncService.Approval,
    play: @escaping @Sendable (RunID, Play) async throws -> Void,
    discard: @escaping @Sendable (RunID) async throws -> Void,
    configurationChanged: @escaping @Sendable () -> Void
  ) {
    self.start = start
    self.cancel = cancel
    self.approve = approve
    self.play = play
    self.discard = discard
    self.configurationChanged = configurationChanged
  }
}
