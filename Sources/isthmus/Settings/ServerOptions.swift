import ArgumentParser
import Foundation
import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusServer
import Logging

/// The server's flags; all of them settings of the catalogue.
struct ServerOptions: ParsableArguments {
  @Option(name: .of(.role), help: .of(.role)) var role: String?
  @Option(name: .of(.host), help: .of(.host)) var host: String?
  @Option(name: .of(.port), help: .of(.port)) var port: String?
  @Option(name: .of(.tlsCertificate), help: .of(.tlsCertificate)) var tlsCertificate: String?
  @Option(name: .of(.tlsKey), help: .of(.tlsKey)) var tlsKey: String?
  @Flag(name: .of(.trustProxy), inversion: .prefixedNo, help: .of(.trustProxy)) var trustProxy: Bool?
  @Option(name: .of(.allowedSecretReferences), help: .of(.allowedSecretReferences))
  var allowedSecretReferences: String?
  @Option(name: .of(.logLevel), help: .of(.logLevel)) var logLevel: String?
  @Option(name: .of(.logFormat), help: .of(.logFormat)) var logFormat: String?
  @Option(name: .of(.maximumBody), help: .of(.maximumBody)) var maximumBody: String?
  @Option(name: .of(.idleTimeout), help: .of(.idleTimeout)) var idleTimeout: String?
  @Option(name: .of(.requestTimeout), help: .of(.requestTimeout)) var requestTimeout: String?

  /// What holds, with the `server` mapping of the configuration file if one is named.
  ///
  /// - Throws: ``ConfigurationError``, or an error of usage for a file that can't be read.
  func effective(_ options: GlobalOptions) throws -> EffectiveSettings {
    let file = try options.configurationPath.map { path in
      try ConfigurationFile.server(in: try AppBuilder.readText(path), path: path)
    }
    return try EffectiveSettings(
      flags: given.merging(options.given) { $1 }, environment: ProcessInfo.processInfo.environment, file: file)
  }

  private var given: [String: String] {
    let texts: [(Setting, String?)] = [
      (.role, role), (.host, host), (.port, port), (.tlsCertificate, tlsCertificate), (.tlsKey, tlsKey),
      (.trustProxy, trustProxy.map(String.init)),
      (.allowedSecretReferences, allowedSecretReferences), (.logLevel, logLevel), (.logFormat, logFormat),
      (.maximumBody, maximumBody), (.idleTimeout, idleTimeout), (.requestTimeout, requestTimeout),
    ]
    return [String: String](given: texts)
  }
}

extension GlobalOptions {
  fileprivate var given: [String: String] {
    [String: String](given: [
      (.data, data), (.database, databaseOption), (.runLease, runLeaseOption), (.config, config),
    ])
  }
}

extension [String: String] {
  fileprivate init(given texts: [(setting: Setting, text: String?)]) {
    self.init()
    for (setting, text) in texts { self[setting.name] = text }
  }
}

extension NameSpecification {
  static func of(_ setting: Setting) -> NameSpecification { .customLong(setting.name) }
}

extension ArgumentHelp {
  static func of(_ setting: Setting) -> ArgumentHelp { ArgumentHelp(setting.help) }
}

extension ServerSettings {
  init(_ settings: EffectiveSettings) {
    self.init()
    role = settings.text(.role).flatMap(Role.init(rawValue:)) ?? role
    host = settings.text(.host) ?? host
    port = settings.integer(.port)
    certificateFile = settings.text(.tlsCertificate)
    keyFile = settings.text(.tlsKey)
    trustsProxy = settings.flag(.trustProxy)
    maximumBody = settings.integer(.maximumBody)
    idleTimeout = .seconds(settings.integer(.idleTimeout))
    requestTimeout = .seconds(settings.integer(.requestTimeout))
  }
}

extension AllowedSecretReferences {
  init(_ settings: EffectiveSettings) throws {
    let setting = Setting.allowedSecretReferences
    guard let allowed = AllowedSecretReferences(settings.text(setting) ?? "") else {
      throw CommandError.usage(
        """
        \(setting.flag ?? setting.name) (\(setting.variable)) takes names of variables and absolute paths, divided by \
        commas, as in AZURE_SECRET,/run/secrets.
        """)
    }
    self = allowed
  }
}

extension Logger {
  /// The server's log, to standard error.
  init(_ settings: EffectiveSettings) {
    let isJSON = settings.text(.logFormat) == "json"
    self.init(label: "isthmus") { label -> any LogHandler in
      if isJSON { return JSONLogHandler(now: AppBuilder.now, write: Console.error) }
      return StreamLogHandler.standardError(label: label)
    }
    logLevel = settings.text(.logLevel).flatMap(Level.init(rawValue:)) ?? .info
  }
}
