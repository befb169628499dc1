import Foundation
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

extension AppBuilder {
  /// Who the command line is, for the audit log.
  var commandLine: Principal { .commandLine(user: NSUserName()) }

  func accessServices(_ store: any InventoryStore) -> AccessServices { AccessServices(store: store, now: clock) }

  func secretVault(_ store: any InventoryStore) -> SecretVault {
    SecretVault(store: store, keys: keySource, now: clock)
  }

  var keySource: SecretKeySource {
    let variable = ProcessInfo.processInfo.environment[Setting.secretKey.variable]
    return SecretKeySource(environment: variable, folder: options.dataFolder)
  }
}

extension AccessError {
  var exitCode: Int32 {
    switch kind {
    case .invalid: 2
    case .notAllowed, .notSignedIn: 3
    case .notFound, .throttled, .busy, .unavailable: 1
    }
  }
}
