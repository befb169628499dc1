import IsthmusCore

/// Counts a list's findings by any field. What belongs to controls or hosts is looked up for these few
/// afterwards, not for each finding.
///
/// A list without a query is counted by one pass over each of two indexes, in whose order SQLite groups without
/// sorting; a query's findings by a single pass that counts for both.
struct FindingCounts {
  let reader: SQLReader
  let filter: SQLReader.Filter
  private struct ControlKey: Hashable {
    var control: Int64
    var variant: Int64
    var posture: Int64?
    var life: Int64

    var isOpen: Bool { life == 1 || life == 2 }
  }

  private struct ResourceKey: Hashable {
    var resource: Int64
    var life: Int64
    var openedListing: Int64?

    var isOpen: Bool { life == 1 || life == 2 }
  }

  private typealias Counts = [String?: (count: Int, open: Int)]

  private var controls: [ControlKey: Int]?
  private var resources: [ResourceKey: Int]?

  init(reader: SQLReader, filter: SQLReader.Filter) {
    self.reader = reader
    self.filter = filter
  }

  mutating func facet(_ field: QueryField) throws -> Facet {
    let counts: Counts
    switch FieldSQL(field) {
    case .status: counts = try statuses()
    case .variant, .control: counts = try byControl(try controlValues(field))
    case .detail(let name): counts = try byDetail(name)
    case .decision(_, let kind): counts = try byDecision(kind)
    case .coded where field == .fixCause: counts = try byFixCause()
    case .externalFindingID: counts = [:]
    case .value, .coded, .scoreBand:
      switch field.scope {
      case .asset: counts = try byResource(try assetValues(field))
      case .finding: counts = try own(field)
      case .category, .threat, .tactic, .technique: counts = try byControl(try reader.elementValues(field))
      case .findingCustomAttribute: counts = try byCustomAttribute(field)
      default: counts = try byResource(try elementValues(field))
      }
    }
    return Facet(field: field, counts: counts)
  }

  private func forEach(
    _ columns: String, where narrower: String = "TRUE", grouped: String?, _ body: (any SQLStatement) throws -> Void
  ) throws {
    let grouping = grouped.map { " GROUP BY \($0)" } ?? ""
    try reader.forEachRow(
      """
      \(filter.with)SELECT \(columns) FROM finding f
      WHERE \(narrower) AND (\(filter.condition.text))\(grouping)
      """, filter.prefix.values + filter.condition.values, body)
  }

  private static func add(_ count: Int, isOpen: Bool, to counts: inout Counts, _ value: String?) {
    counts[value, default: (0, 0)].count += count
    if isOpen { counts[value, default: (0, 0)].open += count }
  }
}

// MARK: - By control

extension FindingCounts {
  private mutating func controlCounts() throws -> [ControlKey: Int] {
    if let controls { return controls }
    if !filter.isPlain { try countBoth() } else { controls = try groupByControl() }
    return controls ?? [:]
  }

  private static let controlKeys = "f.control_id, f.posture, f.life"

  /// In the order of finding_by_control.
  private func groupByControl() throws -> [ControlKey: Int] {
    let variants = try defaultVariants()
    var counts: [ControlKey: Int] = [:]
    func key(_ row: any SQLStatement, variant: Int64?) -> ControlKey {
      ControlKey(
        control: row.integer(0), variant: variant ?? variants[row.integer(0)] ?? 0, posture: row.optionalInteger(1),
        life: row.integer(2))
    }
    try forEach("\(Self.controlKeys), count(*)", grouped: Self.controlKeys) { row in
      counts[key(row, variant: nil), default: 0] += Int(row.integer(3))
    }
    // Few findings have texts of their own: they are counted again, under these.
    try forEach(
      "\(Self.controlKeys), f.variant_id, count(*)", where: "f.variant_id IS NOT NULL",
      grouped: "\(Self.controlKeys), f.variant_id"
    ) { row in
      counts[key(row, variant: nil), default: 0] -= Int(row.integer(4))
      counts[key(row, variant: row.integer(3)), default: 0] += Int(row.integer(4))
    }
    return counts.filter { $0.value > 0 }
  }

  private func defaultVariants() throws -> [Int64: Int64] {
    let pairs = try reader.rows("SELECT id, variant_id FROM control") { ($0.integer(0), $0.integer(1)) }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  private mutating func countBoth() throws {
    let variants = try defaultVariants()
    var byControl: [ControlKey: Int] = [:]
    var byResource: [ResourceKey: Int] = [:]
    // Rows come by host: its key is the same for many.
    var last: (key: ResourceKey, count: Int)?
    try forEach("\(Self.controlKeys), f.variant_id, f.resource_id, f.opened_listing", grouped: nil) { row in
      let control = row.integer(0)
      let key = ControlKey(
        control: control, variant: row.optionalInteger(3) ?? variants[control] ?? 0, posture: row.optionalInteger(1),
        life: row.integer(2))
      byControl[key, default: 0] += 1
      let host = ResourceKey(resource: row.integer(4), life: key.life, openedListing: row.optionalInteger(5))
      if let known = last, known.key == host {
        last = (host, known.count + 1)
      } else {
        if let last { byResource[last.key, default: 0] += last.count }
        last = (host, 1)
      }
    }
    if let last { byResource[last.key, default: 0] += last.count }
    controls = byControl
    resources = byResource
  }

  private mutating func byControl(_ values: [Int64: [String?]]) throws -> Counts {
    var counts: Counts = [:]
    for (key, count) in try controlCounts() {
      for value in values[key.variant] ?? [nil] { Self.add(count, isOpen: key.isOpen, to: &counts, value) }
    }
    return counts
  }

  /// By variant.
  private func controlValues(_ field: QueryField) throws -> [Int64: [String?]] {
    var values: [Int64: [String?]] = [:]
    try reader.forEachRow(
      """
      SELECT w.id, \(reader.shownExpression(field)) FROM control_variant w JOIN control c ON c.id = w.control_id
      JOIN connector k ON k.id = c.connector_id
      """
    ) { values[$0.integer(0)] = [reader.shownValue($0, 1, field)] }
    return values
  }

  /// Fields that the finding's own row or its control's number tells.
  private mutating func own(_ field: QueryField) throws -> Counts {
    let scores = try reader.rows("SELECT id, severity, qds FROM control_variant") {
      ($0.integer(0), (severity: $0.integer(1), qds: $0.integer(2)))
    }
    // A finding has the severity and the QDS of its variant.
    let byVariant = Dictionary(scores, uniquingKeysWith: { first, _ in first })
    var counts: Counts = [:]
    for (row, count) in try controlCounts() {
      let score = byVariant[row.variant] ?? (0, 0)
      let value: String? =
        switch field {
        case .findingSeverity: String(score.severity)
        case .qds: String(score.qds)
        case .qvss: "\(score.qds / 10).\(score.qds % 10)"
        case .findingCriticality: QDSBand(qds: Int(score.qds))?.rawValue.uppercased()
        case .posture: row.posture.flatMap(Posture.init(code:))?.rawValue
        case .isFound: row.isOpen ? "true" : "false"
        case .controlID: ControlID(row.control).description
        case .findingType: field.constant
        default: nil
        }
      Self.add(count, isOpen: row.isOpen, to: &counts, value)
    }
    return counts
  }
}

// MARK: - By host

extension FindingCounts {
  private mutating func resourceCounts() throws -> [ResourceKey: Int] {
    if let resources { return resources }
    if !filter.isPlain { try countBoth() } else { resources = try groupByResource() }
    return resources ?? [:]
  }

  /// In the order of finding_by_resource.
  private func groupByResource() throws -> [ResourceKey: Int] {
    let keys = "f.resource_id, f.life, f.opened_listing"
    var counts: [ResourceKey: Int] = [:]
    try forEach("\(keys), count(*)", grouped: keys) { row in
      let key = ResourceKey(resource: row.integer(0), life: row.integer(1), openedListing: row.optionalInteger(2))
      counts[key] = Int(row.integer(3))
    }
    return counts
  }

  /// ``FindingLife/status(listings:)`` of each.
  private mutating func statuses() throws -> Counts {
    let scopes = try reader.rows("SELECT r.id, s.listings FROM resource r JOIN scope s ON s.id = r.scope_id") {
      ($0.integer(0), $0.integer(1))
    }
    let listings = Dictionary(scopes, uniquingKeysWith: { first, _ in first })
    var counts: Counts = [:]
    for (key, count) in try resourceCounts() {
      let isListedAgain = key.openedListing.map { $0 < listings[key.resource] ?? 0 } ?? false
      let status: FindingStatus? =
        switch key.life {
        case 1: isListedAgain ? .active : .new
        case 2: isListedAgain ? .active : .reopened
        case 3: .fixed
        default: nil
        }
      Self.add(count, isOpen: key.isOpen, to: &counts, status?.rawValue)
    }
    return counts
  }

  private mutating func byResource(_ values: [Int64: [String?]]) throws -> Counts {
    var counts: Counts = [:]
    for (key, count) in try resourceCounts() {
      for value in values[key.resource] ?? [nil] { Self.add(count, isOpen: key.isOpen, to: &counts, value) }
    }
    return counts
  }

  /// By resource, of its asset.
  private func assetValues(_ field: QueryField) throws -> [Int64: [String?]] {
    var values: [Int64: [String?]] = [:]
    try reader.forEachRow(
      "SELECT r.id, \(reader.shownExpression(field)) FROM resource r JOIN asset a ON a.id = r.asset_id"
    ) { values[$0.integer(0)] = [reader.shownValue($0, 1, field)] }
    return values
  }

  /// By resource, of its asset's tags, addresses and so on.
  private func elementValues(_ field: QueryField) throws -> [Int64: [String?]] {
    let byAsset = try reader.elementValues(field)
    var values: [Int64: [String?]] = [:]
    try reader.forEachRow("SELECT id, asset_id FROM resource WHERE asset_id IS NOT NULL") { row in
      values[row.integer(0)] = byAsset[row.integer(1)]
    }
    return values
  }
}

// MARK: - By what neither tells

extension FindingCounts {
  private func direct(
    _ column: String, _ shown: (any SQLStatement) throws -> String?
  ) throws -> Counts {
    var counts: Counts = [:]
    try forEach("\(column), count(*), count(*) FILTER (WHERE f.life IN (1, 2))", grouped: "1") { row in
      let value = try shown(row)
      counts[value, default: (0, 0)].count += Int(row.integer(1))
      counts[value, default: (0, 0)].open += Int(row.integer(2))
    }
    return counts
  }

  private func byFixCause() throws -> Counts {
    try direct("f.fix_cause") { $0.optionalInteger(0).flatMap(FixCause.init(rawValue:))?.name }
  }

  private func byDecision(_ kind: String) throws -> Counts {
    let decided = "f.id IN (SELECT d.finding_id FROM finding_decision d WHERE d.kind = '\(kind)')"
    return try direct(decided) { $0.integer(0) == 0 ? "false" : "true" }
  }

  private func byDetail(_ name: String) throws -> Counts {
    let texts = try reader.rows("SELECT d.id, \(FieldSQL.detailText(name)) FROM finding_detail d") {
      ($0.integer(0), $0.optionalText(1))
    }
    let byID = Dictionary(texts, uniquingKeysWith: { first, _ in first })
    guard texts.contains(where: { $0.1.map(DetailTemplate.hasMarks) ?? false }) else {
      return try direct("f.detail_id") { row in row.optionalInteger(0).flatMap { byID[$0] ?? nil } }
    }
    // Texts that name their resource are another one's on each.
    let resources = try reader.rows("SELECT r.id, coalesce(r.assessed_id, r.written_id) FROM resource r") {
      ($0.integer(0), $0.text(1))
    }
    let idsOfResources = Dictionary(resources, uniquingKeysWith: { first, _ in first })
    var counts: Counts = [:]
    try forEach("f.detail_id, f.resource_id, f.life IN (1, 2)", grouped: nil) { row in
      var text = row.optionalInteger(0).flatMap { byID[$0] ?? nil }
      if let template = text, DetailTemplate.hasMarks(template) {
        let resource = DetailTemplate(resourceID: idsOfResources[row.integer(1)] ?? "")
        text = resource.expand(.string(template)).string
      }
      Self.add(1, isOpen: row.integer(2) != 0, to: &counts, text)
    }
    return counts
  }

  /// Custom attributes are the control's or the finding's own.
  private mutating func byCustomAttribute(_ field: QueryField) throws -> Counts {
    let ofVariants = try reader.elementValues(field)
    var ofDetails: [Int64: [String?]] = [:]
    try reader.forEachRow(
      """
      SELECT DISTINCT d.id, \(reader.shownExpression(field)) FROM finding_detail d
      CROSS JOIN \(ScopeSQL.customValues(of: "d.attributes")) WHERE \(ScopeSQL.isCustom)
      """
    ) { row in
      if let shown = reader.shownValue(row, 1, field) { ofDetails[row.integer(0), default: []].append(shown) }
    }
    if ofDetails.isEmpty { return try byControl(ofVariants) }
    let variants = try defaultVariants()
    var counts: Counts = [:]
    try forEach("f.control_id, f.variant_id, f.detail_id, f.life IN (1, 2)", grouped: nil) { row in
      let variant = row.optionalInteger(1) ?? variants[row.integer(0)] ?? 0
      let own = row.optionalInteger(2).flatMap { ofDetails[$0] } ?? []
      let values = Facet.distinct((ofVariants[variant] ?? []) + own, field)
      for value in values.isEmpty ? [nil] : values {
        Self.add(1, isOpen: row.integer(3) != 0, to: &counts, value)
      }
    }
    return counts
  }
}
