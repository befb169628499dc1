import IsthmusCore

/// What lists are sorted by: the values that rows show. Texts are in the order of their code points, lists of
/// values as their texts one a line, bands in that of the number that they are made from.
enum SortSQL {
  /// Characters of a text that it is sorted by: a ``ListCursor`` holds them.
  static let comparedCharacters = 200

  /// Over `asset a`.
  static func asset(_ order: [Listing.Order]) throws(QueryError) -> ListOrder {
    if order.isEmpty {
      return ListOrder(
        own: [ListOrder.Term(expression: "a.score", isDescending: true, isNullable: false, type: .real)], number: "a.id"
      )
    }
    var terms: [ListOrder.Term] = []
    for term in order { terms.append(Self.term(try assetExpression(term.field), term, try type(term.field, .asset))) }
    return ListOrder(terms, number: "a.id")
  }

  /// Over the tables of ``SQLReader/findingTables``.
  static func finding(_ order: [Listing.Order]) throws(QueryError) -> ListOrder {
    if order.isEmpty {
      return ListOrder(
        own: [
          ListOrder.Term(expression: "f.opened_listing IS NULL", isNullable: false, type: .condition),
          ListOrder.Term(expression: "f.qds", isDescending: true, isNullable: false, type: .integer),
        ], number: "f.id")
    }
    var terms: [ListOrder.Term] = []
    for term in order {
      let key = try findingKey(term.field)
      var made = Self.term(key.expression, term, try type(term.field, .finding))
      // A finding may have no host.
      if case .host = key { made.isNullable = true }
      terms.append(made)
    }
    return ListOrder(terms, number: "f.id")
  }

  /// What the first field of a list's order is.
  static func findingKey(_ name: String) throws(QueryError) -> FindingPage.Key {
    if let member = findingMembers[name] { return member }
    let field = try QueryCatalogue.listField(name, for: .finding, use: .sort).field
    // Of no host it is not known.
    if field == .assetIsGone { return .host("CASE WHEN a.id IS NOT NULL THEN a.gone_at IS NOT NULL END") }
    return field.scope == .asset ? .host(cut(assetField(field), field)) : cut(findingField(field), field)
  }

  private static func term(
    _ expression: String, _ order: Listing.Order, _ type: ListOrder.ValueType?
  ) -> ListOrder.Term {
    ListOrder.Term(
      expression: expression, isDescending: order.descending, isNullable: !alwaysPresent.contains(expression),
      type: type)
  }

  /// Of what records are sorted by, which is not always what they show.
  private static func type(_ name: String, _ entity: QueryEntity) throws(QueryError) -> ListOrder.ValueType? {
    if entity == .asset, assetMembers[name] != nil {
      return DataModel.inventory.attribute(name)?.type == .date ? .integer : .text
    }
    if entity == .finding, findingMembers[name] != nil { return name == "assetId" ? .integer : .text }
    let field = try QueryCatalogue.listField(name, for: entity, use: .sort).field
    switch field {
    case .truRiskScore, .scoreBand: return .real
    case .findingCriticality: return .integer
    // As the map made it.
    case .sourceSeverityLevel: return nil
    default: break
    }
    switch field.kind {
    case .boolean: return .condition
    case .integer, .tenths, .date, .identifier: return .integer
    case .text, .keyword, .enumeration, .ipAddress, .macAddress: return .text
    }
  }

  private static let alwaysPresent: Set = [
    "a.id", "a.score", "a.criticality", "a.is_exposed = 1", "a.open_findings", "a.first_found", "f.id", "f.qds",
    "f.severity", "f.control_id", "f.ingested",
  ]

  // MARK: - Long texts

  private static func cut(_ text: String) -> String { "substr(\(text), 1, \(comparedCharacters))" }

  private static func cut(_ expression: String, _ field: QueryField) -> String {
    field.kind == .text || field.kind == .keyword || field.scope != .asset && field.scope != .finding
      ? cut(expression) : expression
  }

  private static func cut(_ key: FindingPage.Key, _ field: QueryField) -> FindingPage.Key {
    switch key {
    case .number, .indexed, .date, .few: key
    case .own(let expression): .own(cut(expression, field))
    case .host(let expression): .host(cut(expression, field))
    case .control(let expression): .control(cut(expression, field))
    case .other(let expression): .other(cut(expression, field))
    }
  }

  // MARK: - Hosts

  private static func assetExpression(_ name: String) throws(QueryError) -> String {
    if let member = assetMembers[name] { return member }
    let field = try QueryCatalogue.listField(name, for: .asset, use: .sort).field
    return cut(assetField(field), field)
  }

  /// Members of rows that no token is named for, or that are more than one field's value.
  private static let assetMembers: [String: String] = {
    var members: [String: String] = [:]
    for (attribute, column) in AssetColumns.all {
      switch DataModel.inventory.attribute(attribute)?.type {
      case .list?: members[attribute] = cut(lines("a.\(column)"))
      case .date?: members[attribute] = "a.\(column)"
      default: members[attribute] = cut("a.\(column)")
      }
    }
    members["sources"] = cut(SQLReader.sources)
    members["tags"] = cut(SQLReader.tags)
    members["businessEntities"] = cut(SQLReader.businessEntities)
    return members
  }()

  private static func assetField(_ field: QueryField) -> String {
    switch field {
    case .sourceProductName: return SQLReader.sources
    case .sourceExternalAssetID: return "a.external_asset_id"
    case .tagName: return SQLReader.tags
    case .businessEntityName: return SQLReader.businessEntities
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
    "assetId": .host("a.id"), "assetName": .host(cut("a.name")), "findingName": .control(cut("c.key")),
    "decisionKind": .own("(SELECT n.kind FROM finding_decision n WHERE n.finding_id = f.id)"),
  ]

  private static func findingField(_ field: QueryField) -> FindingPage.Key {
    switch field {
    case .findingID: return .number
    case .lastFixed: return .indexed("f.last_fixed")
    case .reopened: return .indexed("f.reopened")
    case .sourceUpdated: return .date("f.source_updated", .sourceUpdated)
    case .firstFound: return .date("f.first_found", .firstFound)
    case .findingSeverity: return .few("f.severity")
    case .qds, .qvss: return .few("f.qds")
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
    case .decision("TRUE", let kind):
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
