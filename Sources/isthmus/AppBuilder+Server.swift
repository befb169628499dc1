import Foundation
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

extension AppBuilder {
  /// - Parameter allowed: Places of secrets that requests may name.
  func apiServices(
    _ store: any InventoryStore, pacers: PacerRegistry, runs: RunControl, cookie: SessionCookie,
    allowed: AllowedSecretReferences
  ) -> APIServices {
    APIServices(
      store: store, configuration: configurationService(store, secretGuard: SecretGuard(allowing: allowed)),
      inventory: inventoryService(store),
      access: accessServices(store), cookie: cookie, vault: secretVault(store), runs: runs,
      check: { connector in
        let opened = try connect(connector, pacers: pacers)
        let check = await opened.connection.check()
        await opened.close()
        return check
      }, environment: ProcessInfo.processInfo.environment, now: clock)
  }
}
