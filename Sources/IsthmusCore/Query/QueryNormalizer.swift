/// Makes a parsed condition simpler without changing what it selects.
enum QueryNormalizer {
  static func normalize(_ parsed: [ParsedStep]) -> [QueryStep] { pushNegation(foldConstants(parsed)) }

  /// Removes constants where they decide or do not matter, and `all` and `any` of one operand.
  private static func foldConstants(_ parsed: [ParsedStep]) -> [ParsedStep] {
    /// An operand on the stack: where its steps begin in `folded`; a constant has none.
    struct Operand {
      var start: Int
      var constant: Bool?
    }
    var folded: [ParsedStep] = []
    var operands: [Operand] = []
    folded.reserveCapacity(parsed.count)
    for step in parsed {
      switch step {
      case .constant(let value): operands.append(Operand(start: folded.count, constant: value))
      case .test:
        operands.append(Operand(start: folded.count))
        folded.append(step)
      case .not:
        guard let last = operands.indices.last else { continue }
        if let constant = operands[last].constant { operands[last].constant = !constant } else { folded.append(.not) }
      case .related:
        guard let last = operands.indices.last, operands[last].constant != false else { continue }
        if operands[last].constant == true {
          folded.append(.constant(true))
          operands[last].constant = nil
        }
        folded.append(step)
      case .all(let count), .any(let count):
        guard count > 0, count <= operands.count else { continue }
        let isAll = step == .all(count)
        let parts = operands.suffix(count)
        operands.removeLast(count)
        // False decides an `all`, true an `any`; the other constant does not matter.
        var result = Operand(start: parts.first?.start ?? folded.count)
        if parts.contains(where: { $0.constant == !isAll }) {
          folded.removeSubrange(result.start...)
          result.constant = !isAll
        } else {
          let left = parts.count { $0.constant == nil }
          if left == 0 { result.constant = isAll }
          if left > 1 { folded.append(isAll ? .all(left) : .any(left)) }
        }
        operands.append(result)
      }
    }
    guard let result = operands.last else { return [.constant(true)] }
    return result.constant.map { [.constant($0)] } ?? folded
  }

  /// From the last step to the first, so that each operand knows what it stands in: moves `not` to tests and
  /// relations, and puts the operands of an `all` within an `all` into the outer one.
  private static func pushNegation(_ parsed: [ParsedStep]) -> [QueryStep] {
    struct Place {
      var isNegated: Bool
      /// Where the step that it is an operand of stands in `reversed`; nil if that is no `all` or `any`.
      var parent: Int?
    }
    var reversed: [QueryStep] = []
    var places = [Place(isNegated: false, parent: nil)]
    reversed.reserveCapacity(parsed.count)
    for step in parsed.reversed() {
      guard let place = places.popLast() else { break }
      switch step {
      case .constant(let value): reversed.append(.constant(value != place.isNegated))
      case .test(let test): reversed.append(.test(test, isNegated: place.isNegated))
      case .not: places.append(Place(isNegated: !place.isNegated, parent: place.parent))
      case .related(let scope):
        reversed.append(.related(scope, isNegated: place.isNegated))
        places.append(Place(isNegated: false, parent: nil))
      case .all(let count), .any(let count):
        let isAll = (step == .all(count)) != place.isNegated
        let parent = widen(place.parent, by: count - 1, ifAll: isAll, in: &reversed) ?? reversed.count
        if parent == reversed.count { reversed.append(isAll ? .all(count) : .any(count)) }
        for _ in 0..<count { places.append(Place(isNegated: place.isNegated, parent: parent)) }
      }
    }
    return reversed.reversed()
  }

  /// Gives the step at `index` more operands if it is of this kind; nil if it is not.
  private static func widen(_ index: Int?, by count: Int, ifAll isAll: Bool, in steps: inout [QueryStep]) -> Int? {
    guard let index else { return nil }
    switch steps[index] {
    case .all(let old) where isAll: steps[index] = .all(old + count)
    case .any(let old) where !isAll: steps[index] = .any(old + count)
    default: return nil
    }
    return index
  }
}
