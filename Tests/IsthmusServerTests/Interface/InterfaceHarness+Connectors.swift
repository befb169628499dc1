import AzureSimulator
import IsthmusCore
import Testing

@testable import IsthmusServer

extension InterfaceHarness {
  /// A whole connector to the simulated tenant.
  ///
  /// - Parameter secret: nil: the tenant's own, as a text.
  func connector(_ name: String, secret: JSONValue? = nil, _ change: (inout [String: JSONValue]) -> Void = { _ in })
    -> JSONValue
  {
    var settings: [String: JSONValue] = [
      "cloud": .string("custom"), "authority": .string(simulator.authority),
      "resourceManager": .string(simulator.resourceManager), "tenantId": .string(simulator.tenantID),
      "clientId": .string(simulator.clientID), "clientSecret": secret ?? .string(simulator.clientSecret),
    ]
    change(&settings)
    let connection = settings.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) }
    return .object([
      "name": .string(name), "kind": .string("defender-for-cloud"), "connection": .object(connection),
    ])
  }

  /// With a connector, and one run of it.
  static func filled(hosts: Int = 12, findingsPerHost: Int = 8) async throws -> InterfaceHarness {
    let harness = try await InterfaceHarness(hosts: hosts, findingsPerHost: findingsPerHost)
    try #require(try await harness.send("POST", "/connectors", harness.connector("one")).status == 201)
    try #require(try await harness.send("POST", "/connectors/one/runs").status == 202)
    let runs = try await harness.send("GET", "/runs").items
    try #require(runs.map { $0["result"]?.string } == ["succeeded"])
    return harness
  }

  /// A query's parameters, encoded.
  static func parameters(_ values: KeyValuePairs<String, String>) -> String {
    "?\(values.map { "\($0.key)=\(PercentText.encoded($0.value))" }.joined(separator: "&"))"
  }
}

extension JSONValue {
  func texts(_ name: String) -> [String] { self[name]?.array?.compactMap(\.string) ?? [] }
}
