import Foundation
import Testing

@testable import AzureSimulator

@Suite("The truth")
struct TruthTests {
  /// Counts what Resource Graph lists, by rules written from the rows alone.
  static func recount(_ client: SimulatorClient, day: Int) throws -> SimulatorTruth {
    let types = "'microsoft.compute/virtualmachines', 'microsoft.hybridcompute/machines'"
    let machines = try client.rows("resources | where type in~ (\(types)) | order by id asc")
    let instanceType = "microsoft.compute/virtualmachinescalesets/virtualmachines"
    let instances = try client.rows("computeresources | where type =~ '\(instanceType)' | order by id asc")
    let hosts = Set((machines + instances).compactMap { $0.text("id")?.lowercased() })
    var interfaces = try client.rows(
      "resources | where type == 'microsoft.network/networkinterfaces' | order by id asc"
    )
    .filter { hosts.contains($0.text("properties", "virtualMachine", "id")?.lowercased() ?? "") }
    interfaces += try client.rows(
      "computeresources | where type == '\(instanceType)/networkinterfaces' | order by id asc")
    let findings = try client.rows(
      "securityresources | where type == 'microsoft.security/assessments' | order by id asc", pageSize: 700)

    var truth = SimulatorTruth(day: day)
    truth.assets = hosts.count
    truth.networkInterfaces = interfaces.count
    let hostTypes = [
      "/providers/microsoft.compute/virtualmachines/", "/providers/microsoft.hybridcompute/machines/",
      "/virtualmachines/",
    ]
    for row in findings {
      let resource =
        (row.text("properties", "resourceDetails", "Id") ?? row.text("properties", "resourceDetails", "id"))
      let id = resource?.lowercased() ?? ""
      let category = row.text("properties", "metadata", "recommendationCategory")
      let code = row.text("properties", "status", "code")
      if !hostTypes.contains(where: id.contains) || id.contains("/securityentitydata/") {
        truth.nonHost += 1
      } else if category == "SoftwareUpdate" || category == "SystemUpdate" {
        truth.updates += 1
      } else if !hosts.contains(id) {
        truth.deletedHost += 1
      } else if code == "NotApplicable" {
        truth.notApplicable += 1
      } else if code == "Healthy" {
        truth.pass += 1
      } else if code == "Unhealthy" {
        truth.fail += 1
      }
    }
    return truth
  }

  @Test("A naive count over all pages arrives at the stated truth", arguments: [0, 1, 9])
  func recount(day: Int) throws {
    let client = try SimulatorClient {
      $0.tenant.hosts = 90
      $0.tenant.findingsPerHost = 25
      $0.tenant.day = day
    }
    let truth = client.state.day.truth
    #expect(try Self.recount(client, day: day) == truth)
    let listed = try client.rows(
      "resources | where type == 'microsoft.network/networkinterfaces' | project id, properties")
    #expect(listed.contains { $0.at("properties", "virtualMachine") == nil })
    #expect(truth.assets > 0 && truth.networkInterfaces > 0 && truth.pass > 0 && truth.fail > 0)
    #expect(truth.notApplicable > 0 && truth.nonHost > 0 && truth.deletedHost > 0 && truth.updates > 0)
  }

  @Test("The truth is served in its shape and follows the day")
  func shape() throws {
    let client = try SimulatorClient()
    let moved = try Reply(client.send("POST", "/simulator/day", body: #"{"day": 4}"#).answer)
    #expect(moved.json["day"] as? Int == 4)
    let reply = try Reply(client.send("GET", "/simulator/truth").answer)
    #expect(reply.json["day"] as? Int == 4)
    #expect(Set(reply.json.keys) == ["day", "assets", "networkInterfaces", "findings", "leftOut"])
    #expect(reply.json.at("findings", "fail") as? Int == client.state.day.truth.fail)
    #expect(
      (reply.json["leftOut"] as? [String: Any]).map { Set($0.keys) }
        == ["notApplicable", "nonHost", "deletedHost", "updates"])
    #expect(try Self.recount(client, day: 4) == client.state.day.truth)
  }

  @Test("A day that cannot be is refused", arguments: ["{}", #"{"day": -1}"#, #"{"day": "2"}"#, "x"])
  func badDay(body: String) throws {
    let client = try SimulatorClient()
    #expect(client.send("POST", "/simulator/day", body: body).answer.status == 400)
    #expect(client.state.day.day == 0)
  }
}
