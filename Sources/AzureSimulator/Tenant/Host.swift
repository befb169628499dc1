/// A host of the tenant over its whole life. What is not stored here is drawn anew from its slot.
struct Host: Sendable {
  enum Kind: Sendable {
    case virtualMachine
    case arc
    /// An instance of a scale set: index into ``Fleet/scaleSets`` and its number there.
    case instance(set: Int, number: Int)
  }

  /// When a host is there.
  struct Days: Sendable {
    /// The day on which it was made; negative before day 0.
    let birth: Int
    /// The first day on which it is not there any more.
    let death: Int
    /// Days after its death on which its assessments are still listed.
    let lingering: Int
    /// The day on which it was made anew under the same id, with a new `vmId`.
    let rebirth: Int

    /// After any day that a tenant can have.
    static let never = Int.max / 2
  }

  /// The host's number, the same on each day.
  let slot: Int
  let kind: Kind
  let name: String
  /// Index into ``Fleet/subscriptions``.
  let subscription: Int
  /// Index into ``Fleet/groups``.
  let group: Int
  let image: HostImage
  let days: Days
  /// Percentage by which it fails more or less than the average host.
  let neglect: Int
  let company: Company
  /// What it has in common with a host of another tenant; nil for nothing.
  let likeness: Likeness?

  var system: OperatingSystem { image.system }
  var isArc: Bool { if case .arc = kind { true } else { false } }
  var isInstance: Bool { if case .instance = kind { true } else { false } }

  var birth: Int { days.birth }
  var death: Int { days.death }
  var lingering: Int { days.lingering }
  var rebirth: Int { days.rebirth }

  func lives(on day: Int) -> Bool { birth <= day && day < death }

  /// Assessments of a deleted host stay listed for some days.
  func isAssessed(on day: Int) -> Bool { birth <= day && day < death + lingering }

  /// Counts how often the host was made anew.
  func incarnation(on day: Int) -> Int { day >= rebirth ? 1 : 0 }

  /// When the present machine was made.
  func created(on day: Int) -> Int { day >= rebirth ? rebirth : birth }
}

/// Where a host's disk came from, and with it what its row says of the operating system.
struct HostImage: Sendable, Equatable {
  enum Source: Sendable, Equatable {
    /// A marketplace image; `version` is `latest` with an exact version beside it, or explicit.
    case marketplace
    /// An image of the company's own gallery: the reference is only an id.
    case gallery
    /// A disk prepared elsewhere: no image reference at all.
    case specialised
  }

  var source: Source
  let system: OperatingSystem
  let publisher: String
  let offer: String
  let sku: String
  let exactVersion: String
  /// `osName` and `osVersion` of the instance view.
  let systemName: String
  let systemVersion: String

  private init(
    _ system: OperatingSystem, _ publisher: String, _ offer: String, _ sku: String, _ exact: String, _ name: String,
    _ version: String
  ) {
    source = .marketplace
    self.system = system
    self.publisher = publisher
    self.offer = offer
    self.sku = sku
    exactVersion = exact
    systemName = name
    systemVersion = version
  }

  static let all: [HostImage] = [
    HostImage(
      .windows, "MicrosoftWindowsServer", "WindowsServer", "2022-datacenter-azure-edition", "20348.2461.240510",
      "Windows Server 2022 Datacenter Azure Edition", "10.0.20348.2461"),
    HostImage(
      .windows, "MicrosoftWindowsServer", "WindowsServer", "2019-Datacenter", "17763.5820.240516",
      "Windows Server 2019 Datacenter", "10.0.17763.5820"),
    HostImage(
      .windows, "MicrosoftSQLServer", "sql2019-ws2019", "standard", "15.0.231010", "Windows Server 2019 Standard",
      "10.0.17763.4974"),
    HostImage(
      .windows, "MicrosoftWindowsDesktop", "windows-11", "win11-23h2-ent", "22631.3593.240511",
      "Windows 11 Enterprise", "10.0.22631.3593"),
    HostImage(
      .linux, "canonical", "0001-com-ubuntu-server-jammy", "22_04-lts-gen2", "22.04.202405140", "ubuntu", "22.04"),
    HostImage(.linux, "canonical", "ubuntu-24_04-lts", "server", "24.04.202406170", "ubuntu", "24.04"),
    HostImage(.linux, "RedHat", "RHEL", "9_2", "9.2.2024053114", "redhat", "9.2"),
    HostImage(.linux, "SUSE", "sles-15-sp5", "gen2", "2024.05.30", "sles", "15.5"),
    HostImage(.linux, "Debian", "debian-12", "12-gen2", "0.20240507.1740", "debian", "12.5"),
    HostImage(.linux, "Oracle", "Oracle-Linux", "ol89-lvm-gen2", "8.9.2", "oracle", "8.9"),
  ]
}
