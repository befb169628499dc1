/// Runs a syntax tree against the tables of one caller.
struct QueryRunner {
  /// Rows that an operator may multiply its input to.
  static let maximumRows = 20_000_000

  let query: QueryText
  let tables: [String: any TableSource]
  let subscriptions: [String]
  let now: Int64
  var listLimit = Aggregate.maximumListSize

  func run(_ tree: TabularQuery) throws(KQLError) -> Relation {
    var builder = try self.builder(tree)
    return builder.relation()
  }

  private func builder(_ tree: TabularQuery) throws(KQLError) -> RelationBuilder {
    var builder: RelationBuilder
    switch tree.source {
    case .table(let name): builder = try table(name, at: tree.offset)
    case .query(let inner): builder = try self.builder(inner)
    case .union(let legs): builder = RelationBuilder(try union(legs))
    }
    for step in tree.operators { try apply(step, to: &builder) }
    return builder
  }

  private func table(_ name: String, at offset: Int) throws(KQLError) -> RelationBuilder {
    guard let source = tables[name.lowercased()] else {
      throw query.invalid("Failed to resolve table expression named '\(name)'", at: offset, token: name)
    }
    return RelationBuilder(table: source, subscriptions: subscriptions)
  }

  /// A compiler for expressions of an operator over the builder's columns.
  func compiler(_ operatorName: String, _ scope: Scope) -> ExpressionCompiler {
    ExpressionCompiler(query: query, scope: scope, now: now, operatorName: operatorName) {
      (tree: TabularQuery) throws(KQLError) -> [KQLValue] in
      let relation = try run(tree)
      guard let column = relation.columns.first else { return [] }
      let cursor = RowCursor(relation)
      return relation.rows.map { row in
        cursor.move(to: row)
        return cursor.value(slot: column.slot)
      }
    }
  }

  private func apply(_ step: TabularOperator, to builder: inout RelationBuilder) throws(KQLError) {
    switch step.kind {
    case .filter(let condition):
      builder.filter(by: try compiler("where", builder.scope).condition(condition))
    case .extend(let columns): try extend(columns, &builder)
    case .project(let columns): try project(columns, &builder)
    case .projectAway(let patterns): try select(patterns, keeps: false, &builder, at: step.offset)
    case .projectKeep(let patterns): try select(patterns, keeps: true, &builder, at: step.offset)
    case .projectRename(let names): try rename(names, &builder, at: step.offset)
    case .take(let count):
      builder.settle(limit: try rowCount(count, builder.scope))
    case .count:
      let count = builder.count()
      builder = RelationBuilder(
        Relation(stored: [[.long(Int64(count))]], count: 1, columns: [(name: "Count", type: .long)]))
    case .sort(let keys):
      builder = RelationBuilder(try RowSorter(runner: self, builder: builder).sorted(by: keys, limit: nil))
    case .top(let count, let key):
      let limit = try rowCount(count, builder.scope)
      builder = RelationBuilder(try RowSorter(runner: self, builder: builder).sorted(by: [key], limit: limit))
    case .distinct(let columns):
      builder = RelationBuilder(try Summarizer(runner: self, builder: builder).distinct(columns))
    case .summarize(let aggregates, let keys):
      builder = RelationBuilder(try Summarizer(runner: self, builder: builder).summarized(aggregates, by: keys))
    case .join(let clause):
      let left = builder.relation()
      let right = try run(clause.right)
      builder = RelationBuilder(try RowJoiner(runner: self, left: left, right: right).joined(clause, at: step.offset))
    case .expand(let clause):
      builder = RelationBuilder(try RowExpander(runner: self, builder: builder).expanded(clause, at: step.offset))
    case .union(let legs):
      builder = RelationBuilder(try union([builder.relation()], legs))
    case .parse(let clause): try parse(clause, &builder)
    }
  }

  private func rowCount(_ expression: Expression, _ scope: Scope) throws(KQLError) -> Int {
    guard case .long(let count)? = try compiler("take", scope).compile(expression).constant, count >= 0 else {
      throw query.invalid("A number of rows is expected here.", at: expression.offset)
    }
    return Int(count)
  }

  private func extend(_ columns: [NamedExpression], _ builder: inout RelationBuilder) throws(KQLError) {
    let compiler = compiler("extend", builder.scope)
    var result = builder.scope.columns
    for (index, column) in columns.enumerated() {
      let compiled = try compiler.compile(column.expression)
      let added = Column(
        name: column.name ?? ResultNames.name(of: column.expression) ?? "Column\(index + 1)", type: compiled.type,
        slot: builder.slot(for: compiled))
      if let place = result.firstIndex(where: { $0.name == added.name }) {
        result[place] = added
      } else {
        result.append(added)
      }
    }
    builder.setColumns(result)
  }

  private func project(_ columns: [NamedExpression], _ builder: inout RelationBuilder) throws(KQLError) {
    let compiler = compiler("project", builder.scope)
    var result: [Column] = []
    var taken: Set<String> = []
    for (index, column) in columns.enumerated() {
      let compiled = try compiler.compile(column.expression)
      let wanted = column.name ?? ResultNames.name(of: column.expression) ?? "Column\(index + 1)"
      let name = ResultNames.free(wanted, among: taken)
      taken.insert(name)
      result.append(Column(name: name, type: compiled.type, slot: builder.slot(for: compiled)))
    }
    builder.setColumns(result)
  }

  private func select(_ patterns: [String], keeps: Bool, _ builder: inout RelationBuilder, at offset: Int)
    throws(KQLError)
  {
    let columns = builder.scope.columns
    var matched: Set<String> = []
    for pattern in patterns {
      if pattern.hasSuffix("*") {
        let prefix = pattern.dropLast()
        for column in columns where column.name.hasPrefix(prefix) { matched.insert(column.name) }
      } else if columns.contains(where: { $0.name == pattern }) {
        matched.insert(pattern)
      } else {
        throw unknownColumn(pattern, keeps ? "project-keep" : "project-away", at: offset)
      }
    }
    builder.setColumns(columns.filter { matched.contains($0.name) == keeps })
  }

  private func rename(_ names: [(new: String, old: String)], _ builder: inout RelationBuilder, at offset: Int)
    throws(KQLError)
  {
    var columns = builder.scope.columns
    for pair in names {
      guard let place = columns.firstIndex(where: { $0.name == pair.old }) else {
        throw unknownColumn(pair.old, "project-rename", at: offset)
      }
      columns[place].name = pair.new
    }
    builder.setColumns(columns)
  }

  func unknownColumn(_ name: String, _ operatorName: String, at offset: Int) -> KQLError {
    query.invalid(
      "'\(operatorName)' operator: Failed to resolve column named '\(name)'", at: offset, token: name)
  }

  /// Captures are found once a row; each new column takes its own from the list.
  private func parse(_ clause: ParseClause, _ builder: inout RelationBuilder) throws(KQLError) {
    let subject = try compiler("parse", builder.scope).compile(clause.expression)
    let pattern = ParsePattern(clause)
    let evaluate = subject.evaluate
    let captured = CompiledExpression(
      type: .dynamic, evaluate: { .array(pattern.captures(in: evaluate($0).text)) }, depth: subject.depth + 1)
    let list = builder.slot(for: captured)
    var columns = builder.scope.columns
    for (index, capture) in pattern.columns.enumerated() {
      let taken = CompiledExpression(
        type: capture.type, evaluate: { $0.value(slot: list).element(Int64(index)) }, depth: captured.depth + 1)
      let column = Column(name: capture.name, type: capture.type, slot: builder.slot(for: taken))
      if let place = columns.firstIndex(where: { $0.name == column.name }) {
        columns[place] = column
      } else {
        columns.append(column)
      }
    }
    builder.setColumns(columns)
  }

  private func union(_ legs: [TabularQuery]) throws(KQLError) -> Relation { try union([], legs) }

  /// Columns of all legs by name; a leg without a column has nulls there.
  private func union(_ first: [Relation], _ legs: [TabularQuery]) throws(KQLError) -> Relation {
    var relations = first
    for leg in legs { relations.append(try run(leg)) }
    var columns: [(name: String, type: KQLType)] = []
    for relation in relations {
      for column in relation.columns {
        if let place = columns.firstIndex(where: { $0.name == column.name }) {
          columns[place].type = columns[place].type.merged(with: column.type) ?? .dynamic
        } else {
          columns.append((column.name, column.type))
        }
      }
    }
    let count = relations.reduce(0) { $0 + $1.rows.count }
    let slots = relations.map { relation in columns.map { relation.column($0.name)?.slot } }
    let rows = ConcatenatedRows(legs: relations, slots: slots, absent: columns.map(\.type.absent))
    return Relation(
      base: .concatenated(rows), rows: Array(0..<UInt32(count)), slots: columns.indices.map { .base($0) },
      columns: columns.enumerated().map { Column(name: $1.name, type: $1.type, slot: $0) })
  }
}
