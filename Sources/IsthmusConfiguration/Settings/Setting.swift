/// A setting of the program itself: where it can be given, and what it takes.
///
/// The command line's flags, the variables, the keys of the configuration file, `isthmus settings` and
/// docs/settings.md are made from ``all``.
package struct Setting: Sendable {
  package enum Form: Sendable, Equatable {
    case text
    case path
    /// A database's URL; a password in it is not shown.
    case url
    /// Never shown, and never a flag: others on the machine see command lines.
    case secret
    case flag
    case choice([String])
    /// - unit: nil for a mere number.
    case integer(ClosedRange<Int>, unit: String?)
  }

  package enum Use: String, Sendable, CaseIterable {
    case everywhere = "All commands"
    case server = "The server"
  }

  /// That of the flag, without its dashes.
  package let name: String
  package let form: Form
  package let use: Use
  /// In the configuration file, from its top; empty where it can't stand there.
  package let key: [String]
  /// nil: not set.
  package let standard: String?
  package let description: String

  private init(
    _ name: String, _ form: Form, use: Use = .everywhere, key: [String] = [], standard: String? = nil,
    _ description: String
  ) {
    self.name = name
    self.form = form
    self.use = use
    self.key = key
    self.standard = standard
    self.description = description
  }

  package var flag: String? { form == .secret ? nil : "--\(name)" }
  package var variable: String { "ISTHMUS_\(name.uppercased().replacing("-", with: "_"))" }

  /// For the flag's help.
  package var help: String {
    let without = description.hasSuffix(".") ? String(description.dropLast()) : description
    return "\(without) (\(variable)\(standard.map { "; default \($0)" } ?? ""))."
  }

  /// What is wrong with a value; nil if it is one.
  package func problem(of text: String) -> String? {
    switch form {
    case .text, .path, .url, .secret: return text.isEmpty ? "it is empty" : nil
    case .flag: return ["true", "false"].contains(text) ? nil : "\"\(text)\" is neither true nor false"
    case .choice(let choices):
      if choices.contains(text) { return nil }
      let near = Spelling.nearest(to: text, among: choices).map { "; did you mean \($0)?" } ?? ""
      return "\"\(text)\" is none of \(choices.joined(separator: ", "))\(near)"
    case .integer(let range, let unit):
      if Int(text).map(range.contains) ?? false { return nil }
      let what = unit.map { " of \($0)" } ?? ""
      return "\"\(text)\" is no whole number\(what) from \(range.lowerBound) to \(range.upperBound)"
    }
  }
}

// MARK: - The catalogue

extension Setting {
  package static let data = Setting(
    "data", .path, standard: "~/.local/share/isthmus", "Folder of the inventory, readable by its owner only.")
  package static let database = Setting(
    "database", .url, "postgres:// URL of an inventory in PostgreSQL, instead of the folder's.")
  package static let runLease = Setting(
    "run-lease", .integer(2...600, unit: "seconds"), standard: "30",
    "With PostgreSQL: after so long without a sign of life a process' runs are taken over by another one.")
  package static let config = Setting("config", .path, "Configuration file, YAML.")
  package static let secretKey = Setting(
    "secret-key", .secret,
    "Key to the secrets in the inventory; without it the key file in its folder is used, and made when needed.")
  package static let output = Setting(
    "output", .choice(["table", "json", "jsonl", "csv"]), standard: "table", "How rows are printed.")

  package static let host = Setting(
    "host", .text, use: .server, key: ["server", "host"], standard: "127.0.0.1",
    "Where to listen. On another address than loopback it wants TLS, or a proxy that speaks it.")
  package static let role = Setting(
    "role", .choice(["all", "web", "worker"]), use: .server, key: ["server", "role"], standard: "all",
    "web answers people and programs and works on no runs; worker works on runs, and answers only who watches it.")
  package static let port = Setting(
    "port", .integer(0...65_535, unit: nil), use: .server, key: ["server", "port"], standard: "8080",
    "Port to listen on; 0 takes a free one.")
  package static let tlsCertificate = Setting(
    "tls-certificate", .path, use: .server, key: ["server", "tls", "certificate"],
    "A certificate chain in PEM: the server speaks TLS, 1.2 or newer.")
  package static let tlsKey = Setting(
    "tls-key", .path, use: .server, key: ["server", "tls", "key"], "The certificate's private key in PEM.")
  package static let trustProxy = Setting(
    "trust-proxy", .flag, use: .server, key: ["server", "trustProxy"], standard: "false",
    "Believes X-Forwarded-For (its last address) and X-Request-Id: only behind a proxy that sets them and speaks TLS.")
  package static let allowedSecretReferences = Setting(
    "allowed-secret-references", .text, use: .server, key: ["server", "allowedSecretReferences"],
    "Variables, files and folders that connectors made over the interface may take secrets from, divided by commas.")
  package static let logLevel = Setting(
    "log-level", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), use: .server,
    key: ["server", "logLevel"], standard: "info",
    "What is logged, to standard error; info has a line for each request.")
  package static let logFormat = Setting(
    "log-format", .choice(["text", "json"]), use: .server, key: ["server", "logFormat"], standard: "text",
    "json: one object a line with time, level, message and metadata.")
  package static let maximumBody = Setting(
    "maximum-body", .integer(1024...67_108_864, unit: "bytes"), use: .server, key: ["server", "maximumBody"],
    standard: "4194304", "How large a request's body may be.")
  package static let idleTimeout = Setting(
    "idle-timeout", .integer(1...3600, unit: "seconds"), use: .server, key: ["server", "idleTimeout"], standard: "75",
    "How long a connection may be idle, a request's head may take, and an answer may wait for its client.")
  package static let requestTimeout = Setting(
    "request-timeout", .integer(1...3600, unit: "seconds"), use: .server, key: ["server", "requestTimeout"],
    standard: "60",
    "How long the rest of a request may take after its head.")

  package static let all: [Setting] = [
    data, database, runLease, config, secretKey, output, role, host, port, tlsCertificate, tlsKey, trustProxy,
    allowedSecretReferences, logLevel, logFormat,
    maximumBody, idleTimeout, requestTimeout,
  ]
}
