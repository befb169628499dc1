/// `join`: a hash of the right side's keys, looked up with the left side's.
struct RowJoiner {
  private let runner: QueryRunner
  private let left: Relation
  private let right: Relation

  init(runner: QueryRunner, left: Relation, right: Relation) {
    self.runner = runner
    self.left = left
    self.right = right
  }

  func joined(_ clause: JoinClause, at offset: Int) throws(KQLError) -> Relation {
    var leftSlots: [Int] = []
    var rightSlots: [Int] = []
    for key in clause.keys {
      let first = try keyColumn(key.left, of: left, at: offset)
      let second = try keyColumn(key.right, of: right, at: offset)
      guard first.type.merged(with: second.type) != nil else {
        throw runner.query.invalid(
          "join: keys '\(key.left)' (\(first.type.rawValue)) and '\(key.right)' (\(second.type.rawValue)) "
            + "have different types.", at: offset, token: key.left)
      }
      leftSlots.append(first.slot)
      rightSlots.append(second.slot)
    }
    var table: [[KQLValue]: [UInt32]] = [:]
    try forEachKey(of: right, rightSlots) { (key, row) throws(KQLError) in
      if let key { table[key, default: []].append(row) }
    }
    var pairs = JoinedRows(left: left, right: right, leftRows: [], rightRows: [])
    var usedKeys: Set<[KQLValue]> = []
    let keepsLeft = clause.flavor == .leftOuter || clause.flavor == .fullOuter
    let needsUsedKeys = clause.flavor == .innerUnique || clause.flavor == .fullOuter
    try forEachKey(of: left, leftSlots) { (key, row) throws(KQLError) in
      guard let key, let matches = table[key] else {
        if keepsLeft { pairs.append(row, JoinedRows.none) }
        return
      }
      if needsUsedKeys, !usedKeys.insert(key).inserted, clause.flavor == .innerUnique { return }
      for match in matches { pairs.append(row, match) }
      if pairs.leftRows.count > QueryRunner.maximumRows { throw tooMany(at: offset) }
    }
    if clause.flavor == .fullOuter {
      try forEachKey(of: right, rightSlots) { (key, row) throws(KQLError) in
        if let key, usedKeys.contains(key) { return }
        pairs.append(JoinedRows.none, row)
      }
    }
    return relation(pairs)
  }

  private func tooMany(at offset: Int) -> KQLError {
    runner.query.invalid("join: the result has more than \(QueryRunner.maximumRows) rows.", at: offset)
  }

  private func keyColumn(_ name: String, of relation: Relation, at offset: Int) throws(KQLError) -> Column {
    guard let column = relation.column(name) else { throw runner.unknownColumn(name, "join", at: offset) }
    guard column.type != .dynamic else {
      throw runner.query.invalid(
        "join key '\(name)' is of a 'dynamic' type. Please use an explicit cast as joining on a 'dynamic' type "
          + "is not supported.", at: offset, token: name)
    }
    return column
  }

  /// Calls the body with each row's key, nil if a part of it is null, for nulls match nothing.
  private func forEachKey(
    of relation: Relation, _ slots: [Int], _ body: ([KQLValue]?, UInt32) throws(KQLError) -> Void
  ) throws(KQLError) {
    let cursor = RowCursor(relation)
    let types = slots.map { slot in relation.columns.first { $0.slot == slot }?.type ?? .dynamic }
    for row in relation.rows {
      cursor.move(to: row)
      var key: [KQLValue]? = []
      for (index, slot) in slots.enumerated() {
        var value = cursor.value(slot: slot)
        if value.isNull { value = types[index].absent }
        // Wholes and reals of one amount are one key.
        if case .real(let number) = value, let whole = Int64(exactly: number) { value = .long(whole) }
        if value.isNull { key = nil } else { key?.append(value) }
      }
      try body(key, row)
    }
  }

  /// The left side's columns, then the right's; a name that is taken gets a number.
  private func relation(_ pairs: JoinedRows) -> Relation {
    var columns: [Column] = []
    var taken: Set<String> = []
    for column in left.columns + right.columns {
      let name = ResultNames.free(column.name, among: taken)
      taken.insert(name)
      columns.append(Column(name: name, type: column.type, slot: columns.count))
    }
    return Relation(
      base: .joined(pairs), rows: Array(0..<UInt32(pairs.leftRows.count)),
      slots: columns.indices.map { .base($0) }, columns: columns)
  }
}

extension JoinedRows {
  fileprivate mutating func append(_ left: UInt32, _ right: UInt32) {
    leftRows.append(left)
    rightRows.append(right)
  }
}
