import IsthmusCore

/// Where the records of a scope stand, and how they belong to an asset or a finding.
struct ScopeSQL {
  /// After FROM, with the aliases that the scope's fields use.
  var tables: String
  /// Which of the tables' rows are records of the scope; nil: all.
  var condition: String?
  /// What tells one record of the scope from another: one expression or several.
  var identity: [String]
  /// The key of the asset or finding that the record belongs to.
  var owner: String

  /// - Parameters:
  ///   - isEverythingShown: Also findings that the source does not list any more, or that do not apply.
  ///   - testsConnector: Whether tests of a custom attribute ask which connector says it.
  ///   - hasTwins: Whether some findings are shown under that of another connector.
  init(_ scope: QueryScope, isEverythingShown: Bool, testsConnector: Bool, hasTwins: Bool = false) {
    var condition: String?
    switch scope {
    case .asset: (tables, identity, owner) = ("asset a", ["a.id"], "a.id")
    case .finding:
      (tables, identity, owner) = ("finding f JOIN resource r ON r.id = f.resource_id", ["f.id"], "r.asset_id")
      // The findings that a list of them shows.
      condition = [
        isEverythingShown ? nil : "f.posture IN (0, 1)",
        hasTwins ? "f.id NOT IN (SELECT finding_id FROM finding_twin)" : nil, "r.asset_id IS NOT NULL",
      ].compactMap { $0 }.joined(separator: " AND ")
    case .source:
      tables = """
        source s JOIN connector k ON k.id = s.connector_id JOIN scope p ON p.id = s.scope_id
        JOIN asset b ON b.id = s.asset_id
        """
      (identity, owner) = (["s.id"], "s.asset_id")
      // What is gone has gone rows only; what is present is known by its present ones.
      condition = "(s.is_present = 1 OR b.gone_at IS NOT NULL)"
    case .tag:
      (tables, identity, owner) = ("asset_tag m JOIN tag t ON t.id = m.tag_id", ["t.id"], "m.asset_id")
    case .businessEntity:
      tables = "asset_tag m JOIN entity_tag e ON e.tag_id = m.tag_id JOIN entity t ON t.id = e.entity_id"
      (identity, owner) = (["t.id"], "m.asset_id")
    case .customAttribute where testsConnector:
      tables = "source s JOIN asset b ON b.id = s.asset_id CROSS JOIN \(Self.customValues(of: "s.attributes"))"
      (identity, owner) = (["s.id", "j.id", "v.id"], "s.asset_id")
      condition = "\(Self.isCustom) AND (s.is_present = 1 OR b.gone_at IS NOT NULL)"
    case .customAttribute:
      tables = "asset b CROSS JOIN \(Self.customValues(of: "b.custom"))"
      (identity, owner) = (["b.id", "j.id", "v.id"], "b.id")
    case .ipAddress: (tables, identity, owner) = Self.list("ip_addresses")
    case .macAddress: (tables, identity, owner) = Self.list("mac_addresses")
    case .publicIPAddress: (tables, identity, owner) = Self.list("public_ip_addresses")
    case .cloudTag: (tables, identity, owner) = Self.list("cloud_tags")
    case .category: (tables, identity, owner) = Self.controlList("categories")
    case .threat: (tables, identity, owner) = Self.controlList("threats")
    case .tactic: (tables, identity, owner) = Self.controlList("tactics")
    case .technique: (tables, identity, owner) = Self.controlList("techniques")
    case .findingCustomAttribute:
      // Of controls; findings have their own, see QuerySQL.
      tables = "control_variant w CROSS JOIN \(Self.customValues(of: "w.attributes"))"
      (identity, owner) = (["w.id", "j.id", "v.id"], "w.id")
      condition = Self.isCustom
    }
    self.condition = condition
  }

  private static func list(_ column: String) -> (String, [String], String) {
    ("asset b CROSS JOIN json_each(b.\(column)) j", ["b.id", "j.id"], "b.id")
  }

  private static func controlList(_ name: String) -> (String, [String], String) {
    ("control_variant w CROSS JOIN json_each(w.attributes, '$.\(name)') j", ["w.id", "j.id"], "w.id")
  }

  /// Of a member `j` of a JSON object.
  static let isCustom = "substr(j.key, 1, 7) = 'custom.'"

  /// Where values of a custom attribute that findings have of their own stand.
  static let findingDetails = "finding_detail d CROSS JOIN \(customValues(of: "d.attributes"))"

  /// All places that fields of the scope take values from.
  static func places(of scope: QueryScope) -> [SQLExpression.Place] {
    let source = ScopeSQL(scope, isEverythingShown: true, testsConnector: scope == .customAttribute)
    var places = [source.place]
    switch scope {
    // What hosts show and what their sources say.
    case .customAttribute:
      let shown = ScopeSQL(scope, isEverythingShown: true, testsConnector: false)
      places.append(shown.place)
    case .findingCustomAttribute:
      places.append(SQLExpression.Place(tables: findingDetails, condition: SQLFragment(isCustom)))
    default: break
    }
    return places
  }

  private var place: SQLExpression.Place {
    SQLExpression.Place(tables: tables, condition: condition.map { SQLFragment($0) })
  }

  /// The members `custom.NAME` of a JSON column, lists by element.
  static func customValues(of column: String) -> String {
    let list = """
      CASE j.type WHEN 'array' THEN j.value WHEN 'true' THEN '[true]' WHEN 'false' THEN '[false]'
        ELSE json_array(j.value) END
      """
    return "json_each(\(column)) j CROSS JOIN json_each(\(list)) v"
  }
}
