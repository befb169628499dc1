/// An aggregate call with its arguments compiled: makes a fresh state for each group.
struct Aggregate {
  static let names: Set<String> = [
    "count", "countif", "sum", "sumif", "avg", "avgif", "min", "minif", "max", "maxif", "dcount", "dcountif",
    "count_distinct", "make_list", "make_list_if", "makelist", "make_set", "make_set_if", "makeset", "make_bag",
    "take_any", "any", "arg_max", "arg_min",
  ]
  static let maximumListSize = 1_048_576

  var type: KQLType
  var make: () -> Accumulator

  /// - Parameters:
  ///   - star: The columns that `*` stands for.
  ///   - listLimit: Elements that a list keeps, at most; the others are lost.
  init(
    _ name: String, _ arguments: [Expression], _ compiler: ExpressionCompiler, star: [Column], listLimit: Int,
    at offset: Int
  ) throws(KQLError) {
    var compiled: [CompiledExpression] = []
    for argument in arguments {
      if case .star = argument.node {
        for column in star {
          compiled.append(try compiler.compile(Expression(node: .name(column.name), offset: argument.offset)))
        }
      } else {
        compiled.append(try compiler.compile(argument))
      }
    }
    let needed = name == "count" ? 0 : (name.hasSuffix("if") && name != "countif" ? 2 : 1)
    guard compiled.count >= needed else {
      throw compiler.query.invalid("\(name)(): wrong number of arguments.", at: offset, token: name)
    }
    let values = compiled.map(\.evaluate)
    let firstType = compiled.first?.type ?? .dynamic
    let numericType: KQLType = firstType == .dynamic || firstType == .bool ? .real : firstType
    if ["sum", "sumif", "avg", "avgif"].contains(name), ![.long, .real, .timespan, .dynamic].contains(firstType) {
      throw compiler.query.invalid(
        "\(name)(): the argument must be numeric, not of type \(firstType.rawValue).", at: offset, token: name)
    }
    switch name {
    case "count": (type, make) = (.long, { CountAccumulator() })
    case "countif": (type, make) = (.long, { ConditionalAccumulator(values[0], CountAccumulator()) })
    case "sum": (type, make) = (numericType, { SumAccumulator(values[0], type: numericType) })
    case "sumif":
      (type, make) = (
        numericType, { ConditionalAccumulator(values[1], SumAccumulator(values[0], type: numericType)) }
      )
    case "avg", "avgif":
      let isConditional = name == "avgif"
      type = firstType == .timespan ? .timespan : .real
      make = {
        let average = AverageAccumulator(values[0], type: firstType)
        return isConditional ? ConditionalAccumulator(values[1], average) : average
      }
    case "min", "max", "minif", "maxif":
      let isMaximum = name.hasPrefix("max")
      let isConditional = name.hasSuffix("if")
      type = firstType
      make = {
        let extreme = ExtremeAccumulator(values[0], isMaximum: isMaximum)
        return isConditional ? ConditionalAccumulator(values[1], extreme) : extreme
      }
    case "dcount", "count_distinct": (type, make) = (.long, { DistinctCountAccumulator(values[0]) })
    case "dcountif":
      (type, make) = (.long, { ConditionalAccumulator(values[1], DistinctCountAccumulator(values[0])) })
    case "make_bag": (type, make) = (.dynamic, { BagAccumulator(values[0]) })
    case "take_any", "any":
      (type, make) = (values.count == 1 ? firstType : .dynamic, { AnyAccumulator(values) })
    case "arg_max", "arg_min":
      let isMaximum = name == "arg_max"
      let others = Array(values.dropFirst())
      (type, make) = (
        others.isEmpty ? firstType : .dynamic,
        { ExtremeAccumulator(values[0], others: others, isMaximum: isMaximum) }
      )
    default:
      let isSet = name.hasPrefix("make_set") || name == "makeset"
      let isConditional = name.hasSuffix("_if")
      let sizeIndex = isConditional ? 2 : 1
      var limit = listLimit
      if compiled.count > sizeIndex, let size = compiled[sizeIndex].constant?.asLong {
        limit = Int(min(max(size, 0), Int64(limit)))
      }
      type = .dynamic
      make = { [limit] in
        let list = ListAccumulator(values[0], isSet: isSet, limit: limit)
        return isConditional ? ConditionalAccumulator(values[1], list) : list
      }
    }
  }
}
