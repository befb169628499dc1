import IsthmusCore

/// What lists are sorted by: the values that rows show. Texts are in the order of their code points, lists of
/// values as their texts one a line, bands in that of the number that they are made from.
enum SortSQL {
  /// Over `asset a`.
  static func asset(_ name: String) throws(QueryError) -> String {
    if let member = assetMembers[name] { return member }
    return assetField(try QueryCatalogue.listField(name, for: .asset, use: .sort).field)
  }

  /// Over the tables of ``SQLiteReader/findingTables``.
  static func finding(_ name: String) throws(QueryError) -> FindingPage.Key {
    if let member = findingMembers[name] { return member }
    let field = try QueryCatalogue.listField(name, for: .finding, use: .sort).field
    return field.scope == .asset ? .host(assetField(field)) : findingField(field)
  }

  // MARK: - Hosts

  /// Members of rows that no token is named for, or that are more than one field's value.
  private static let assetMembers: [String: String] = {
    var members: [String: String] = [:]
    for (attribute, column) in AssetColumns.all {
      let isList = if case .list? = DataModel.inventory.attribute(attribute)?.type { true } else { false }
      members[attribute] = isList ? lines("a.\(column)") : "a.\(column)"
    }
    members["sources"] = SQLiteReader.sources
    members["tags"] = SQLiteReader.tags
    members["businessEntities"] = SQLiteReader.businessEntities
    return members
  }()

  private static func assetField(_ field: QueryField) -> String {
    switch field {
    case .sourceProductName: return SQLiteReader.sources
    case .sourceExternalAssetID: return "a.external_asset_id"
    case .tagName: return SQLiteReader.tags
    case .businessEntityName: return SQLiteReader.businessEntities
    case .ipAddress: return lines("a.ip_addresses")
    case .macAddress: return lines("a.mac_addresses")
    case .publicIPAddress: return lines("a.public_ip_addresses")
    case .cloudTag: return lines("a.cloud_tags")
    // As they are before they are rounded.
    case .truRiskScore, .scoreBand: return "a.score"
    default:
      guard case .value(let expression) = FieldSQL(field) else { return "NULL" }
      return expression
    }
  }

  /// The elements of a JSON list, one a line; null for none.
  private static func lines(_ list: String) -> String {
    "(SELECT group_concat(j.value, char(10)) FROM json_each(\(list)) j)"
  }

  // MARK: - Findings

  private static let findingMembers: [String: FindingPage.Key] = [
    "assetId": .host("a.id"), "assetName": .host("a.name"), "findingName": .control("c.key"),
  ]

  private static func findingField(_ field: QueryField) -> FindingPage.Key {
    switch field {
    case .lastFixed: return .indexed("f.last_fixed")
    case .reopened: return .indexed("f.reopened")
    case .externalFindingID:
      return .other("coalesce(f.external_id, coalesce(r.assessed_id, r.written_id) || c.finding_suffix)")
    // Of 0 there is no band.
    case .findingCriticality: return .own("nullif(f.qds, 0)")
    case .category: return .control(lines("json_extract(w.attributes, '$.categories')"))
    case .threat: return .control(lines("json_extract(w.attributes, '$.threats')"))
    case .tacticName: return .control(lines("json_extract(w.attributes, '$.tactics')"))
    case .techniqueName: return .control(lines("json_extract(w.attributes, '$.techniques')"))
    default: break
    }
    switch FieldSQL(field) {
    case .value(let expression): return .own(expression)
    case .coded(let expression, let codes):
      let names = codes.sorted { $0.key < $1.key }.map { "WHEN \($0.value) THEN '\($0.key)'" }
      return .own("CASE \(expression) \(names.joined(separator: " ")) END")
    case .variant(let expression), .control(let expression): return .control(expression)
    case .detail(let name):
      let text = FieldSQL.detailText(name)
      return .other("CASE WHEN \(FieldSQL.isMarked(text)) THEN \(FieldSQL.expanded(text)) ELSE \(text) END")
    case .decision("1", let kind):
      return .own("f.id IN (SELECT d.finding_id FROM finding_decision d WHERE d.kind = '\(kind)')")
    case .decision(let expression, let kind):
      return .own(
        "(SELECT \(expression) FROM finding_decision d WHERE d.finding_id = f.id AND d.kind = '\(kind)')")
    case .status:
      return .own(
        """
        CASE WHEN f.life = 3 THEN 'FIXED' WHEN f.life = 0 THEN NULL WHEN f.opened_listing < \(FieldSQL.listings)
          THEN 'ACTIVE' WHEN f.life = 1 THEN 'NEW' ELSE 'REOPENED' END
        """)
    // Answered above.
    case .externalFindingID, .scoreBand: return .own("NULL")
    }
  }
}
