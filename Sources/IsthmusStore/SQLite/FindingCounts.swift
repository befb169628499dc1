import IsthmusCore

/// Counts a list's findings by any field, with at most two passes over them: one by control, one by host.
/// What belongs to controls or hosts is looked up for these few afterwards, not for each finding.
struct FindingCounts {
  let reader: SQLiteReader
  let filter: SQLiteReader.Filter

  private struct ByControl {
    var control: Int64
    var variant: Int64
    var posture: Int64?
    var life: Int64
    var severity: Int64
    var qds: Int64
    var count: Int
  }

  private struct ByResource {
    var resource: Int64
    var life: Int64
    /// Whether the scope was listed whole after the finding was opened.
    var isListedAgain: Bool
    var count: Int
  }

  private typealias Counts = [String?: (count: Int, open: Int)]

  private var controls: [ByControl]?
  private var resources: [ByResource]?

  init(reader: SQLiteReader, filter: SQLiteReader.Filter) {
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
      case .category, .threat, .tactic, .technique: counts = try byControl(try listValues(field))
      case .findingCustomAttribute: counts = try byControl(try listValues(field))
      default: counts = try byResource(try elementValues(field))
      }
    }
    return Facet(field: field, counts: counts)
  }

  private func forEach(_ columns: String, grouped: String, _ body: (SQLStatement) throws -> Void) throws {
    try reader.forEachRow(
      "\(filter.prefix.text)SELECT \(columns) FROM finding f WHERE \(filter.condition.text) GROUP BY \(grouped)",
      filter.prefix.values + filter.condition.values, body)
  }

  private static func add(_ count: Int, isOpen: Bool, to counts: inout Counts, _ value: String?) {
    counts[value, default: (0, 0)].count += count
    if isOpen { counts[value, default: (0, 0)].open += count }
  }
}

// MARK: - By control

extension FindingCounts {
  private mutating func controlRows() throws -> [ByControl] {
    if let controls { return controls }
    let variants = try reader.rows("SELECT id, variant_id FROM control") { ($0.integer(0), $0.integer(1)) }
    let byDefault = Dictionary(variants, uniquingKeysWith: { first, _ in first })
    var rows: [ByControl] = []
    // In the order of finding_by_control, so that nothing is sorted.
    let keys = "f.control_id, f.posture, f.life, f.severity, f.qds"
    let hasOwn = try !reader.rows("SELECT 1 FROM finding WHERE variant_id IS NOT NULL LIMIT 1") { _ in true }.isEmpty
    try forEach(
      "\(keys), count(*), \(hasOwn ? "f.variant_id" : "NULL")", grouped: hasOwn ? "\(keys), f.variant_id" : keys
    ) { row in
      let control = row.integer(0)
      rows.append(
        ByControl(
          control: control, variant: row.optionalInteger(6) ?? byDefault[control] ?? 0,
          posture: row.optionalInteger(1), life: row.integer(2), severity: row.integer(3), qds: row.integer(4),
          count: Int(row.integer(5))))
    }
    controls = rows
    return rows
  }

  private mutating func byControl(_ values: [Int64: [String?]]) throws -> Counts {
    var counts: Counts = [:]
    for row in try controlRows() {
      for value in values[row.variant] ?? [nil] {
        Self.add(row.count, isOpen: row.life == 1 || row.life == 2, to: &counts, value)
      }
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

  /// By variant, of lists.
  private func listValues(_ field: QueryField) throws -> [Int64: [String?]] {
    let source = ScopeSQL(field.scope, isEverythingShown: true, testsConnector: false)
    let condition = source.condition.map { "WHERE \($0)" } ?? ""
    var values: [Int64: [String?]] = [:]
    try reader.forEachRow(
      "SELECT DISTINCT \(source.owner), \(reader.shownExpression(field)) FROM \(source.tables) \(condition)"
    ) { values[$0.integer(0), default: []].append(reader.shownValue($0, 1, field)) }
    return values
  }

  /// Fields that the finding's own row or its control's number tells.
  private mutating func own(_ field: QueryField) throws -> Counts {
    var counts: Counts = [:]
    for row in try controlRows() {
      let isOpen = row.life == 1 || row.life == 2
      let value: String? =
        switch field {
        case .findingSeverity: String(row.severity)
        case .qds: String(row.qds)
        case .qvss: "\(row.qds / 10).\(row.qds % 10)"
        case .findingCriticality: QDSBand(qds: Int(row.qds))?.rawValue.uppercased()
        case .posture: row.posture.flatMap(Posture.init(code:))?.rawValue
        case .isFound: isOpen ? "true" : "false"
        case .controlID: ControlID(row.control).description
        case .findingType: field.constant
        default: nil
        }
      Self.add(row.count, isOpen: isOpen, to: &counts, value)
    }
    return counts
  }
}

// MARK: - By host

extension FindingCounts {
  private mutating func resourceRows() throws -> [ByResource] {
    if let resources { return resources }
    let scopes = try reader.rows("SELECT r.id, s.listings FROM resource r JOIN scope s ON s.id = r.scope_id") {
      ($0.integer(0), $0.integer(1))
    }
    let listings = Dictionary(scopes, uniquingKeysWith: { first, _ in first })
    var rows: [ByResource] = []
    // In the order of finding_by_resource, so that nothing is sorted.
    let keys = "f.resource_id, f.life, f.opened_listing"
    try forEach("\(keys), count(*)", grouped: keys) { row in
      let opened = row.optionalInteger(2) ?? .max
      rows.append(
        ByResource(
          resource: row.integer(0), life: row.integer(1), isListedAgain: opened < listings[row.integer(0)] ?? 0,
          count: Int(row.integer(3))))
    }
    resources = rows
    return rows
  }

  /// ``FindingLife/status(listings:)`` of each.
  private mutating func statuses() throws -> Counts {
    var counts: Counts = [:]
    for row in try resourceRows() {
      let status: FindingStatus? =
        switch row.life {
        case 1: row.isListedAgain ? .active : .new
        case 2: row.isListedAgain ? .active : .reopened
        case 3: .fixed
        default: nil
        }
      Self.add(row.count, isOpen: row.life == 1 || row.life == 2, to: &counts, status?.rawValue)
    }
    return counts
  }

  private mutating func byResource(_ values: [Int64: [String?]]) throws -> Counts {
    var counts: Counts = [:]
    for row in try resourceRows() {
      for value in values[row.resource] ?? [nil] {
        Self.add(row.count, isOpen: row.life == 1 || row.life == 2, to: &counts, value)
      }
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
    let source = ScopeSQL(field.scope, isEverythingShown: true, testsConnector: false)
    let condition = source.condition.map { "WHERE \($0)" } ?? ""
    var byAsset: [Int64: [String?]] = [:]
    try reader.forEachRow(
      "SELECT DISTINCT \(source.owner), \(reader.shownExpression(field)) FROM \(source.tables) \(condition)"
    ) { byAsset[$0.integer(0), default: []].append(reader.shownValue($0, 1, field)) }
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
    _ column: String, _ shown: (SQLStatement) throws -> String?
  ) throws -> Counts {
    var counts: Counts = [:]
    try forEach("\(column), count(*), sum(f.life IN (1, 2))", grouped: "1") { row in
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

  /// Texts in which the resource's id is marked are counted as one value each.
  private func byDetail(_ name: String) throws -> Counts {
    let texts = try reader.rows("SELECT d.id, json_extract(d.attributes, '$.\(name)') FROM finding_detail d") {
      ($0.integer(0), $0.optionalText(1))
    }
    let byID = Dictionary(texts, uniquingKeysWith: { first, _ in first })
    return try direct("f.detail_id") { row in row.optionalInteger(0).flatMap { byID[$0] ?? nil } }
  }
}
