import IsthmusCore
import Testing

@testable import IsthmusServer

@Suite("OCSF values")
struct OCSFTests {
  private static let dates: [String: JSONValue] = [
    "firstFoundOn": .string("2026-01-01T00:00:00Z"), "lastFoundOn": .string("2026-01-02T00:00:00Z"),
    "lastFixedOn": .string("2026-01-03T00:00:00Z"), "reopenedOn": .string("2026-01-04T00:00:00Z"),
    "updatedOn": .string("2026-01-05T00:00:00Z"),
  ]
  private static let newYear: Int64 = 1_767_225_600_000
  private static let day: Int64 = 86_400_000

  private func event(_ members: [String: JSONValue]) -> JSONValue {
    let all = Self.dates.merging(members) { $1 }
    return OCSFFinding(.object(all.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) })).event
  }

  @Test(
    "Status, activity and time follow from the finding's status and a person's decision",
    arguments: [
      ("NEW", nil, 1, 1, 0), ("ACTIVE", nil, 2, 2, 1), ("REOPENED", nil, 1, 2, 3), ("FIXED", nil, 4, 3, 2),
      (nil, nil, 99, 99, 4), ("NEW", "ignored", 3, 1, 0), ("ACTIVE", "riskAccepted", 3, 2, 1),
      ("REOPENED", "ignored", 3, 2, 3), ("FIXED", "ignored", 4, 3, 2), (nil, "ignored", 99, 99, 4),
    ] as [(String?, String?, Int64, Int64, Int64)])
  func statuses(status: String?, decision: String?, state: Int64, activity: Int64, day: Int64) {
    let event = event([
      "status": status.map(JSONValue.string) ?? .null, "decisionKind": decision.map(JSONValue.string) ?? .null,
    ])
    #expect(event["status_id"] == .integer(state) && event["activity_id"] == .integer(activity))
    #expect(event["type_uid"] == .integer(200_300 + activity))
    #expect(event["status_code"] == status.map(JSONValue.string))
    #expect(event["time"] == .integer(Self.newYear + day * Self.day))
    #expect(event["unmapped"]?["decisionKind"] == decision.map(JSONValue.string))
  }

  @Test(
    "Posture is the status of the compliance check",
    arguments: [
      ("PASS", 1, "Pass"), ("FAIL", 3, "Fail"), ("NOT_APPLICABLE", 99, "Not Applicable"), (nil, 0, "Unknown"),
    ] as [(String?, Int64, String)])
  func postures(posture: String?, id: Int64, caption: String) {
    let compliance = event(["posture": posture.map(JSONValue.string) ?? .null])["compliance"]
    #expect(compliance?["status_id"] == .integer(id) && compliance?["status"] == .string(caption))
    #expect(compliance?["checks"]?.array?.first?["status_id"] == .integer(id))
    #expect(compliance?["status_code"] == posture.map(JSONValue.string))
  }

  @Test(
    "Severities keep their numbers, and none is unknown",
    arguments: zip(
      0...5 as ClosedRange<Int64>, ["Unknown", "Informational", "Low", "Medium", "High", "Critical"]))
  func severities(severity: Int64, caption: String) {
    let event = event(["severity": .integer(severity)])
    #expect(event["severity_id"] == .integer(severity) && event["severity"] == .string(caption))
  }

  @Test("Every member of a row is in its event, and what has no value is left out")
  func losesNothing() {
    let event = event([
      "custom.owner": .string("Team Blue"), "techniques": .array([]), "qds": .integer(0), "impact": .null,
    ])
    #expect(event["unmapped"]?["custom.owner"] == .string("Team Blue") && event["unmapped"]?["qds"] == .integer(0))
    #expect(event["unmapped"]?["techniques"] == nil && event["unmapped"]?["impact"] == nil)
    #expect(event["remediation"] == nil && event["resources"] == nil)
  }

  @Test("A moment before 1970 or between two milliseconds is the one before it")
  func moments() {
    #expect(JSONValue.string("1969-12-31T23:59:59.999500Z").milliseconds == -1)
    #expect(JSONValue.string("2026-01-01T00:00:00.000999Z").milliseconds == Self.newYear)
    #expect(JSONValue.string("yesterday").milliseconds == nil && JSONValue.null.milliseconds == nil)
  }

  @Test(
    "A host's risk, kind and system have the schema's numbers",
    arguments: [
      ("Severe", 4, "WindowsServer", 100), ("High", 3, "0001-com-ubuntu-server-jammy", 200), ("Medium", 2, "RHEL", 200),
      ("Low", 1, "Solaris", 0),
    ] as [(String, Int64, String, Int64)])
  func devices(band: String, risk: Int64, system: String, family: Int64) {
    let row = JSONValue.object([
      "id": .string("A1"), "scoreBand": .string(band), "operatingSystemName": .string(system), "vmSize": .string("x"),
    ])
    let device = OCSFDevice(row).event["device"]
    #expect(device?["risk_level_id"] == .integer(risk) && device?["os"]?["type_id"] == .integer(family))
    #expect(device?["type_id"] == .integer(6) && device?["uid"] == .string("A1"))
    #expect(OCSFDevice(.object(["id": .string("A1")])).event["device"]?["type_id"] == .integer(0))
  }
}
