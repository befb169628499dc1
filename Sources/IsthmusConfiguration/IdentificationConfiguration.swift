import IsthmusCore

/// `identificationRules`, `identificationOrder` and `sourceTrust` of the file.
struct IdentificationConfiguration {
  /// nil: the file has none of the three keys, and the inventory's own settings stay. One of them makes the file
  /// speak for all three.
  let settings: IdentificationSettings?
  private let book: RuleBook
  /// Where `sourceTrust` names connectors.
  private let trusted: [(name: String, node: ConfigNode)]

  static let keys = ["identificationRules", "identificationOrder", "sourceTrust"]

  init(_ members: ConfigMembers) throws(ConfigurationError) {
    var own: [(rule: IdentificationRule, node: ConfigNode)] = []
    for element in try members["identificationRules"]?.listed ?? [] {
      let rule = try element.members(known: ["name", "attributes"])
      let attributes = try rule.require("attributes").texts
      own.append((IdentificationRule(name: try rule.require("name").nonEmptyText, attributes: attributes), element))
    }
    let orderNode = members["identificationOrder"].flatMap { $0.isNull ? nil : $0 }
    var settings = IdentificationSettings(own: own.map(\.rule))
    settings.order = try orderNode?.texts
    do throws(RuleError) {
      book = try settings.book()
    } catch {
      let place = own.last { $0.rule.name == error.rule }?.node ?? orderNode ?? members.container
      throw place.failure(error.problem(naming: error.rule))
    }
    var trusted: [(name: String, node: ConfigNode)] = []
    if let node = members["sourceTrust"], !node.isNull {
      let trust = try node.members(known: ["order", "attributes"])
      settings.trust = try Self.connectors(trust["order"], &trusted)
      for (key, list) in try trust["attributes"]?.pairs ?? [] {
        let name = try key.nonEmptyText
        guard name.hasPrefix("custom.") || DataModel.inventory.attribute(name)?.level == .asset else {
          let known = DataModel.inventory.attributes.filter { $0.level == .asset }.map(\.name)
          let near = Spelling.nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
          throw key.failure("hosts have no attribute \"\(name)\"\(near)")
        }
        settings.trustByAttribute[name] = try Self.connectors(list, &trusted)
      }
    }
    self.trusted = trusted
    let isSaid = Self.keys.contains { members[$0].map { !$0.isNull } ?? false }
    self.settings = isSaid ? settings : nil
  }

  private static func connectors(
    _ node: ConfigNode?, _ trusted: inout [(name: String, node: ConfigNode)]
  ) throws(ConfigurationError) -> [String] {
    var names: [String] = []
    for element in try node?.listed ?? [] {
      let name = try element.nonEmptyText
      if names.contains(name) { throw element.failure("\"\(name)\" stands above already") }
      names.append(name)
      trusted.append((name, element))
    }
    return names
  }

  /// Names that are no connector's are errors: they would have no effect.
  func check(connectors: [String]) throws(ConfigurationError) {
    for (name, node) in trusted where !connectors.contains(name) {
      let near = Spelling.nearest(to: name, among: connectors).map { "; did you mean \"\($0)\"?" } ?? ""
      throw node.failure("there is no connector \"\(name)\"\(near)")
    }
  }

  /// The rules that a connector turns off: its key `identificationRules`, a mapping with `disabled`.
  func disabledRules(_ node: ConfigNode?) throws(ConfigurationError) -> Set<String> {
    guard let node, let list = try node.members(known: ["disabled"])["disabled"] else { return [] }
    var disabled: [String: ConfigNode] = [:]
    for element in try list.listed { disabled[try element.choice(book.rules.map(\.name))] = element }
    do throws(RuleError) {
      _ = try book.enabled(except: Set(disabled.keys))
    } catch {
      throw (error.rule.flatMap { disabled[$0] } ?? list).failure(error.problem(naming: error.rule))
    }
    return Set(disabled.keys)
  }
}

extension RuleError {
  fileprivate func problem(naming rule: String?) -> String { rule.map { "\($0): \(problem)" } ?? problem }
}
