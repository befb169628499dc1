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

  private func properties(of row: RowID) -> KQLValue {
    let resource = resource(of: row)
    let template = template(of: row)
    let state = state(of: row)
    var members: [(String, KQLValue)] = [
      ("resourceDetails", resource.details(type: types[Int(owners[Int(row)])])),
      ("displayName", .string(template.recommendation.name)),
      ("status", Self.status(state)),
      ("statusPerInitiative", Self.initiatives(state)),
    ]
    if let level = riskLevel(of: state, resource, template) {
      members.append(
        (
          "risk",
          .bag([
            ("level", .string(Self.riskLevels[level])), ("riskFactors", .array([.string("Internet exposure")])),
            ("attackPathsReferences", .array([])),
          ])
        ))
    }
    let link = AssessmentTemplate.portalLink(key: template.recommendation.key)
    members += [
      ("additionalData", template.additionalData),
      ("links", .bag([("azurePortal", .string(link + ResourceNaming.percentEncoded(resource.id)))])),
      ("metadata", isVariant(row) ? template.variantMetadata : template.metadata),
    ]
    return .bag(members)
  }

  private static func status(_ state: FindingState) -> KQLValue {
    var members: [(String, KQLValue)] = [("code", .string(state.code.text))]
    if let cause = state.cause {
      members.append(("cause", .string(FindingState.causes[cause].cause)))
      members.append(("description", .string(FindingState.causes[cause].description)))
    }
    func text(_ moment: FindingState.Moment) -> KQLValue {
      .string(TenantCalendar.text(day: moment.day, tickOfDay: moment.tickOfDay))
    }
    if let moment = state.firstEvaluated { members.append(("firstEvaluationDate", text(moment))) }
    if let moment = state.changed { members.append(("statusChangeDate", text(moment))) }
    return .bag(members)
  }

  private static func initiatives(_ state: FindingState) -> KQLValue {
    .array([
      .bag([
        ("policyInitiativeName", .string("ASC Default")), ("assessmentStatus", .bag([("code", .string(state.code.text))])),
      ])
    ])
  }
}
