import AzureSimulator
import IsthmusCore

/// The demo's configuration: one connector to the simulated tenant, and tags after which all score bands appear.
struct DemoTenant {
  static let connector = "Contoso"

  let simulator: Simulator

  /// In the form of the configuration file. Its secret is kept in the inventory.
  var configuration: String {
    """
    connectors:
      - name: \(Self.connector)
        kind: defender-for-cloud
        description: The demo's simulated tenant
        connection:
          cloud: custom
          authority: \(simulator.authority)
          resourceManager: \(simulator.resourceManager)
          tenantId: \(simulator.tenantID)
          clientId: \(simulator.clientID)
          clientSecret: {stored: true}
          subscriptions: all
        profiles:
          - name: nightly
            description: All hosts, every night
            schedule: {every: 1d, at: "02:00", timeZone: UTC}
    tags:
      - {name: Production, query: "asset.name: *prd*", criticality: 4}
      - {name: Customer data, query: "asset.name: *prd* and (asset.name: *sql* or asset.name: *batch* or asset.name: *file*)", criticality: 5}
      - {name: Staging, query: "asset.name: *stg*", criticality: 3}
      - {name: Development, query: "asset.name: *dev* or asset.name: *tst*", criticality: 1}
      - {name: Internet-facing, query: "publicIpAddresses is not null", internetExposed: true}
    entities:
      - {name: Customers, description: What customers work with, tags: [Production]}
      - {name: Engineering, description: Where changes are made and tried, tags: [Development, Staging]}
    """
  }
}

/// The dates of the demo: the last run is today's, each earlier one a day before the next.
struct DemoCalendar {
  private static let dayLength: Int64 = 86_400_000_000

  let days: Int
  let today: Timestamp

  /// Days since 1970-01-01 of the tenant's first day. A run lists what the day before it ended with: nothing that the
  /// source says is of a time to come.
  var firstDate: Int64 { today.microseconds / Self.dayLength - Int64(days) }

  /// The clock of a run: as long before the present as its day is before today.
  ///
  /// - Parameter day: 0 for the first.
  func clock(day: Int) -> @Sendable () -> Timestamp {
    let before = Int64(days - 1 - day) * Self.dayLength
    return { Timestamp(microseconds: AppBuilder.now().microseconds - before) }
  }
}
