/// `summarize` and `distinct`: one pass over the rows that holds only the groups' states.
struct Summarizer {
  private let runner: QueryRunner
  private var builder: RelationBuilder

  init(runner: QueryRunner, builder: RelationBuilder) {
    self.runner = runner
    self.builder = builder
  }

  private struct Key {
    var name: String
    var type: KQLType
    var slot: Int
  }

  /// An output column, computed from the aggregates' results.
  private struct Output {
    var name: String
    var expression: Expression
  }

  func distinct(_ columns: [NamedExpression]) throws(KQLError) -> Relation {
    if let only = columns.first, case .star = only.expression.node {
      let all = builder.scope.columns.map {
        NamedExpression(name: $0.name, expression: Expression(node: .name($0.name), offset: only.expression.offset))
      }
      return try summarized([], by: all, operatorName: "distinct")
    }
    return try summarized([], by: columns, operatorName: "distinct")
  }

  func summarized(
    _ aggregates: [NamedExpression], by keys: [NamedExpression], operatorName: String = "summarize"
  ) throws(KQLError) -> Relation {
    var builder = builder
    let compiler = runner.compiler(operatorName, builder.scope)
    let groupKeys = try compiledKeys(keys, compiler, &builder)
    var calls: [Aggregate] = []
    var outputs: [Output] = []
    var intermediate = groupKeys.map { (name: $0.name, type: $0.type) }
    let others = builder.scope.columns.filter { column in !groupKeys.contains { $0.slot == column.slot } }
    for (index, aggregate) in aggregates.enumerated() {
      let others = starColumns(of: aggregate.expression, among: others)
      let extracted = try extract(aggregate.expression, compiler, others, &calls, &intermediate)
      if let columns = spread(aggregate.expression, others) {
        for (position, name) in columns.enumerated() {
          let element = Expression.Node.element(
            extracted, Expression(node: .literal(.long(Int64(position)), .long), offset: aggregate.expression.offset))
          let expression = Expression(node: element, offset: aggregate.expression.offset)
          let isNamed = position == 0 && aggregate.name != nil
          outputs.append(Output(name: isNamed ? aggregate.name ?? name : name, expression: expression))
        }
      } else {
        let name = aggregate.name ?? defaultName(aggregate.expression, index)
        outputs.append(Output(name: name, expression: extracted))
      }
    }
    let types = spreadTypes(aggregates, compiler, others)
    let relation = builder.relation()
    let groups = grouped(relation, groupKeys.map(\.slot), calls)
    return try finished(groups, intermediate, keyCount: groupKeys.count, outputs, types, operatorName)
  }

  private func compiledKeys(_ keys: [NamedExpression], _ compiler: ExpressionCompiler, _ builder: inout RelationBuilder)
    throws(KQLError) -> [Key]
  {
    var result: [Key] = []
    var taken: Set<String> = []
    for (index, key) in keys.enumerated() {
      let compiled = try compiler.compile(key.expression)
      let wanted = key.name ?? ResultNames.name(of: key.expression) ?? "Column\(index + 1)"
      guard compiled.type != .dynamic else {
        throw runner.query.invalid(
          "Summarize group key '\(wanted)' is of a 'dynamic' type. Please use an explicit cast (for example, "
            + "'summarize ... by tostring(\(wanted))') as grouping by a 'dynamic' type is not supported.",
          at: key.expression.offset, token: wanted)
      }
      let name = ResultNames.free(wanted, among: taken)
      taken.insert(name)
      result.append(Key(name: name, type: compiled.type, slot: builder.slot(for: compiled)))
    }
    return result
  }

  private func defaultName(_ expression: Expression, _ index: Int) -> String {
    if case .call(let function, let arguments) = expression.node, Aggregate.names.contains(function) {
      return ResultNames.aggregateName(function, arguments)
    }
    return ResultNames.name(of: expression) ?? "Column\(index + 1)"
  }

  /// Puts the names of intermediate columns in the place of aggregate calls.
  private func extract(
    _ expression: Expression, _ compiler: ExpressionCompiler, _ others: [Column], _ calls: inout [Aggregate],
    _ intermediate: inout [(name: String, type: KQLType)]
  ) throws(KQLError) -> Expression {
    var result = expression
    switch expression.node {
    case .call(let function, let arguments) where Aggregate.names.contains(function):
      let aggregate = try Aggregate(
        function, arguments, compiler, star: others, listLimit: runner.listLimit, at: expression.offset)
      // No query can name it: a blank is in it.
      let name = "aggregate \(calls.count)"
      calls.append(aggregate)
      intermediate.append((name, aggregate.type))
      result.node = .name(name)
    case .call(let function, let arguments):
      var replaced: [Expression] = []
      for argument in arguments {
        replaced.append(try extract(argument, compiler, others, &calls, &intermediate))
      }
      result.node = .call(function, replaced)
    case .binary(let operation, let left, let right):
      let first = try extract(left, compiler, others, &calls, &intermediate)
      let second = try extract(right, compiler, others, &calls, &intermediate)
      result.node = .binary(operation, first, second)
    case .negated(let operand):
      result.node = .negated(try extract(operand, compiler, others, &calls, &intermediate))
    case .member(let base, let key):
      result.node = .member(try extract(base, compiler, others, &calls, &intermediate), key)
    case .element(let base, let index):
      result.node = .element(try extract(base, compiler, others, &calls, &intermediate), index)
    default: break
    }
    return result
  }

  /// What `*` in a call stands for: the columns that neither the keys nor its other arguments name.
  private func starColumns(of expression: Expression, among columns: [Column]) -> [Column] {
    guard case .call(_, let arguments) = expression.node else { return columns }
    let named = Set(arguments.compactMap(ResultNames.name(of:)))
    return columns.filter { !named.contains($0.name) }
  }

  /// The columns that one call gives if it gives several.
  private func spread(_ expression: Expression, _ others: [Column]) -> [String]? {
    guard case .call(let function, let arguments) = expression.node,
      ["arg_max", "arg_min", "take_any", "any"].contains(function)
    else { return nil }
    var names: [String] = []
    for argument in arguments {
      if case .star = argument.node {
        for column in others { names.append(column.name) }
      } else {
        let name = ResultNames.name(of: argument) ?? "Column\(names.count + 1)"
        names.append(function == "any" ? "any_\(name)" : name)
      }
    }
    return names.count > 1 ? names : nil
  }

  /// The types of columns that a call spreads, which are lost in the list it returns.
  private func spreadTypes(_ aggregates: [NamedExpression], _ compiler: ExpressionCompiler, _ others: [Column])
    -> [String: KQLType]
  {
    var types: [String: KQLType] = [:]
    for aggregate in aggregates {
      guard case .call(let function, let arguments) = aggregate.expression.node,
        let names = spread(aggregate.expression, starColumns(of: aggregate.expression, among: others))
      else { continue }
      let others = starColumns(of: aggregate.expression, among: others)
      var expressions: [Expression] = []
      for argument in arguments {
        if case .star = argument.node {
          for column in others { expressions.append(Expression(node: .name(column.name), offset: argument.offset)) }
        } else {
          expressions.append(argument)
        }
      }
      for (name, expression) in zip(names, expressions) where Aggregate.names.contains(function) {
        // What does not compile was refused before.
        types[name] = (try? compiler.compile(expression))?.type
      }
      if let name = aggregate.name, let first = names.first { types[name] = types[first] }
    }
    return types
  }

  private func grouped(_ relation: Relation, _ keys: [Int], _ calls: [Aggregate]) -> [[KQLValue]] {
    let cursor = RowCursor(relation)
    var groups: [[Accumulator]] = []
    var columns: [[KQLValue]] = keys.map { _ in [] }
    var single: [KQLValue: Int] = [:]
    var several: [[KQLValue]: Int] = [:]
    if keys.isEmpty { groups.append(calls.map { $0.make() }) }
    for row in relation.rows {
      cursor.move(to: row)
      var group = 0
      if keys.count == 1 {
        let key = cursor.value(slot: keys[0])
        if let known = single[key] {
          group = known
        } else {
          group = groups.count
          single[key] = group
          columns[0].append(key)
          groups.append(calls.map { $0.make() })
        }
      } else if keys.count > 1 {
        let key = keys.map { cursor.value(slot: $0) }
        if let known = several[key] {
          group = known
        } else {
          group = groups.count
          several[key] = group
          for (index, value) in key.enumerated() { columns[index].append(value) }
          groups.append(calls.map { $0.make() })
        }
      }
      for accumulator in groups[group] { accumulator.add(cursor) }
    }
    for index in calls.indices { columns.append(groups.map { $0[index].result }) }
    if columns.isEmpty { columns.append(groups.map { _ in .null }) }
    return columns
  }

  /// The last step: keys as they are, outputs computed from the aggregates' columns.
  private func finished(
    _ columns: [[KQLValue]], _ intermediate: [(name: String, type: KQLType)], keyCount: Int, _ outputs: [Output],
    _ types: [String: KQLType], _ operatorName: String
  ) throws(KQLError) -> Relation {
    let stored = Relation(stored: columns, count: columns.first?.count ?? 0, columns: intermediate)
    var builder = RelationBuilder(stored)
    let compiler = runner.compiler(operatorName, builder.scope)
    var result = Array(builder.scope.columns.prefix(keyCount))
    var taken = Set(result.map(\.name))
    for output in outputs {
      let compiled = try compiler.compile(output.expression)
      let name = ResultNames.free(output.name, among: taken)
      taken.insert(name)
      let type = compiled.type == .dynamic ? types[output.name] ?? .dynamic : compiled.type
      result.append(Column(name: name, type: type, slot: builder.slot(for: compiled)))
    }
    builder.setColumns(result)
    return builder.relation()
  }
}
