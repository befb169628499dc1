/// Whose tenant it is, which decides how things are named and addressed there.
///
/// Names of hosts, public addresses and hardware addresses of two companies never meet, so that hosts of two
/// tenants agree in one of them only where they are meant to. Private networks do overlap, as they do in life.
enum Company: UInt8, Sendable {
  case contoso, fabrikam

  var name: String {
    switch self {
    case .contoso: "Contoso"
    case .fabrikam: "Fabrikam"
    }
  }

  /// The name of the management group under the root.
  var managementGroup: String { name.lowercased() }

  /// A domain of the tenant, which may stand in place of its id.
  var tenantDomain: String { "\(managementGroup).onmicrosoft.com" }

  /// Domains of machines outside Azure.
  var machineDomains: [String] {
    switch self {
    case .contoso: ["corp.contoso.com", "plant.contoso.net"]
    case .fabrikam: ["corp.fabrikam.com", "works.fabrikam.net"]
    }
  }

  /// What hosts do; their names begin with it. No role is one of the other company's.
  var roles: [String] {
    switch self {
    case .contoso: ["web", "app", "sql", "api", "dc", "jump", "build", "batch", "cache", "mon", "etl", "file", "erp"]
    case .fabrikam: ["hmi", "mes", "hist", "scada", "lab", "wms", "scan", "edge", "bms", "print", "cam", "ot"]
    }
  }

  /// Begins the computer names that differ from the resource's name.
  func computerPrefix(_ system: OperatingSystem) -> String {
    switch (self, system) {
    case (.contoso, .windows): "WIN"
    case (.contoso, .linux): "lx"
    case (.fabrikam, .windows): "PC"
    case (.fabrikam, .linux): "ux"
    }
  }

  /// The first three bytes of hardware addresses; both are Microsoft's.
  var hardwarePrefix: String {
    switch self {
    case .contoso: "00-0D-3A"
    case .fabrikam: "00-22-48"
    }
  }

  /// The first number of public addresses.
  var publicNetwork: Int {
    switch self {
    case .contoso: 20
    case .fabrikam: 52
    }
  }

  /// Which kind of host a draw of 0 ..< 1000 stands for.
  func kind(ofDraw draw: Int) -> HostDraw {
    switch self {
    case .contoso: draw >= 930 ? .instance : (draw >= 850 ? .arc : .virtualMachine)
    // Scale sets number their instances' computer names, which would meet the first company's.
    case .fabrikam: draw >= 500 ? .arc : .virtualMachine
    }
  }

  enum HostDraw: Sendable { case virtualMachine, arc, instance }
}
