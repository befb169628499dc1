import IsthmusConnect
import IsthmusCore

/// What a change of connectors may do with secrets that whoever asks for it need not know.
///
/// Who has the server's shell can read its variables, its files and its inventory. An admin of the interface can't: so
/// no reference is taken from there that the server's operator has not allowed, and a secret that is kept goes nowhere
/// but where it was given for. Else an admin could have any file of the server sent to an authority of their choice.
package struct SecretGuard: Sendable {
  /// nil: all.
  private let allowed: AllowedSecretReferences?

  /// For who has the server's shell.
  package static let shell = SecretGuard(nil)

  private init(_ allowed: AllowedSecretReferences?) { self.allowed = allowed }

  /// For the interface.
  package init(allowing references: AllowedSecretReferences) { allowed = references }

  /// - Parameter given: Secrets that came with the change itself.
  /// - Throws: ``ConfigurationProblem`` at the first secret that the change may not use.
  func check(
    _ changes: [ConfigurationChange], given: Set<SecretSource.Place>, _ kinds: KindCatalog
  ) throws(ConfigurationProblem) {
    guard let allowed else { return }
    for change in changes where [.connector, .signIn].contains(change.key.kind) {
      guard let after = change.after?.connectionMembers else { continue }
      let before = change.before?.connectionMembers ?? []
      let moved = Self.moved(change, kinds)
      for member in after {
        guard case .object(let places) = member.value, change.key.kind == .connector || member.name == "clientSecret"
        else { continue }
        let isAsBefore = before.first { $0.name == member.name }?.value == member.value
        if isAsBefore, moved.isEmpty { continue }
        let place =
          change.key.kind == .signIn ? .signIn : SecretSource.Place(connector: change.key.name, field: member.name)
        for written in places {
          let isTaken =
            switch written.name {
            case "stored": given.contains(place)
            case "env": written.value.string.map { allowed.takes(variable: $0) } ?? false
            case "file": written.value.string.map { allowed.takes(path: $0) } ?? false
            default: true
            }
          guard !isTaken else { continue }
          throw ConfigurationProblem(
            item: change.key, path: ".\(change.key.kind == .signIn ? "openID" : "connection").\(member.name)",
            problem: Self.problem(isStored: written.name == "stored", moved: isAsBefore ? moved : []))
        }
      }
    }
  }

  /// Which settings that tell where secrets are sent are others than before: all but what is to be read there.
  private static func moved(_ change: ConfigurationChange, _ kinds: KindCatalog) -> [String] {
    func targets(_ item: ConfigurationItem?) -> [String: JSONValue] {
      let kind = item?.document["kind"] ?? .null
      let settings = kind.string.flatMap(kinds.kind(named:))?.descriptor.settings ?? []
      var others = Set(settings.filter { !$0.form.tellsWhere }.map(\.key))
      if change.key.kind == .signIn { others = Self.ofWhoSignsIn }
      var targets = ["kind": kind]
      for member in item?.connectionMembers ?? [] where !others.contains(member.name) {
        targets[member.name] = member.value
      }
      return targets
    }
    let (before, after) = (targets(change.before), targets(change.after))
    return Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
  }

  /// Settings of a sign-in by an identity provider that have nothing to do with where its secret goes.
  private static let ofWhoSignsIn: Set = [
    "displayName", "clientSecret", "appRoles", "groups", "users", "otherwise", "createsAccounts", "baseUrl",
  ]

  /// The reference itself is not repeated: a secret may have been put there.
  private static func problem(isStored: Bool, moved: [String]) -> String {
    let reason = moved.isEmpty ? "" : "\(moved.joined(separator: ", ")) is another one than it was given for"
    if isStored {
      return moved.isEmpty
        ? "no secret was given for this connection yet: give it as a text, or use isthmus apply"
        : "a stored secret is not sent elsewhere, and \(reason): give the secret anew, as a text"
    }
    let what =
      moved.isEmpty
      ? "over the interface variables and files are taken only if the server's operator has allowed them"
      : "over the interface what is not allowed by the server's operator stays as it is, and \(reason)"
    return
      "\(what): give the secret as a text, start the server with --allowed-secret-references, or use isthmus apply"
  }
}

/// Variables and files that the interface may name as places of secrets.
package struct AllowedSecretReferences: Sendable, Hashable {
  private var variables: Set<String> = []
  private var paths: [String] = []

  /// None at all.
  package init() {}

  /// - Parameter text: Names of variables, and absolute paths of files and folders, divided by commas.
  /// - Returns: nil if an entry is neither.
  package init?(_ text: String) {
    for entry in text.split(separator: ",") {
      let entry = String(entry.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      if entry.hasPrefix("/") {
        let path = entry.count > 1 && entry.hasSuffix("/") ? String(entry.dropLast()) : entry
        guard Self.isPlain(path) else { return nil }
        paths.append(path)
      } else if Self.isVariable(entry) {
        variables.insert(entry)
      } else {
        return nil
      }
    }
  }

  func takes(variable: String) -> Bool { variables.contains(variable) }

  /// Whether it is an allowed file, or stands in an allowed folder; links are not followed here.
  func takes(path: String) -> Bool {
    Self.isPlain(path) && paths.contains { path == $0 || path.hasPrefix("\($0)/") }
  }

  /// Absolute, and without a way back up.
  private static func isPlain(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count > 1 && parts[0].isEmpty && !parts.dropFirst().contains { $0.isEmpty || $0 == "." || $0 == ".." }
  }

  private static func isVariable(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.first.map { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } == true
      && name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || $0 == "_" || ("0"..."9").contains($0))
      }
  }
}

extension ConfigurationItem {
  /// Of a connector's connection, or of the application at the identity provider.
  fileprivate var connectionMembers: [JSONValue.Member] {
    guard case .object(let members)? = document[key.kind == .signIn ? "openID" : "connection"] else { return [] }
    return members
  }
}

extension SettingDescriptor.Form {
  /// Whether a setting of this form has to do with where requests, and so secrets, go.
  fileprivate var tellsWhere: Bool {
    switch self {
    case .text, .url, .guid, .path, .choice: true
    case .secret, .secretFile, .listOrAll, .list: false
    }
  }
}
