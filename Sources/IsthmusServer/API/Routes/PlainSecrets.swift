import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore

/// Secrets that stand in a connector's document as plain texts: they go into the vault, and a mark takes their place.
struct PlainSecrets {
  private let kinds: KindCatalog

  init(_ kinds: KindCatalog) { self.kinds = kinds }

  func takenOut(
    of document: JSONValue, connector: String
  ) -> (document: JSONValue, secrets: [SecretSource.Place: Secret]) {
    var secrets: [SecretSource.Place: Secret] = [:]
    guard case .object(let members) = document,
      let kind = document["kind"]?.string.flatMap(kinds.kind(named:))?.descriptor,
      case .object(let settings)? = document["connection"]
    else { return (document, secrets) }
    let fields = Set(kind.settings.filter { $0.form == .secret }.map(\.key))
    let kept = settings.map { member -> JSONValue.Member in
      guard fields.contains(member.name), let text = member.value.string else { return member }
      secrets[.init(connector: connector, field: member.name)] = Secret(text)
      return .init(member.name, .object(["stored": .bool(true)]))
    }
    let changed = members.map { $0.name == "connection" ? .init("connection", .object(kept)) : $0 }
    return (.object(changed), secrets)
  }
}
