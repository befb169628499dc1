import IsthmusCore

/// Counts a list's findings by any field. What belongs to controls or hosts is looked up for these few
/// afterwards, not for each finding.
///
/// Of a list without a query the numbers by control are kept as findings change (`control_count`). Others are counted by a
/// single pass for both: over the findings as ``FindingPack`` keeps them, if these tell what the query asks for, or over
/// the findings themselves.
struct FindingCounts {
  let reader: SQLReader
  let filter: SQLReader.Filter

  private typealias Counts = [String?: (count: Int, open: Int)]

  private var controls: [(key: ControlTally.Key, count: Int)]?
  private var resources: ResourceTally?

  init(reader: SQLReader, filter: SQLReader.Filter) {
    self.reader = reader
    self.filter = filter
  }

  /// Of all findings; nil before a facet by a control's field was asked for.
  var total: Int? { controls.map { $0.reduce(0) { $0 + $1.count } } }

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
      case .asset: counts = try byAsset(field)
      case .finding: counts = try own(field)
      case .category, .threat, .tactic, .technique: counts = try byControl(try reader.elementValues(field))
      case .findingCustomAttribute: counts = try byCustomAttribute(field)
      default: counts = try byResource(try elementValues(field))
      }
    }
    return Facet(field: field, counts: counts)
  }

  private func forEach(
    _ columns: String, grouped: String?, _ body: (any SQLStatement) throws -> Void
  ) throws {
    let grouping = grouped.map { " GROUP BY \($0)" } ?? ""
    try reader.forEachRow(
      """
      \(filter.with)SELECT \(columns) FROM finding f
      WHERE (\(filter.condition.text))\(grouping)
      """, filter.prefix.values + filter.condition.values, body)
  }

  private static func add(_ count: Int, isOpen: Bool, to counts: inout Counts, _ value: String?) {
    counts[value, default: (0, 0)].count += count
    if isOpen { counts[value, default: (0, 0)].open += count }
  }
}

// MARK: - Counting

extension FindingCounts {
  private static let controlKeys = "f.control_id, f.posture, f.life"

  private mutating func controlCounts() throws -> [(key: ControlTally.Key, count: Int)] {
    if let controls { return controls }
    if filter.isPlain { controls = try keptByControl() } else { try countBoth() }
    return controls ?? []
  }

  private mutating func resourceCounts() throws -> ResourceTally {
    if let resources { return resources }
    guard filter.isPlain, let packs = try reader.packed(filter) else { return try countBoth() }
    let tally = packs.tallyByResource()
    resources = tally
    return tally
  }

  /// How many findings there are.
  mutating func count() throws -> Int {
    if filter.isPlain {
      return try reader.count("SELECT ifnull(sum(n.findings), 0) FROM control_count n WHERE \(keptPostures)")
    }
    if let packs = try reader.packed(filter) {
      try keep(packs.tallies())
      return total ?? 0
    }
    return try reader.rows(
      "\(filter.with)SELECT count(*) FROM finding f WHERE \(filter.condition.text)",
      filter.prefix.values + filter.condition.values
    ) { Int($0.integer(0)) }.first ?? 0
  }

  private func keptByControl() throws -> [(key: ControlTally.Key, count: Int)] {
    var tally = try ControlTally(reader)
    try reader.forEachRow(
      "SELECT n.control_id, n.posture, n.life, n.findings FROM control_count n WHERE \(keptPostures)"
    ) { row in
      tally.add(
        Int(row.integer(3)), control: Int(row.integer(0)), posture: row.integer(1), life: row.integer(2))
    }
    // Few findings have texts of their own: they are counted again, under these.
    try reader.forEachRow(
      """
      SELECT \(Self.controlKeys), f.variant_id, count(*) FROM finding f INDEXED BY finding_by_variant
      WHERE f.variant_id IS NOT NULL AND (\(filter.condition.text)) GROUP BY \(Self.controlKeys), f.variant_id
      """, filter.condition.values
    ) { row in
      let (control, posture, life) = (Int(row.integer(0)), row.optionalInteger(1), row.integer(2))
      tally.add(-Int(row.integer(4)), control: control, posture: posture, life: life)
      tally.add(Int(row.integer(4)), control: control, posture: posture, life: life, variant: row.integer(3))
    }
    return tally.numbers
  }

  /// As ``SQLReader/findingFilter(_:)`` has it.
  private var keptPostures: String { filter.isEverything ? "TRUE" : "n.posture IN (0, 1)" }

  @discardableResult
  private mutating func countBoth() throws -> ResourceTally {
    if let packs = try reader.packed(filter) { return try keep(packs.tallies()) }
    let tally = try FindingTally(reader)
    try reader.queries.session.count(
      tally, with: SQLFragment(filter.with, filter.prefix.values),
      from: SQLFragment("FROM finding f WHERE \(filter.condition.text)", filter.condition.values))
    return keep((tally.controls, tally.resources))
  }

  @discardableResult
  private mutating func keep(_ tallies: (controls: ControlTally, resources: ResourceTally)) -> ResourceTally {
    controls = tallies.controls.numbers
    resources = tallies.resources
    return tallies.resources
  }
}

// MARK: - By control

extension FindingCounts {
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
  private mutating func statuses() throws -> Counts {
    var counts: Counts = [:]
    for (_, status, count) in try resourceCounts().numbers {
      Self.add(count, isOpen: status.isOpen, to: &counts, status.name)
    }
    return counts
  }

  private mutating func byResource(_ values: [Int64: [String?]]) throws -> Counts {
    var counts: Counts = [:]
    for (resource, status, count) in try resourceCounts().numbers {
      for value in values[Int64(resource)] ?? [nil] { Self.add(count, isOpen: status.isOpen, to: &counts, value) }
    }
    return counts
  }

  /// By a field of which each asset has one value.
  private mutating func byAsset(_ field: QueryField) throws -> Counts {
    let tally = try resourceCounts()
    // Values are few and assets many: these have the value's place in the list.
    var values: [String?] = [nil]
    var places: [String: Int] = [:]
    var placeOf = [Int](repeating: 0, count: try reader.lastNumber(of: "asset") + 1)
    try reader.forEachRow("SELECT a.id, \(reader.shownExpression(field)) FROM asset a") { row in
      guard let value = reader.shownValue(row, 1, field) else { return }
      let place = places[value] ?? values.count
      if place == values.count {
        places[value] = place
        values.append(value)
      }
      placeOf[Int(row.integer(0))] = place
    }
    let assets = try assetsOfResources(tally.resources)
    var counted = [(count: Int, open: Int)](repeating: (0, 0), count: values.count)
    for (resource, status, count) in tally.numbers {
      let place = assets[resource].map { placeOf[Int($0)] } ?? 0
      counted[place].count += count
      if status.isOpen { counted[place].open += count }
    }
    let found = zip(values, counted).filter { $0.1.count > 0 }
    return Counts(found.map { ($0.0, $0.1) }) { first, _ in first }
  }

  /// By resource, of its asset's tags, addresses and so on.
  private mutating func elementValues(_ field: QueryField) throws -> [Int64: [String?]] {
    let byAsset = try reader.elementValues(field)
    var values: [Int64: [String?]] = [:]
    for (resource, asset) in try assetsOfResources(resourceCounts().resources).enumerated() {
      if let asset { values[Int64(resource)] = byAsset[asset] }
    }
    return values
  }

  /// By number, of those that have findings at least.
  private func assetsOfResources(_ count: Int) throws -> [Int64?] {
    var assets = [Int64?](repeating: nil, count: count)
    if let memory = reader.memory {
      for chunk in try memory.packs.packs(reader).all {
        for pack in chunk.packs { assets[pack.resource] = pack.asset }
      }
    } else {
      try reader.forEachRow("SELECT id, asset_id FROM resource") { assets[Int($0.integer(0))] = $0.optionalInteger(1) }
    }
    return assets
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
    let pairs = try reader.rows("SELECT id, variant_id FROM control") { ($0.integer(0), $0.integer(1)) }
    let variants = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
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
