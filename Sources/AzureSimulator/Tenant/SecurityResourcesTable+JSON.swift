/// The bytes that all rows of a resource share, in one array.
struct ResourceFragments: Sendable {
  /// `{"id":"<resource>/providers/Microsoft.Security/assessments/`
  private(set) var opening: [Range<Int>] = []
  /// `","type":…` up to the display name.
  private(set) var middle: [Range<Int>] = []
  /// The percent-encoded id.
  private(set) var link: [Range<Int>] = []
  private(set) var bytes: [UInt8] = []

  init(_ resources: [AssessedResource], details: [KQLValue], tenantID: String, subscriptions: [String]) {
    bytes.reserveCapacity(resources.reduce(0) { $0 + 500 + $1.id.utf8.count * 6 })
    for (resource, details) in zip(resources, details) {
      if case .object = resource.kind {
        for list in [\Self.opening, \.middle, \.link] { self[keyPath: list].append(0..<0) }
        continue
      }
      opening.append(append("{\"id\":\"\(resource.rowPrefix)"))
      let outer = "\",\"type\":\"microsoft.security/assessments\",\"tenantId\":\"\(tenantID)\",\"kind\":\"\","
      let place = "\"location\":\"\",\"resourceGroup\":\"\(resource.resourceGroup)\","
      let owner = "\"subscriptionId\":\"\(subscriptions[resource.subscription])\",\"managedBy\":\"\",\"sku\":null,"
      let start = bytes.count
      _ = append("\(outer)\(place)\(owner)\"plan\":null,\"properties\":{\"resourceDetails\":")
      details.appendJSON(to: &bytes)
      _ = append(",")
      middle.append(start..<bytes.count)
      link.append(append(ResourceNaming.percentEncoded(resource.id)))
    }
  }

  private mutating func append(_ text: String) -> Range<Int> {
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    return start..<bytes.count
  }
}

extension SecurityResourcesTable {
  /// Copies prepared parts; only status and dates are written anew. Nothing here may make a `String`.
  func appendJSON(row: RowID, to buffer: inout [UInt8]) {
    let owner = Int(owners[Int(row)])
    if case .object = resources[owner].kind { return appendObjectJSON(row: row, to: &buffer) }
    let index = Int(recommendations[Int(row)])
    let bits = Dice.mix(resources[owner].bits ^ keyBits[index])
    let state = state(resources[owner], templates[index], bits: bits)
    buffer.append(fragments.bytes, fragments.opening[owner])
    buffer.append(templates[index].key)
    buffer.append(Texts.name)
    buffer.append(templates[index].key)
    buffer.append(fragments.bytes, fragments.middle[owner])
    buffer.append(templates[index].displayName)
    append(state, to: &buffer)
    if let risk = riskLevel(of: state, resources[owner], templates[index]) { buffer.append(Texts.risks[risk]) }
    buffer.append(templates[index].beforeLink)
    buffer.append(fragments.bytes, fragments.link[owner])
    buffer.append(isVariant(row) ? templates[index].variantTail : templates[index].tail)
  }

  /// `properties.status` and `properties.statusPerInitiative`.
  private func append(_ state: FindingState, to buffer: inout [UInt8]) {
    buffer.append(Texts.codes[Int(state.code.rawValue)])
    if let cause = state.cause { buffer.append(Texts.causes[cause]) }
    if let moment = state.firstEvaluated {
      buffer.append(Texts.firstEvaluated)
      timestamps.append(day: moment.day, tickOfDay: moment.tickOfDay, to: &buffer)
      buffer.append(UInt8(ascii: "\""))
    }
    if let moment = state.changed {
      buffer.append(Texts.changed)
      timestamps.append(day: moment.day, tickOfDay: moment.tickOfDay, to: &buffer)
      buffer.append(UInt8(ascii: "\""))
    }
    buffer.append(Texts.initiatives[Int(state.code.rawValue)])
  }

  private func appendObjectJSON(row: RowID, to buffer: inout [UInt8]) {
    for (index, column) in columns.enumerated() {
      buffer.append(UInt8(ascii: index == 0 ? "{" : ","))
      KQLValue.appendJSONString(column, to: &buffer)
      buffer.append(UInt8(ascii: ":"))
      value(column: index, row: row).appendJSON(to: &buffer)
    }
    buffer.append(UInt8(ascii: "}"))
  }

  /// Parts of rows that never change.
  private enum Texts {
    static let name = Array("\",\"name\":\"".utf8)
    static let codes = codeTexts.map { Array("{\"code\":\"\($0)\"".utf8) }
    static let causes = FindingState.causes.map {
      Array(",\"cause\":\"\($0.cause)\",\"description\":\"\($0.description)\"".utf8)
    }
    static let firstEvaluated = Array(",\"firstEvaluationDate\":\"".utf8)
    static let changed = Array(",\"statusChangeDate\":\"".utf8)
    static let initiatives = codeTexts.map { code -> [UInt8] in
      let status = "\"assessmentStatus\":{\"code\":\"\(code)\"}"
      return Array("},\"statusPerInitiative\":[{\"policyInitiativeName\":\"ASC Default\",\(status)}]".utf8)
    }
    static let risks = SecurityResourcesTable.riskLevels.map { level -> [UInt8] in
      let factors = "\"riskFactors\":[\"Internet exposure\"],\"attackPathsReferences\":[]"
      return Array(",\"risk\":{\"level\":\"\(level)\",\(factors)}".utf8)
    }

    private static let codeTexts = [FindingState.Code.healthy, .unhealthy, .notApplicable].map(\.text)
  }
}
