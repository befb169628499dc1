/// How many requests were answered, and how; the simulator's own paths are not counted.
package struct RequestCounts: Sendable, Equatable {
  package enum Kind: String, Sendable {
    case token, resourceGraph, other
  }

  package private(set) var total = 0
  package private(set) var byKind: [String: Int] = [:]
  package private(set) var byStatus: [String: Int] = [:]
  /// Pages of rows: answers of Resource Graph with status 200.
  package private(set) var pages = 0
  package private(set) var resets = 0
  package private(set) var slow = 0

  mutating func add(_ kind: Kind, status: Int, fault: RequestFault?) {
    total += 1
    byKind[kind.rawValue, default: 0] += 1
    byStatus["\(status)", default: 0] += 1
    if kind == .resourceGraph, status == 200 { pages += 1 }
    if fault == .reset { resets += 1 }
    if fault == .slow { slow += 1 }
  }

  var json: KQLValue {
    func bag(_ counts: [String: Int]) -> KQLValue {
      .bag(counts.sorted { $0.key < $1.key }.map { ($0.key, .long(Int64($0.value))) })
    }
    func count(_ number: Int) -> KQLValue { .long(Int64(number)) }
    return .bag([
      ("total", count(total)), ("token", count(byKind["token"] ?? 0)),
      ("resourceGraph", count(byKind["resourceGraph"] ?? 0)), ("other", count(byKind["other"] ?? 0)),
      ("pages", count(pages)), ("resets", count(resets)), ("slow", count(slow)), ("status", bag(byStatus)),
    ])
  }
}
