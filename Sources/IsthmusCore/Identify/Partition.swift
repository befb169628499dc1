/// Which source rows are one asset, and why: a function of the set of rows and decisions, never of their order.
///
/// 1. Rows that people put together are one group from the start.
/// 2. A rule draws an edge between two groups that have rows with the same key, if nothing speaks against it:
///    a person keeps rows of theirs apart, or one connector listed rows of theirs at the same time under different
///    resource ids. (A serial number or hardware UUID outweighs the latter, unless the connector gives both rows the
///    same id of its own: then they are copies of one machine, and have that number from it.)
///    Strong rules compare all rows, the others present ones.
/// 3. A group whose neighbours are not all neighbours of one another is ambiguous for the rule. It is left alone;
///    without such groups the graph falls into cliques, and each becomes one group.
/// 4. Rules are tried in their order, and from the first one again whenever one has joined something: two
///    candidates may have turned out to be one. When no rule joins anything more, what is ambiguous remains so.
/// 5. Rows that are gone follow: by the weaker rules too, a group of them goes to the one group with present rows
///    that it stood beside in the listings. They never bring two groups of present rows together.
///
/// After 3, neighbours left over are joined with all their neighbours, so no choice depends on an order; each
/// joining makes groups fewer, so it ends; and what is read are sets. Rows that share no key and no decision have
/// no influence on each other.
package struct Partition: Sendable, Hashable {
  /// Source rows by asset; each sorted, and all by their first.
  package var groups: [[Int64]] = []
  /// In the order in which the groups grew.
  package var links: [IdentityLink] = []
  package var ambiguities: [Ambiguity] = []
  /// Decisions that later ones contradict.
  package var overridden: [PersonDecision] = []
  /// By source row that was asked for, in the order of the rules: what was compared, and what came of it.
  package var trials: [Int64: [RuleTrial]] = [:]
}

/// A value by which a rule joined rows.
package struct IdentityLink: Sendable, Hashable {
  package let rule: String
  package let value: String
  package let sources: [Int64]
}

/// Rows that a rule finds in two or more assets: it decides nothing, a person may.
package struct Ambiguity: Sendable, Hashable {
  package let rule: String
  package let sources: [Int64]
  package let values: [String]
  /// Groups of the partition that ``sources`` may belong to.
  package let candidates: [[Int64]]
  /// Whether one of ``sources`` is present; what is gone need not be asked about.
  package let isPresent: Bool
}

/// One value of one row that a rule compared, for the asset's identification log.
package struct RuleTrial: Sendable, Hashable {
  package enum Outcome: Sendable, Hashable {
    case turnedOff
    case noValue
    case weak(WeakReason)
    /// More present rows have the value than ``RuleBook/commonLimit``.
    case tooCommon
    case noMatch
    /// It joined the row with these.
    case matched([Int64])
    /// These rows of the same asset have it too; another rule or a person had joined them.
    case agrees([Int64])
    /// These have it too, but it leads to more than one asset.
    case ambiguous([Int64])
    /// These have it too, and are known to be other machines.
    case keptApart([Int64])
  }

  package let rule: String
  package let value: String?
  package let outcome: Outcome
}

extension RuleTrial.Outcome: CustomStringConvertible {
  /// The rows that have the value too.
  package var sources: [Int64] {
    switch self {
    case .matched(let sources), .agrees(let sources), .ambiguous(let sources), .keptApart(let sources): sources
    case .turnedOff, .noValue, .weak, .tooCommon, .noMatch: []
    }
  }

  /// With the numbers of source rows.
  package var description: String {
    text { "\($0.count == 1 ? "source row" : "source rows") \($0.map { String($0) }.joined(separator: ", "))" }
  }

  /// As the log writes it.
  ///
  /// - Parameter name: What stands for some source rows, at most ten.
  package func text(_ name: ([Int64]) -> String) -> String {
    func list(_ sources: [Int64]) -> String {
      "\(name(Array(sources.prefix(10))))\(sources.count > 10 ? " and \(sources.count - 10) more" : "")"
    }
    return switch self {
    case .turnedOff: "not compared: turned off for this connector"
    case .noValue: "not compared: no value"
    case .weak(let reason): "not compared: \(reason.rawValue)"
    case .tooCommon: "not compared: shared by more than \(RuleBook.commonLimit) present rows"
    case .noMatch: "no match"
    case .matched(let sources): "matched: \(list(sources))"
    case .agrees(let sources): "agrees: \(list(sources)), of the same asset"
    case .ambiguous(let sources): "ambiguous: \(list(sources))"
    case .keptApart(let sources): "kept apart: \(list(sources))"
    }
  }
}

extension RuleBook {
  /// A value that more present rows have identifies nothing.
  package static let commonLimit = 50

  /// - Parameters:
  ///   - records: Each source row once. With a row come all that it shares a key or a decision with, and theirs.
  ///   - common: Keys that are known to be too common; rows that only these connect need not come along.
  ///   - logged: Source rows whose trials are told; nil: all.
  package func partition(
    _ records: [IdentityRecord], decisions: [PersonDecision] = [], common: Set<IdentityKey> = [],
    commonLimit: Int = RuleBook.commonLimit, logged: Set<Int64>? = nil
  ) -> Partition {
    var known: Set<Int64> = []
    let rows = records.sorted { $0.source < $1.source }.filter { known.insert($0.source).inserted }
    let honoured = HonouredDecisions(decisions, among: known)
    let shared = SharedKeys(of: rows, common: common, limit: commonLimit)
    var partition = Partition()
    for component in shared.components(of: rows, joined: honoured.joined) {
      var solver = ComponentSolver(component.map { rows[$0] }, rules: rules, decisions: honoured, common: shared.common)
      solver.solve()
      solver.report(to: &partition, logged: logged)
    }
    partition.groups.sort { $0[0] < $1[0] }
    partition.overridden = honoured.overridden
    return partition
  }
}
