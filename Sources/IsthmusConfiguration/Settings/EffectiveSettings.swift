import Foundation

/// What each setting is now: its flag, else its variable, else the configuration file, else its default.
package struct EffectiveSettings: Sendable {
  package enum Origin: Sendable, Hashable {
    case flag, variable
    /// At this place of it.
    case file(String)
    case standard
  }

  package struct Entry: Sendable {
    package var setting: Setting
    /// nil: not set.
    package var text: String?
    package var origin: Origin
  }

  /// In the catalogue's order.
  package let entries: [Entry]

  /// - Parameters:
  ///   - flags: As they were given, by the settings' names.
  ///   - environment: Variables; an empty one counts as not set.
  ///   - file: nil: no file, or it is not read.
  /// - Throws: A ``ConfigurationError`` that names the flag or the variable.
  package init(
    flags: [String: String], environment: [String: String], file: FileSettings? = nil
  ) throws(ConfigurationError) {
    var entries: [Entry] = []
    for setting in Setting.all {
      let entry = Self.entry(setting, flag: flags[setting.name], environment, file)
      if let text = entry.text, let problem = setting.problem(of: text) {
        let place = entry.origin == .flag ? setting.flag : setting.variable
        throw ConfigurationError(file: "", mark: nil, path: place ?? "", problem: problem)
      }
      entries.append(entry)
    }
    self.entries = entries
  }

  private static func entry(
    _ setting: Setting, flag: String?, _ environment: [String: String], _ file: FileSettings?
  ) -> Entry {
    if let flag { return Entry(setting: setting, text: flag, origin: .flag) }
    if let text = environment[setting.variable], !text.isEmpty, !isServiceLink(setting, text) {
      return Entry(setting: setting, text: text, origin: .variable)
    }
    if let value = file?.values[setting.name] {
      return Entry(setting: setting, text: value.text, origin: .file(value.place))
    }
    var standard = setting.standard
    if setting.form == .path, let text = standard, text.hasPrefix("~/") {
      standard = "\(NSHomeDirectory())\(text.dropFirst())"
    }
    return Entry(setting: setting, text: standard, origin: .standard)
  }

  /// Kubernetes sets `ISTHMUS_PORT=tcp://10.0.0.1:80` beside a service that is named isthmus; nobody chose that.
  private static func isServiceLink(_ setting: Setting, _ text: String) -> Bool {
    setting.name == Setting.port.name && text.hasPrefix("tcp://")
  }

  /// One setting that stands in no file.
  package static func text(_ setting: Setting, flag: String?, environment: [String: String]) -> String? {
    entry(setting, flag: flag, environment, nil).text
  }

  package func text(_ setting: Setting) -> String? { entries.first { $0.setting.name == setting.name }?.text }

  /// A number that was checked; the catalogue has a default for each.
  package func integer(_ setting: Setting) -> Int { text(setting).flatMap { Int($0) } ?? 0 }

  package func flag(_ setting: Setting) -> Bool { text(setting) == "true" }
}

extension EffectiveSettings.Entry {
  /// As it may be shown: no secret, and no password of a URL.
  package var shown: String? {
    switch setting.form {
    case .secret: text == nil ? nil : "(set, not shown)"
    case .url: text.map(Self.withoutPassword)
    default: text
    }
  }

  /// Where the value came from, for people.
  package var originText: String {
    switch origin {
    case .flag: setting.flag ?? ""
    case .variable: setting.variable
    case .file(let place): place
    case .standard: text == nil ? "not set" : "default"
    }
  }

  /// What stands before the `@` of a URL may hold one; it goes whole where it can't be told apart.
  private static func withoutPassword(_ url: String) -> String {
    guard let start = url.range(of: "://"), let end = url.lastIndex(of: "@"), start.upperBound <= end else {
      return url
    }
    let user = url[start.upperBound..<end].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return user.count == 2 ? "\(url[..<start.upperBound])\(user[0]):***\(url[end...])" : url
  }
}
