/// How a list uses a field.
package enum QueryListUse: String, Sendable, CaseIterable {
  case sort, group, facet
}

/// A field that a list is sorted or grouped by, with the name that its rows give it.
package struct QueryListField: Sendable, Hashable {
  package let field: QueryField
  /// The member of a row; the token's name where rows do not hold it.
  package let name: String
}

extension QueryCatalogue {
  /// The field that `name`, a token, alias or column, means in a list of `entity`.
  ///
  /// - Throws: For an unknown name, or a field that can't be used so, with the nearest one that can.
  package static func listField(
    _ name: String, for entity: QueryEntity, use: QueryListUse
  ) throws(QueryError) -> QueryListField {
    let length = name.count
    switch meaning(of: name, for: entity) {
    case .token(let token) where allows(token.field, for: entity, use):
      return QueryListField(field: token.field, name: column(name, of: token, for: entity))
    case .token(let token):
      let known = listFields(for: entity, use: use).map(\.name)
      throw QueryError(
        "A list of \(entity.rawValue)s can't \(use.phrase) \"\(token.name)\".", position: 0, length: length,
        expected: "one of \(known.joined(separator: ", "))")
    case .withoutData(let token):
      throw QueryError(
        "\"\(name)\" is a known token, but the inventory holds no data for it: that needs \(token.need).",
        position: 0, length: length)
    case nil:
      let known = listFields(for: entity, use: use)
      let names = known.map(\.name) + known.map { self.name(of: $0.field) }
      throw QueryError(
        "There is no field \"\(name)\".", position: 0, length: length,
        expected: "one of \(known.map(\.name).joined(separator: ", "))",
        suggestion: NearestName.find(name, among: names) ?? nearestToken(to: name, for: entity, prefixes: []))
    }
  }

  /// All fields that a list of `entity` can be sorted or grouped by.
  package static func listFields(for entity: QueryEntity, use: QueryListUse) -> [QueryListField] {
    tokens.filter { allows($0.field, for: entity, use) }.map {
      QueryListField(field: $0.field, name: column(nil, of: $0, for: entity))
    }
  }

  private static func allows(_ field: QueryField, for entity: QueryEntity, _ use: QueryListUse) -> Bool {
    // A finding has one asset at most, an asset any number of findings. What is the same everywhere orders nothing.
    guard field.scope.owner == entity || entity == .finding, field.constant == nil else { return false }
    switch use {
    case .sort: return field.scope.isEntity || field.listColumn != nil && field.scope.owner == entity
    case .group, .facet: return field.isGroupable
    }
  }

  /// `name`, where rows have a member named so; else the member that shows the field.
  private static func column(_ name: String?, of token: QueryToken, for entity: QueryEntity) -> String {
    guard token.field.scope.owner == entity else {
      // Rows of findings show these two of their hosts.
      return token.field == .assetID ? "assetId" : token.field == .assetName ? "assetName" : token.name
    }
    let columns = (token.columns + token.aliases).filter(members.contains)
    if let name, let column = columns.first(where: { $0.lowercased() == name.lowercased() }) { return column }
    return token.field.listColumn ?? columns.first ?? token.name
  }

  /// What rows of lists hold: the target model's attributes and the inventory's own values.
  private static let members: Set<String> = {
    let own = [
      "id", "truRiskScore", "scoreBand", "criticality", "internetExposed", "openFindings", "sources", "firstFoundOn",
      "lastSeenOn", "goneOn", "tags", "businessEntities", "controlId", "qds", "severity", "posture",
      "status", "fixCause", "lastFoundOn", "lastFixedOn", "reopenedOn", "ingestedOn", "vendorProductName",
    ]
    return Set(own + DataModel.inventory.attributes.map(\.name))
  }()
}

extension QueryListUse {
  fileprivate var phrase: String {
    switch self {
    case .sort: "be sorted by"
    case .group: "be grouped by"
    case .facet: "count values of"
    }
  }
}

extension QueryField {
  /// The member of a row where that is not the token's first column.
  fileprivate var listColumn: String? {
    switch self {
    case .sourceProductName: "sources"
    case .ipAddress: "ipAddresses"
    case .macAddress: "macAddresses"
    case .publicIPAddress: "publicIpAddresses"
    case .cloudTag: "cloudTags"
    case .category: "categories"
    case .threat: "threats"
    case .tacticName: "tactics"
    case .techniqueName: "techniques"
    case .sourceExternalAssetID: "externalAssetId"
    case .truRiskScore: "truRiskScore"
    case .findingTitle: "findingDescription"
    case .policyName: "policyTitle"
    case .tagName: "tags"
    case .businessEntityName: "businessEntities"
    default: nil
    }
  }

  /// Few enough values that counting by them says something. A record with several values counts for each.
  package var isGroupable: Bool {
    switch self {
    case .assetID, .assetName, .operatingSystemName, .operatingSystemVersion, .cloudProvider, .cloudAccountID,
      .cloudRegion, .resourceGroup, .vmSize, .powerState, .assetIsGone, .internetExposed, .assetCriticality,
      .scoreBand, .sourceProductName, .sourceConnectorName, .sourceConnectorID, .tagName,
      .businessEntityName, .cloudTag, .cloudTagName, .customAttributeKey, .findingTitle, .controlKey, .controlID,
      .policyID, .policyName, .policyType, .findingSubType, .findingConnectorID, .findingConnectorName,
      .sourceSeverity, .vendorName, .vendorProductName, .productVendor, .productName, .findingStatus, .posture,
      .statusCause, .fixCause, .isFound, .isIgnored, .findingSeverity, .findingCriticality, .qds, .impact,
      .implementationEffort, .recommendationCategory, .category, .threat, .tacticName, .techniqueName,
      .findingCustomAttributeKey:
      true
    default: false
    }
  }

  /// The term that finds the records of one group or facet.
  ///
  /// - Parameter value: As lists show it; nil for the records without one.
  package func term(for value: String?) -> String {
    let name = QueryCatalogue.name(of: self)
    guard let value else { return "\(name) is null" }
    switch kind {
    // All of these marks hold a whole value of keywords.
    case .keyword, .macAddress:
      let mark = ["`", "\"", "'"].first { !value.contains($0) }
      return "\(name): \(mark.map { "\($0)\(value)\($0)" } ?? Self.approximation(of: value))"
    case .text: return "\(name): \(value.contains("`") ? Self.approximation(of: value) : "`\(value)`")"
    case .enumeration, .integer, .tenths, .boolean, .date, .ipAddress, .identifier: return "\(name): \(value)"
    }
  }
  /// Plain words in which stars stand for what these can't hold: finds the value, and maybe others like it.
  private static func approximation(of value: String) -> String {
    let plain = value.map { character in
      character.isWhitespace || "`\"'[](),".contains(character) ? "*" : character
    }
    let text = String(plain)
    return "[\(text.contains("..") ? String(text.map { $0 == "." ? "*" : $0 }) : text)]"
  }
}
