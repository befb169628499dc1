import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore

/// Secrets that stand in a document as plain texts: they go into the vault, and a mark takes their place.
///
/// A draft is kept unfinished, but never with a text that may be a secret where it would be kept in the clear: so its
/// kind must be known, and its connection has that kind's settings alone.
struct PlainSecrets {
  private let kinds: KindCatalog

  init(_ kinds: KindCatalog) { self.kinds = kinds }

  func takenOut(
    of document: JSONValue, connector: String
  ) throws(Problem) -> (document: JSONValue, secrets: [SecretSource.Place: Secret]) {
    guard let kind = document["kind"]?.string.flatMap(kinds.kind(named:))?.descriptor else {
      let known = kinds.descriptors.map(\.name).joined(separator: ", ")
      throw Self.problem("/kind", "is none of \(known)")
    }
    guard case .object(let members) = document, case .object(let settings)? = document["connection"] else {
      return (document, [:])
    }
    var secrets: [SecretSource.Place: Secret] = [:]
    var kept: [JSONValue.Member] = []
    for member in settings {
      let pointer = "/connection/\(SchemaCheck.escape(member.name))"
      guard let setting = kind.settings.first(where: { $0.key == member.name }) else {
        throw Self.problem(pointer, "is unknown here; known: \(kind.settings.map(\.key).joined(separator: ", "))")
      }
      if setting.form == .secretFile {
        guard Self.isPlace(member.value, among: ["file"]) else {
          throw Self.problem(pointer, "is not where the secret is: {\"file\": …}")
        }
        kept.append(member)
        continue
      }
      guard setting.form == .secret else {
        kept.append(member)
        continue
      }
      if let secret = try Self.secret(in: member.value, pointer) {
        do throws(ConnectorError) {
          _ = try setting.inspect?(secret)
        } catch {
          throw Self.problem(pointer, "can't be used. \(error.summary) \(error.remedy)")
        }
        secrets[.init(connector: connector, field: member.name)] = secret
        kept.append(.init(member.name, Self.mark))
      } else {
        kept.append(member)
      }
    }
    let changed = members.map { $0.name == "connection" ? .init("connection", .object(kept)) : $0 }
    return (.object(changed), secrets)
  }

  /// Of a setting of which there is one: that of the sign-in by an identity provider.
  static func takenOut(
    of document: JSONValue, single kind: ConfigurationItem.Kind
  ) throws(Problem) -> (document: JSONValue, secrets: [SecretSource.Place: Secret]) {
    guard kind == .signIn, let provider = document["openID"], let value = provider["clientSecret"],
      let secret = try secret(in: value, "/openID/clientSecret")
    else { return (document, [:]) }
    return (document.with("openID", provider.with("clientSecret", mark)), [.signIn: secret])
  }

  private static let mark = JSONValue.object(["stored": .bool(true)])

  /// nil: it says where the secret is.
  private static func secret(in value: JSONValue, _ pointer: String) throws(Problem) -> Secret? {
    if let text = value.string {
      if text.isEmpty { throw problem(pointer, "is empty") }
      return Secret(text)
    }
    guard isPlace(value, among: ["env", "file", "stored"]) else {
      throw problem(
        pointer, "is neither the secret as a text, nor where it is: {\"env\": …}, {\"file\": …} or {\"stored\": true}")
    }
    return nil
  }

  private static func isPlace(_ value: JSONValue, among names: [String]) -> Bool {
    guard case .object(let members) = value, members.count == 1, let member = members.first else { return value.isNull }
    guard names.contains(member.name) else { return false }
    switch member.name {
    case "env", "file": return member.value.string != nil
    case "stored": return member.value == .bool(true)
    default: return false
    }
  }

  /// What stands there is not repeated: it may be the secret.
  private static func problem(_ pointer: String, _ detail: String) -> Problem {
    Problem(.invalid, "\(pointer) \(detail).", places: [.init(pointer: pointer, detail: detail)])
  }
}
