import Foundation
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

extension AppBuilder {
  func apiServices(_ store: any InventoryStore, cookie: SessionCookie) -> APIServices {
    let pacers = PacerRegistry()
    return APIServices(
      store: store, configuration: configurationService(store), inventory: inventoryService(store),
      access: accessServices(store), cookie: cookie, vault: secretVault(store), runs: runControl(store),
      check: { connector in
        let opened = try connect(connector, pacers: pacers)
        let check = await opened.connection.check()
        await opened.close()
        return check
      }, environment: ProcessInfo.processInfo.environment, now: Self.now)
  }

  private func runControl(_ store: any InventoryStore) -> RunControl {
    let service = syncService(store, meter: TrafficMeter()) { _ in }
    return RunControl(
      start: { _ in throw Problem(.unavailable, "This server runs no connectors.") },
      cancel: { _ in throw Problem(.unavailable, "This server runs no connectors.") },
      approve: { try await service.approve($0) })
  }
}
