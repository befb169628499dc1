import AzureSimulator
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusStore
import TestSupport
import Testing

@testable import IsthmusServer

/// An admin of the interface can't have the server's variables, files and kept secrets sent where they like.
@Suite("Secrets that requests refer to")
struct SecretReferenceTests {
  private static let stored: JSONValue = .object(["stored": .bool(true)])

  @Test("A variable or file of the server is refused wherever a connector can be given, saying what to do")
  func refusesReferences() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1, environment: ["SOME_VARIABLE": "hunter2"])
    let references: [JSONValue] = [
      .object(["env": .string("SOME_VARIABLE")]), .object(["file": .string("/etc/hostname")]),
      .object(["file": .string("secret.key")]),
    ]
    for reference in references {
      let document = harness.connector("one", secret: reference)
      let file: JSONValue = .object(["connectors": .array([document])])
      for (method, path, body) in [
        ("POST", "/connectors", document), ("PUT", "/connectors/one", document),
        ("POST", "/connectors?draft=true", document), ("POST", "/connector-checks", document),
        ("POST", "/configuration/plan", file), ("POST", "/configuration/apply", file),
      ] {
        let answer = try await harness.send(method, path, body)
        #expect(answer.problem == "invalid", "\(path): \(answer.text)")
        #expect(answer.text.contains("--allowed-secret-references"), "\(path): \(answer.text)")
        #expect(answer.json["errors"]?.array?.first?["pointer"] == .string("/connection/clientSecret"))
      }
    }
    #expect(try await harness.send("GET", "/connectors").items.isEmpty)
    await harness.stop()
  }

  @Test(
    "What the operator has allowed is taken, and nothing beside it",
    arguments: [
      ("NAME", "env", "NAME", true), ("NAME", "env", "NAMES", false), ("NAME", "env", "/NAME", false),
      (" NAME , /run/secrets/ ", "file", "/run/secrets/a/b", true), ("/run/secrets", "file", "/run/secrets", true),
      ("/run/secrets", "file", "/run/secrets2", false), ("/run/secrets", "file", "/run/secrets/../passwd", false),
      ("/run/secrets", "file", "/run//secrets/a", false), ("/run/secrets", "file", "run/secrets/a", false),
      ("/run/secrets", "env", "/run/secrets/a", false), ("NAME", "file", "NAME", false), ("", "env", "", false),
    ])
  func allows(list: String, form: String, reference: String, isTaken: Bool) async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1, allowed: list)
    let document = harness.connector("one", secret: .object([.init(form, .string(reference))]))
    let answer = try await harness.send("POST", "/connectors", document)
    #expect((answer.status == 201) == isTaken, "\(answer.text)")
    await harness.stop()
  }

  @Test(
    "A list of what is allowed that has anything else in it is refused",
    arguments: ["a b", "relative/path", "/a/..", "1A", "/"])
  func refusesLists(list: String) { #expect(AllowedSecretReferences(list) == nil) }

  @Test("A reference that the shell brought in stays in a connector that is changed, unless it would go elsewhere")
  func keepsReferences() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    let shell = ConfigurationService(
      store: harness.store, kinds: harness.services.configuration.kinds, vault: harness.services.vault,
      now: { InterfaceHarness.now })
    let document = harness.connector("one", secret: .object(["env": .string("SOME_VARIABLE")]))
    let item = ConfigurationItem(.connector, "one", document)
    _ = try await shell.change(by: AuditActor(.system, name: "shell")) { snapshot in
      var items = snapshot.items
      items[item.key] = item
      return items
    }
    let described = document.with("description", .string("changed"))
    #expect(try await harness.send("PUT", "/connectors/one", described).status == 200)
    let moved = harness.connector("one", secret: .object(["env": .string("SOME_VARIABLE")])) {
      $0["authority"] = .string("https://elsewhere.example")
    }
    for (method, path) in [("PUT", "/connectors/one"), ("POST", "/connector-checks")] {
      #expect(try await harness.send(method, path, moved).problem == "invalid")
    }
    // Another connector may not use it either, nor this one another variable.
    let other = document.with("name", .string("two"))
    #expect(try await harness.send("POST", "/connectors", other).problem == "invalid")
    let renamed = harness.connector("one", secret: .object(["env": .string("OTHER")]))
    #expect(try await harness.send("PUT", "/connectors/one", renamed).problem == "invalid")
    await harness.stop()
  }

  @Test(
    "A stored secret is not sent elsewhere unless it is given anew",
    arguments: [
      ["authority": "https://elsewhere.example"], ["resourceManager": "https://elsewhere.example"],
      ["proxy": "http://127.0.0.1:9"], ["tenantId": "00000000-0000-0000-0000-00000000dead"],
      ["clientId": "00000000-0000-0000-0000-00000000dead"], ["caFile": "/tmp/ca.pem"],
    ])
  func guardsStoredSecrets(change: [String: String]) async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1)
    #expect(try await harness.send("POST", "/connectors", harness.connector("one")).status == 201)
    func changed(_ secret: JSONValue?) -> JSONValue {
      harness.connector("one", secret: secret) { settings in
        for (key, value) in change { settings[key] = .string(value) }
      }
    }
    let file: JSONValue = .object(["connectors": .array([changed(Self.stored)])])
    for (method, path, body) in [
      ("PUT", "/connectors/one", changed(Self.stored)), ("PUT", "/connectors/one?draft=true", changed(Self.stored)),
      ("POST", "/connector-checks", changed(Self.stored)), ("POST", "/configuration/apply", file),
    ] {
      let answer = try await harness.send(method, path, body)
      #expect(answer.problem == "invalid", "\(path): \(answer.text)")
      #expect(answer.text.contains("give the secret anew"), "\(answer.text)")
      for key in change.keys { #expect(answer.text.contains(key), "\(answer.text)") }
    }
    #expect(try await harness.send("PUT", "/connectors/one", changed(nil)).status == 200)
    await harness.stop()
  }

  @Test("A stored secret stays where only what is read changes; it does not come back after another one took its place")
  func keepsStoredSecrets() async throws {
    let harness = try await InterfaceHarness(hosts: 1, findingsPerHost: 1, allowed: "ALLOWED")
    #expect(try await harness.send("POST", "/connectors", harness.connector("one")).status == 201)
    let fewer = harness.connector("one", secret: Self.stored) {
      $0["subscriptions"] = .array([.string(harness.simulator.subscriptions[0])])
    }
    #expect(try await harness.send("PUT", "/connectors/one", fewer).status == 200)
    #expect(try await harness.send("POST", "/connector-checks", fewer).json["passed"] == .bool(true))
    // By way of a reference that is allowed, with another authority.
    let away = harness.connector("one", secret: .object(["env": .string("ALLOWED")])) {
      $0["authority"] = .string("https://elsewhere.example")
    }
    #expect(try await harness.send("PUT", "/connectors/one", away).status == 200)
    #expect(try await harness.store.read { try $0.secrets.storedSecrets() }.isEmpty, "it is not needed any more")
    let back = harness.connector("one", secret: Self.stored) { $0["authority"] = .string("https://elsewhere.example") }
    #expect(try await harness.send("PUT", "/connectors/one", back).problem == "invalid")
    // Set from the shell for a connector that is to come: only the shell can make that one with it.
    try await harness.services.vault.set(
      owner: "connector:two", field: "clientSecret", Secret("hunter2-hunter2"), by: AuditActor(.system, name: "shell"))
    #expect(
      try await harness.send("POST", "/connectors", harness.connector("two", secret: Self.stored)).problem == "invalid")
    await harness.stop()
  }
}
