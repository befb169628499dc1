package import IsthmusConnect
import IsthmusCore

/// Microsoft Defender for Cloud, read through Azure Resource Graph as an app registration.
package enum DefenderForCloud: ConnectorKind {
  package static let descriptor = KindDescriptor(
    name: "defender-for-cloud",
    productName: "Defender for Cloud", vendorName: "Microsoft",
    description: "Hosts and misconfiguration findings of an Azure tenant, through Azure Resource Graph",
    settings: DefenderSettings.descriptors,
    sourceModel: .defenderForCloud,
    defaultMap: .defenderForCloud,
    hosts: .defenderHosts,
    findings: .defenderFindings,
    defaultSelection: FindingSelection(
      statuses: ["Healthy", "Unhealthy"], excludedCategories: ["SoftwareUpdate", "SystemUpdate"]),
    isHost: HostType.isHost)

  package static func connect(
    _ settings: ConnectionSettings, in environment: ConnectionEnvironment
  ) throws(ConnectorError) -> any SourceConnection {
    let settings = try DefenderSettings(settings)
    let transport = try environment.makeTransport(settings.transport)
    let time = environment.time
    let entra = RetryingClient(transport: transport, time: time, pacer: nil, meter: environment.meter)
    let arm = RetryingClient(
      transport: transport, time: time, pacer: environment.pacer(settings.principal, ResourceGraphQuota.standard),
      meter: environment.meter, quota: ResourceGraphQuota.read)
    let credentials = ClientCredentials(
      ClientCredentials.Settings(
        tokenURL: settings.tokenURL, clientID: settings.clientID, credential: settings.credential,
        scope: settings.tokenScope),
      client: entra, time: time,
      explain: { EntraError.explain(status: $0, body: $1, settings: settings, at: time.date()) })
    let graph = ResourceGraphClient(url: settings.resourceGraphURL, credentials: credentials, client: arm)
    return DefenderConnection(
      settings: settings, graph: graph, credentials: credentials, entra: entra, now: time.date)
  }
}

/// The three kinds of host that are pulled.
enum HostType: String, CaseIterable {
  case virtualMachine = "microsoft.compute/virtualmachines"
  case scaleSetInstance = "microsoft.compute/virtualmachinescalesets/virtualmachines"
  case arcMachine = "microsoft.hybridcompute/machines"

  /// Whether `foldedID` is `…/providers/<namespace>/<type>/<name>[/<type>/<name>]` of one of them.
  @Sendable static func isHost(_ foldedID: String) -> Bool {
    let parts = foldedID.split(separator: "/", omittingEmptySubsequences: false)
    guard let provider = parts.lastIndex(of: "providers"), parts.count > provider + 3 else { return false }
    let types = stride(from: provider + 2, to: parts.count, by: 2).map { parts[$0] }
    // A name must follow each type.
    guard (parts.count - provider) % 2 == 0, parts.last?.isEmpty == false else { return false }
    let type = ([parts[provider + 1]] + types).joined(separator: "/")
    return allCases.contains { $0.rawValue == type }
  }
}
