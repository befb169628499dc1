import Foundation
import Testing

@testable import IsthmusConfiguration

@Suite("The program's own settings")
struct SettingsTests {
  private static func file(_ text: String) throws -> FileSettings {
    try ConfigurationFile.server(in: text, path: "isthmus.yaml")
  }

  /// What is told of it.
  private static func refusal(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "(no error)"
    } catch {
      return "\(error)"
    }
  }

  @Test("A flag goes before its variable, that before the file, that before the default")
  func precedence() throws {
    let file = try Self.file(#"server: {port: 3, host: "::1", tls: {key: k.pem}, trustProxy: true, logFormat: json}"#)
    let variables = ["ISTHMUS_PORT": "2", "ISTHMUS_HOST": "localhost", "ISTHMUS_LOG_LEVEL": ""]
    let settings = try EffectiveSettings(flags: ["port": "1"], environment: variables, file: file)
    func entry(_ setting: Setting) throws -> EffectiveSettings.Entry {
      try #require(settings.entries.first { $0.setting.name == setting.name })
    }
    #expect(settings.integer(.port) == 1 && settings.text(.host) == "localhost")
    #expect(settings.text(.tlsKey) == "k.pem" && settings.text(.tlsCertificate) == nil)
    #expect(settings.flag(.trustProxy) && settings.text(.logFormat) == "json" && settings.text(.logLevel) == "info")
    #expect(try entry(.port).originText == "--port" && entry(.host).originText == "ISTHMUS_HOST")
    #expect(try entry(.tlsKey).originText == "isthmus.yaml:1" && entry(.logLevel).originText == "default")
    #expect(try entry(.tlsCertificate).originText == "not set")
    #expect(settings.text(.data)?.hasPrefix("/") == true)
  }

  @Test("What is wrong is refused with its flag, its variable, or its place in the file and the nearest name")
  func refusals() {
    #expect(
      Self.refusal { _ = try EffectiveSettings(flags: ["port": "70000"], environment: [:]) }
        == "--port: \"70000\" is no whole number from 0 to 65535")
    #expect(
      Self.refusal { _ = try EffectiveSettings(flags: [:], environment: ["ISTHMUS_LOG_FORMAT": "jsn"]) }
        == "ISTHMUS_LOG_FORMAT: \"jsn\" is none of text, json; did you mean json?")
    #expect(
      Self.refusal { _ = try Self.file("server:\n  hst: x\n") }.hasPrefix(
        "isthmus.yaml:2:3: server: unknown key \"hst\"; did you mean host?"))
    #expect(
      Self.refusal { _ = try Self.file("server:\n  tls:\n    certificate: {file: x}\n") }
        == "isthmus.yaml:3:18: server.tls.certificate: a mapping stands where a text was expected")
    #expect(
      Self.refusal { _ = try Self.file("server: {trustProxy: yes}") }
        == "isthmus.yaml:1:22: server.trustProxy: \"yes\" is neither true nor false")
    #expect(Self.refusal { _ = try Self.file("servr: {}\n") }.contains("did you mean server?"))
  }

  @Test("No secret is shown, nor a password in a URL")
  func secrets() throws {
    let settings = try EffectiveSettings(
      flags: ["database": "postgres://isthmus:p@ss:word@db.example/isthmus"],
      environment: ["ISTHMUS_SECRET_KEY": "not-a-real-key"])
    let shown = settings.entries.map { $0.shown ?? "" }
    #expect(shown.contains("postgres://isthmus:***@db.example/isthmus") && shown.contains("(set, not shown)"))
    #expect(!shown.contains { $0.contains("ss:word") || $0.contains("not-a-real-key") })
  }

  @Test("An address that Kubernetes puts into the port's variable is passed over")
  func serviceLinks() throws {
    let settings = try EffectiveSettings(flags: [:], environment: ["ISTHMUS_PORT": "tcp://10.0.0.1:80"])
    #expect(settings.integer(.port) == 8080)
  }

  @Test("Names of settings, variables and keys stand once each; each default is a value")
  func catalogue() {
    let keys = Setting.all.map(\.key).filter { !$0.isEmpty }
    #expect(Set(Setting.all.map(\.name)).count == Setting.all.count && Set(keys).count == keys.count)
    for setting in Setting.all {
      #expect(setting.standard.flatMap(setting.problem) == nil, "\(setting.name)")
    }
  }

  /// `ISTHMUS_UPDATE_GOLDEN=1 swift test --filter SettingsTests` writes the file anew.
  @Test("docs/settings.md is what the catalogue says")
  func documentation() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    let file = root.appending(path: "docs/settings.md")
    if ProcessInfo.processInfo.environment["ISTHMUS_UPDATE_GOLDEN"] == "1" {
      try SettingsReference.markdown.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == SettingsReference.markdown, "write it anew, see above")
  }
}
