/// Table `securityresources`: assessments by the million and a few rows of other types.
///
/// A row is six bytes: whose it is and which recommendation's. Rows are numbered in the order of their ids.
struct SecurityResourcesTable: TableSource {
  let name = "securityresources"
  let columns = AzureColumns.names

  let tenantID: String
  let day: Int
  let subscriptions: [String]
  let templates: [AssessmentTemplate]
  let keyBits: [UInt64]
  let resources: [AssessedResource]
  /// `properties.resourceDetails` of each resource.
  let details: [KQLValue]
  let objects: [SecurityObject]
  let owners: [UInt32]
  let recommendations: [UInt16]
  /// The first row of each resource, and the end.
  let firstRows: [UInt32]
  let fragments: ResourceFragments
  let timestamps: TimestampWriter

  private let indexOfKey: [String: Int]
  private let resourceOfHash: [UInt64: Int]
  private let rowOfObject: [UInt64: RowID]
  private let rangeOfSubscription: [String: Range<Int>]

  /// - Parameter entries: In any order: resource, the type that its details name, its recommendations.
  init(
    day: Int, calendar: TenantCalendar, tenantID: String, subscriptions: [String], catalogue: RecommendationCatalogue,
    templates: [AssessmentTemplate], entries: [(resource: AssessedResource, type: String, recommendations: [UInt16])],
    objects: [SecurityObject]
  ) {
    self.day = day
    self.tenantID = tenantID
    self.subscriptions = subscriptions
    self.templates = templates
    self.objects = objects
    keyBits = catalogue.all.map { ResourceNaming.foldedHash($0.key) }
    indexOfKey = catalogue.indexOfKey

    // Ids are ASCII, for which strings compare as their bytes do.
    let prefixes = entries.map(\.resource.rowPrefix)
    let order = entries.indices.sorted { prefixes[$0] < prefixes[$1] }
    resources = order.map { entries[$0].resource }
    details = order.map { entries[$0].resource.details(type: entries[$0].type) }
    var owners: [UInt32] = []
    var recommendations: [UInt16] = []
    var firstRows: [UInt32] = []
    let count = entries.reduce(0) { $0 + max(1, $1.recommendations.count) }
    owners.reserveCapacity(count)
    recommendations.reserveCapacity(count)
    var resourceOfHash: [UInt64: Int] = [:]
    var rowOfObject: [UInt64: RowID] = [:]
    var ranges: [String: Range<Int>] = [:]
    for (position, index) in order.enumerated() {
      let entry = entries[index]
      let start = owners.count
      firstRows.append(UInt32(start))
      if case .object = entry.resource.kind {
        rowOfObject[ResourceNaming.foldedHash(entry.resource.id)] = RowID(start)
        owners.append(UInt32(position))
        recommendations.append(0)
      } else {
        resourceOfHash[ResourceNaming.foldedHash(entry.resource.id)] = position
        for recommendation in entry.recommendations {
          owners.append(UInt32(position))
          recommendations.append(recommendation)
        }
      }
      let subscription = subscriptions[entry.resource.subscription]
      ranges[subscription] = (ranges[subscription]?.lowerBound ?? start)..<owners.count
    }
    firstRows.append(UInt32(owners.count))
    self.owners = owners
    self.recommendations = recommendations
    self.firstRows = firstRows
    self.resourceOfHash = resourceOfHash
    self.rowOfObject = rowOfObject
    rangeOfSubscription = ranges
    fragments = ResourceFragments(resources, details: details, tenantID: tenantID, subscriptions: subscriptions)
    timestamps = TimestampWriter(calendar, days: min(-800, day)...day)
  }

  var count: Int { owners.count }

  func resource(of row: RowID) -> AssessedResource { resources[Int(owners[Int(row)])] }

  func template(of row: RowID) -> AssessmentTemplate { templates[Int(recommendations[Int(row)])] }

  func isAssessment(_ row: RowID) -> Bool {
    if case .object = resource(of: row).kind { false } else { true }
  }

  /// Random bits of the row, the same on each day.
  func bits(of row: RowID) -> UInt64 {
    Dice.mix(resources[Int(owners[Int(row)])].bits ^ keyBits[Int(recommendations[Int(row)])])
  }

  /// What the assessment says; only for rows that are one.
  func state(of row: RowID) -> FindingState {
    let resource = resources[Int(owners[Int(row)])]
    let index = Int(recommendations[Int(row)])
    return state(resource, templates[index], bits: Dice.mix(resource.bits ^ keyBits[index]))
  }

  func state(_ resource: AssessedResource, _ template: AssessmentTemplate, bits: UInt64) -> FindingState {
    let wanted = template.recommendation.system
    return StatusTimeline(
      bits: bits, birth: resource.birth,
      isInScope: wanted == nil || resource.system == nil || wanted == resource.system,
      failShare: min(950, template.traits.failShare * resource.neglect / 100),
      exemptShare: template.traits.exemptShare
    ).state(on: day)
  }

  /// On a few rows the recommendation's text differs from the one on all others.
  func isVariant(_ row: RowID) -> Bool {
    AssessmentTemplate.mayVary(Int(recommendations[Int(row)])) && bits(of: row) % 997 == 0
  }
}

extension SecurityResourcesTable {
  func rows(in subscriptions: [String], hint: RowHint) -> [RowID] {
    let wantsAssessments = hint.types?.contains("microsoft.security/assessments") ?? true
    let wantsAll = hint.types == nil
    let readable = Set(subscriptions)
    func isWanted(_ row: RowID) -> Bool {
      let resource = resources[Int(owners[Int(row)])]
      guard readable.contains(self.subscriptions[resource.subscription]) else { return false }
      guard case .object(let index) = resource.kind else { return wantsAssessments }
      return hint.types?.contains(objects[index].type) ?? true
    }
    if let ids = hint.ids { return ids.compactMap(row(ofID:)).filter(isWanted).sorted() }
    if let assessed = hint.assessedResources {
      let found = Set(assessed.compactMap { resourceOfHash[ResourceNaming.foldedHash($0)] }).sorted()
      return found.flatMap { firstRows[$0]..<firstRows[$0 + 1] }.filter(isWanted)
    }
    if let groups = hint.resourceGroups, wantsAssessments {
      let found = resources.indices.filter { groups.contains(resources[$0].resourceGroup.lowercased()) }
      return found.flatMap { firstRows[$0]..<firstRows[$0 + 1] }.filter(isWanted)
    }
    var rows: [RowID] = []
    let ranges = readable.compactMap { rangeOfSubscription[$0] }.sorted { $0.lowerBound < $1.lowerBound }
    guard wantsAssessments else {
      return rowOfObject.values.filter(isWanted).sorted()
    }
    rows.reserveCapacity(ranges.reduce(0) { $0 + $1.count })
    for range in ranges {
      for row in range where wantsAll || isWanted(RowID(row)) { rows.append(RowID(row)) }
    }
    return rows
  }

  private func row(ofID id: String) -> RowID? {
    guard let (resourceID, key) = AssessedResource.split(rowID: id) else {
      return rowOfObject[ResourceNaming.foldedHash(id)]
    }
    guard let resource = resourceOfHash[ResourceNaming.foldedHash(resourceID)], let index = indexOfKey[key] else {
      return nil
    }
    let range = Int(firstRows[resource])..<Int(firstRows[resource + 1])
    return range.first { recommendations[$0] == UInt16(index) }.map { RowID($0) }
  }
}
