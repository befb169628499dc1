extension SecurityResourcesTable {
  /// Levels of `properties.risk`, which only open findings of reachable hosts have.
  static let riskLevels = ["Low", "Medium", "High", "Critical"]

  func riskLevel(of state: FindingState, _ resource: AssessedResource, _ template: AssessmentTemplate) -> Int? {
    guard state.code == .unhealthy, resource.isExposed else { return nil }
    switch template.severity {
    case .low: return 1
    case .medium: return 2
    case .high: return 3
    }
  }

  func value(column: Int, row: RowID) -> KQLValue {
    let resource = resource(of: row)
    var object: SecurityObject?
    if case .object(let index) = resource.kind { object = objects[index] }
    switch column {
    case AzureColumns.id:
      return .string(object?.id ?? resource.rowPrefix + template(of: row).recommendation.key)
    case AzureColumns.name: return .string(object?.name ?? template(of: row).recommendation.key)
    case AzureColumns.type: return .string(object?.type ?? "microsoft.security/assessments")
    case AzureColumns.tenantID: return .string(tenantID)
    case AzureColumns.kind, AzureColumns.location, AzureColumns.managedBy: return .string("")
    case AzureColumns.resourceGroup: return .string(resource.resourceGroup)
    case AzureColumns.subscriptionID: return .string(subscriptions[resource.subscription])
    case AzureColumns.properties: return object?.properties ?? properties(of: row)
    default: return .null
    }
  }

  func member(_ keys: [String], ofColumn column: String, row: RowID) -> KQLValue? {
    guard column == "properties", let first = keys.first, isAssessment(row) else { return nil }
    let value: KQLValue
    switch first {
    case "resourceDetails": value = details[Int(owners[Int(row)])]
    case "displayName": value = template(of: row).name
    case "metadata": value = isVariant(row) ? template(of: row).variantMetadata : template(of: row).metadata
    case "status": value = status(state(of: row))
    case "links" where keys == ["links", "azurePortal"]:
      return .string(link(template(of: row), Int(owners[Int(row)])))
    default: return nil
    }
    return keys.dropFirst().reduce(value) { $0.member($1) }
  }

  private func properties(of row: RowID) -> KQLValue {
    let resource = resource(of: row)
    let template = template(of: row)
    let state = state(of: row)
    let owner = Int(owners[Int(row)])
    let opening = [details[owner], template.name, status(state)]
    let initiatives = Self.initiatives[Int(state.code.rawValue)]
    let links = KQLValue.object(KQLObject(keys: Self.linkKeys, values: [.string(link(template, owner))]))
    let metadata = isVariant(row) ? template.variantMetadata : template.metadata
    if let level = riskLevel(of: state, resource, template) {
      let values = opening + [initiatives, Self.risks[level], template.additionalData, links, metadata]
      return .object(KQLObject(keys: Self.keysWithRisk, values: values))
    }
    let values = opening + [initiatives, template.additionalData, links, metadata]
    return .object(KQLObject(keys: Self.keys, values: values))
  }

  private static let keys = [
    "resourceDetails", "displayName", "status", "statusPerInitiative", "additionalData", "links", "metadata",
  ]
  private static let keysWithRisk = [
    "resourceDetails", "displayName", "status", "statusPerInitiative", "risk", "additionalData", "links", "metadata",
  ]
  private static let linkKeys = ["azurePortal"]

  private func link(_ template: AssessmentTemplate, _ owner: Int) -> String {
    var bytes = template.linkBeginning
    bytes.append(fragments.bytes, fragments.link[owner])
    return String(decoding: bytes, as: UTF8.self)
  }

  private func status(_ state: FindingState) -> KQLValue {
    var members: [(String, KQLValue)] = [("code", .string(state.code.text))]
    if let cause = state.cause {
      members.append(("cause", .string(FindingState.causes[cause].cause)))
      members.append(("description", .string(FindingState.causes[cause].description)))
    }
    if let moment = state.firstEvaluated { members.append(("firstEvaluationDate", text(moment))) }
    if let moment = state.changed { members.append(("statusChangeDate", text(moment))) }
    return .bag(members)
  }

  private func text(_ moment: FindingState.Moment) -> KQLValue {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(28)
    timestamps.append(day: moment.day, tickOfDay: moment.tickOfDay, to: &bytes)
    return .string(String(decoding: bytes, as: UTF8.self))
  }

  /// `statusPerInitiative` by the number of the status code.
  private static let initiatives = [FindingState.Code.healthy, .unhealthy, .notApplicable].map { code -> KQLValue in
    let status: KQLValue = .bag([("code", .string(code.text))])
    return .array([.bag([("policyInitiativeName", .string("ASC Default")), ("assessmentStatus", status)])])
  }

  private static let risks = riskLevels.map { level -> KQLValue in
    .bag([
      ("level", .string(level)), ("riskFactors", .array([.string("Internet exposure")])),
      ("attackPathsReferences", .array([])),
    ])
  }
}
