/// What holds for the whole inventory: own rules, the order in which all are tried, and whose values are trusted.
package struct IdentificationSettings: Sendable, Hashable {
  package var own: [IdentificationRule]
  /// The names of all rules; nil: the standard ones, then the own ones.
  package var order: [String]?
  /// Names of connectors, the most trusted first; others come after them and are equal.
  package var trust: [String]
  /// The same for single attributes.
  package var trustByAttribute: [String: [String]]

  package init(
    own: [IdentificationRule] = [], order: [String]? = nil, trust: [String] = [],
    trustByAttribute: [String: [String]] = [:]
  ) {
    self.own = own
    self.order = order
    self.trust = trust
    self.trustByAttribute = trustByAttribute
  }

  package func book() throws(RuleError) -> RuleBook { try RuleBook(own: own, order: order) }

  /// - Parameter numbers: The store's, by the connectors' names.
  package func sourceTrust(_ numbers: [String: Int64]) -> SourceTrust {
    SourceTrust(
      order: trust.compactMap { numbers[$0] },
      overrides: trustByAttribute.mapValues { $0.compactMap { numbers[$0] } })
  }
}

// MARK: - As they are stored

extension IdentificationSettings {
  package var json: JSONValue {
    func list(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
    let rules = own.map { JSONValue.object(["name": .string($0.name), "attributes": list($0.attributes)]) }
    let overrides = trustByAttribute.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, list($0.value)) }
    return .object([
      "own": .array(rules), "order": order.map(list) ?? .null, "trust": list(trust),
      "trustByAttribute": .object(overrides),
    ])
  }

  /// What ``json`` gave.
  package init(_ json: JSONValue) {
    func texts(_ value: JSONValue?) -> [String]? { value?.array?.compactMap(\.string) }
    let rules = (json["own"]?.array ?? []).map { rule in
      IdentificationRule(name: rule["name"]?.string ?? "", attributes: texts(rule["attributes"]) ?? [])
    }
    self.init(own: rules, order: texts(json["order"]), trust: texts(json["trust"]) ?? [])
    guard case .object(let members)? = json["trustByAttribute"] else { return }
    for member in members { trustByAttribute[member.name] = texts(member.value) ?? [] }
  }
}
