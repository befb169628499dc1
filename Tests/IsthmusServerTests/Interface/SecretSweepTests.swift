import AzureSimulator
import Foundation
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@testable import IsthmusServer

/// A secret that was given as text is nowhere afterwards: not in an answer, not in the log, not in a file.
@Suite("Sweep for secrets")
struct SecretSweepTests {
  private static let wrong = "wrong~Secret.that-nobody-may-see-1"
  private static let lost = (1...13).map { "lost~Secret.that-nobody-may-see-\($0)x" }
  private static let passwords = [
    "first passphrase of mine", "second passphrase of mine", "a wrong passphrase of mine",
  ]

  @Test(
    "After a whole scenario of right, wrong and misplaced secrets none is told or kept in the clear",
    .enabled(if: !TestStore.isPostgreSQL, "It looks into the files that SQLite wrote."))
  func sweep() async throws {
    let harness = try await InterfaceHarness.filled(hosts: 3, findingsPerHost: 3)
    try await useSecrets(harness)
    try await misplaceSecrets(harness)
    try await usePasswords(harness)
    for path in ["/connectors", "/connector-statuses", "/runs", "/audit?limit=500", "/tokens", "/accounts", "/assets"] {
      #expect(try await harness.send("GET", path, as: .token(.admin)).status == 200)
    }
    for run in try await harness.send("GET", "/runs").items.compactMap({ $0["run"]?.string }) {
      try await harness.send("GET", "/runs/\(run)")
      try await harness.send("GET", "/runs/\(run)/log")
      try await harness.send("GET", "/runs/\(run)/rejects")
    }
    let metrics = await harness.application.answer(
      RawRequest(method: "GET", target: "/metrics", headers: try await harness.headers(.token(.viewer))))
    guard case .bytes(let figures) = metrics.body else { throw CancellationError() }

    let told = (harness.told + [String(decoding: figures, as: UTF8.self)]).map { Data($0.utf8) }
    let kept = try Self.files(in: harness.folder.path)
    let tenant = Data(harness.simulator.tenantID.utf8)
    #expect(told.contains { $0.range(of: tenant) != nil }, "the search finds what is told")
    #expect(kept.values.contains { $0.range(of: tenant) != nil }, "the search finds what is kept")
    let tokens = Role.allCases.map { harness.token($0) }
    for secret in [harness.simulator.clientSecret, Self.wrong] + Self.lost + Self.passwords + tokens {
      let bytes = Data(secret.utf8)
      for text in told { #expect(text.range(of: bytes) == nil, "\(secret): \(String(decoding: text, as: UTF8.self))") }
      for (name, data) in kept { #expect(data.range(of: bytes) == nil, "\(secret) in \(name)") }
    }
    #expect(
      try await harness.services.vault.secret(owner: "connector:one", field: "clientSecret")?.reveal() == Self.wrong)
    await harness.stop()
  }

  /// A secret that the tenant refuses takes the right one's place: checks and runs fail.
  private func useSecrets(_ harness: InterfaceHarness) async throws {
    let changed = harness.connector("one", secret: .string(Self.wrong))
    #expect(try await harness.send("PUT", "/connectors/one", changed).status == 200)
    let check = try await harness.send("POST", "/connectors/one/check")
    #expect(check.json["passed"] == .bool(false), "\(check.text)")
    try await harness.send("POST", "/connectors/one/runs")
    #expect(try await harness.send("GET", "/runs?limit=1").items.first?["result"] != .string("succeeded"))
    let unsaved = try await harness.send(
      "POST", "/connector-checks", harness.connector("x", secret: .string(Self.lost[0])))
    #expect(unsaved.json["passed"] == .bool(false))
    // Names of variables and paths may be told; what is behind them may not.
    let named = harness.connector("one", secret: .object(["file": .string("/nonexistent/file")]))
    #expect(try await harness.send("POST", "/connector-checks", named).status == 422)
  }

  /// Secrets where none is taken, so that nobody sees them taken out.
  private func misplaceSecrets(_ harness: InterfaceHarness) async throws {
    let list = JSONValue.array([.string(Self.lost[1])])
    let misplaced: [JSONValue] = [
      harness.connector("m", secret: list),
      harness.connector("m", secret: .object(["value": .string(Self.lost[2])])),
      harness.connector("m", secret: .object(["env": .string("X"), "value": .string(Self.lost[3])])),
      harness.connector("m", secret: .object(["stored": .string(Self.lost[4])])),
      harness.connector("m") { $0["clientsecret"] = .string(Self.lost[5]) },
      harness.connector("m", secret: .string(Self.lost[6])).with("kind", .string("defender-for-clowd")),
      harness.connector("m", secret: .string(Self.lost[7])).without("kind"),
      harness.connector("m").with("clientSecret", .string(Self.lost[8])),
      harness.connector("m").with("connection", .string(Self.lost[9])),
    ]
    for document in misplaced {
      for path in ["/connectors", "/connectors?draft=true", "/connector-checks"] {
        #expect(try await harness.send("POST", path, document).problem == "invalid", "\(path)")
      }
    }
    let guid = harness.connector("m") { $0["tenantId"] = .string(Self.lost[10]) }
    #expect(try await harness.send("POST", "/connectors", guid).problem == "invalid")
    let yaml = """
      connectors:
        - name: y
          kind: defender-for-cloud
          connection: {tenantId: \(UUID()), clientId: \(UUID()), clientSecret: \(Self.lost[11])}
      """
    for path in ["plan", "apply"] {
      let type = ["content-type": "application/yaml"]
      let answer = try await harness.send("POST", "/configuration/\(path)", bytes: Array(yaml.utf8), type)
      #expect(answer.problem == "invalid")
    }
    // A body that breaks off in the middle of it.
    let cut = Array("{\"name\": \"m\", \"connection\": {\"clientSecret\": \"\(Self.lost[12])\", ".utf8)
    #expect(try await harness.send("POST", "/connectors", bytes: cut).problem == "bad-request")
  }

  private func usePasswords(_ harness: InterfaceHarness) async throws {
    let admin = InterfaceHarness.Caller.session(.admin, hasCSRFToken: true)
    func body(_ password: String) -> JSONValue {
      .object(["name": .string("alice"), "password": .string(password)])
    }
    let account = body(Self.passwords[0]).with("role", .string("viewer"))
    #expect(try await harness.send("POST", "/accounts", account, as: admin).status == 201)
    let set: JSONValue = .object(["password": .string(Self.passwords[1])])
    #expect(try await harness.send("PUT", "/accounts/alice/password", set, as: admin).status == 204)
    #expect(try await harness.send("POST", "/session", body(Self.passwords[2]), as: .nobody).status == 401)
    let swapped: JSONValue = .object(["name": .string(Self.passwords[1]), "password": .string("alice")])
    #expect(try await harness.send("POST", "/session", swapped, as: .nobody).status == 401)
    #expect(
      try await harness.send("PATCH", "/accounts/\(PercentText.encoded(Self.passwords[1]))", .object([]), as: admin)
        .status != 500)
    let change: JSONValue = .object([
      "current": .string(Self.passwords[2]), "password": .string(Self.passwords[0]),
    ])
    #expect(try await harness.send("PUT", "/session/password", change, as: admin).status == 403)
  }

  /// The bytes of all files of the inventory, but for the key to the secrets.
  static func files(in folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init() where name != "secret.key"
    {
      let url = URL(filePath: folder).appending(path: name)
      if try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
        files[name] = try Data(contentsOf: url)
      }
    }
    return files
  }
}
