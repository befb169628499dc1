package import IsthmusCore

/// One thing that is configured, in the form that the file, the interface and the store share.
package struct ConfigurationItem: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    case connector, transformMap, scoreMap, tag, entity
    /// There is one of these.
    case scoring, identification, retention, signIn

    /// What people call it.
    package var title: String {
      switch self {
      case .connector: "connector"
      case .transformMap: "transform map"
      case .scoreMap: "score map"
      case .tag: "tag"
      case .entity: "business entity"
      case .scoring: "scoring"
      case .identification: "identification rules"
      case .retention: "retention"
      case .signIn: "sign-in settings"
      }
    }

    /// Where its items stand in the file; the single ones are read apart.
    var listKey: String? {
      switch self {
      case .connector: "connectors"
      case .transformMap: "transformMaps"
      case .scoreMap: "scoreMaps"
      case .tag: "tags"
      case .entity: "entities"
      case .scoring, .identification, .retention, .signIn: nil
      }
    }

    package var isSingle: Bool { listKey == nil }
  }

  package struct Key: Sendable, Hashable, CustomStringConvertible {
    package var kind: Kind
    /// The kind's own for single ones.
    package var name: String

    package init(_ kind: Kind, _ name: String) {
      self.kind = kind
      self.name = name
    }

    package var description: String { kind.isSingle ? kind.title : "\(kind.title) \"\(name)\"" }
  }

  package var key: Key
  /// Normalised: members by name, without those that are null.
  package var document: JSONValue
  /// Only a connector can be one.
  package var isDraft = false

  package init(_ kind: Kind, _ name: String, _ document: JSONValue, isDraft: Bool = false) {
    key = Key(kind, name)
    self.document = document.normalised
    self.isDraft = isDraft
  }

  package init(single kind: Kind, _ document: JSONValue) { self.init(kind, kind.rawValue, document) }

  /// Changes with the content: for `ETag` and `If-Match`.
  package func tag(seed: UInt64) -> String {
    var digest = Digest(seed: seed)
    digest.add("\(key.kind.rawValue) \(isDraft) \(key.name)")
    digest.add(document.text())
    return String(digest.value, radix: 16)
  }
}

extension JSONValue {
  /// Equal for what means the same: members stand by name, and what is null is left away.
  package var normalised: JSONValue {
    switch self {
    case .object(let members):
      let kept = members.filter { !$0.value.isNull }.map { Member($0.name, $0.value.normalised) }
      return .object(kept.sorted { $0.name < $1.name })
    case .array(let elements): return .array(elements.map(\.normalised))
    case .number(let number):
      return Int64(exactly: number).map(JSONValue.integer) ?? self
    default: return self
    }
  }
}
