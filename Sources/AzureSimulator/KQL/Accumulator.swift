/// The state of one aggregate in one group.
class Accumulator {
  func add(_ cursor: RowCursor) {}
  var result: KQLValue { .null }
}

/// `count`, and `countif` with its condition.
final class CountAccumulator: Accumulator {
  private var count: Int64 = 0

  override func add(_ cursor: RowCursor) { count += 1 }
  override var result: KQLValue { .long(count) }
}

/// Adds only rows for which a condition holds: the `…if` aggregates.
final class ConditionalAccumulator: Accumulator {
  private let condition: Evaluator
  private let inner: Accumulator

  init(_ condition: @escaping Evaluator, _ inner: Accumulator) {
    self.condition = condition
    self.inner = inner
  }

  override func add(_ cursor: RowCursor) {
    if condition(cursor).isTrue { inner.add(cursor) }
  }
  override var result: KQLValue { inner.result }
}

/// `sum`; whole numbers stay whole. Nulls are left out.
final class SumAccumulator: Accumulator {
  private let evaluate: Evaluator
  private let type: KQLType
  private var total: KQLValue

  init(_ evaluate: @escaping Evaluator, type: KQLType) {
    self.evaluate = evaluate
    self.type = type
    total =
      switch type {
      case .real: .real(0)
      case .timespan: .timespan(0)
      default: .long(0)
      }
  }

  override func add(_ cursor: RowCursor) {
    var value = evaluate(cursor)
    if type == .real { value = value.converted(to: .real) }
    if !value.isNull { total = KQLValue.sum(total, value) }
  }
  override var result: KQLValue { total }
}

final class AverageAccumulator: Accumulator {
  private let evaluate: Evaluator
  private let isTimespan: Bool
  private var total = 0.0
  private var count = 0

  init(_ evaluate: @escaping Evaluator, type: KQLType) {
    self.evaluate = evaluate
    isTimespan = type == .timespan
  }

  override func add(_ cursor: RowCursor) {
    guard let number = evaluate(cursor).asReal else { return }
    total += number
    count += 1
  }
  override var result: KQLValue {
    if isTimespan { return Int64(exactly: (total / Double(count)).rounded()).map { .timespan($0) } ?? .null }
    return .real(total / Double(count))
  }
}

/// `min` and `max`, and with further values `arg_min` and `arg_max`.
final class ExtremeAccumulator: Accumulator {
  private let evaluate: Evaluator
  private let others: [Evaluator]
  private let isMaximum: Bool
  private var best = KQLValue.null
  private var companions: [KQLValue]
  private var isEmpty = true

  init(_ evaluate: @escaping Evaluator, others: [Evaluator] = [], isMaximum: Bool) {
    self.evaluate = evaluate
    self.others = others
    self.isMaximum = isMaximum
    companions = others.map { _ in .null }
  }

  override func add(_ cursor: RowCursor) {
    let value = evaluate(cursor)
    let isBetter: Bool
    if isEmpty {
      isBetter = !value.isNull || !others.isEmpty
    } else if best.isNull {
      isBetter = !value.isNull
    } else {
      let order = KQLValue.order(value, best) ?? 0
      isBetter = isMaximum ? order > 0 : order < 0
    }
    guard isBetter else { return }
    isEmpty = false
    best = value
    companions = others.map { $0(cursor) }
  }

  /// The best value itself, or a list of it and its companions.
  override var result: KQLValue { others.isEmpty ? best : .array([best] + companions) }
}

/// `take_any`: the first values that are not null, or the first row's.
final class AnyAccumulator: Accumulator {
  private let evaluators: [Evaluator]
  private var values: [KQLValue]
  private var isEmpty = true

  init(_ evaluators: [Evaluator]) {
    self.evaluators = evaluators
    values = evaluators.map { _ in .null }
  }

  override func add(_ cursor: RowCursor) {
    if isEmpty {
      isEmpty = false
      values = evaluators.map { $0(cursor) }
    } else if evaluators.count == 1, values[0].isNull {
      values[0] = evaluators[0](cursor)
    }
  }
  override var result: KQLValue { values.count == 1 ? values[0] : .array(values) }
}

/// `dcount`: exact here, where the service estimates.
final class DistinctCountAccumulator: Accumulator {
  private let evaluate: Evaluator
  private var seen: Set<KQLValue> = []

  init(_ evaluate: @escaping Evaluator) { self.evaluate = evaluate }

  override func add(_ cursor: RowCursor) {
    let value = evaluate(cursor)
    if !value.isNull { seen.insert(value) }
  }
  override var result: KQLValue { .long(Int64(seen.count)) }
}

/// `make_list` and `make_set`, in the order of the rows; nulls are left out.
final class ListAccumulator: Accumulator {
  private let evaluate: Evaluator
  private let isSet: Bool
  private let limit: Int
  private var seen: Set<KQLValue> = []
  private var values: [KQLValue] = []

  init(_ evaluate: @escaping Evaluator, isSet: Bool, limit: Int) {
    self.evaluate = evaluate
    self.isSet = isSet
    self.limit = limit
  }

  override func add(_ cursor: RowCursor) {
    if values.count >= limit { return }
    let value = evaluate(cursor)
    if value.isNull || (isSet && !seen.insert(value).inserted) { return }
    values.append(value)
  }
  override var result: KQLValue { .array(values) }
}

/// `make_bag`: of members that occur twice the first counts.
final class BagAccumulator: Accumulator {
  private let evaluate: Evaluator
  private var seen: Set<String> = []
  private var members: [(String, KQLValue)] = []

  init(_ evaluate: @escaping Evaluator) { self.evaluate = evaluate }

  override func add(_ cursor: RowCursor) {
    guard case .object(let object) = evaluate(cursor) else { return }
    for (key, value) in zip(object.keys, object.values) where seen.insert(key).inserted {
      members.append((key, value))
    }
  }
  override var result: KQLValue { .object(KQLObject(members)) }
}
