import IsthmusCore

/// A query's condition over packed findings: which hold, by the truths of its terms.
///
/// A term is about the finding's resource (what its host is), its control or variant (what was found), its state or one of
/// its dates. So its truth is looked up by the number of one of these, as a bit; a finding's bits together say in a table
/// whether the condition holds. Nothing is asked of the database for each finding.
struct PackedCondition {
  /// By number: bits of the terms that hold.
  private let ofResource: [UInt32]
  /// Of the control and its default variant.
  private let ofControl: [UInt32]
  /// Of the control alone, for findings with a variant of their own.
  private let ofControlAlone: [UInt32]
  private let ofVariant: [Int64: UInt32]
  /// By ``place(of:isListedAgain:)``.
  private let ofState: [UInt32]
  private let dates: [DateTest]
  /// By a finding's bits.
  private let truths: [Bool]

  struct Sizes {
    /// Numbers of resources are smaller.
    var resources: Int
    /// By control's number.
    var defaultVariants: [Int64]
  }

  struct DateTest {
    enum Column { case sourceUpdated, firstFound }

    var bit: UInt32
    var column: Column
    /// In microseconds, from the first to the second; nil: any that there is.
    var from: Int64?
    var to: Int64?

    fileprivate func holds(_ finding: FindingPackReader) -> Bool {
      guard let date = finding.date(column) else { return false }
      return date >= from ?? .min && date <= to ?? .max
    }
  }

  /// What a term is about.
  enum Term {
    /// A statement that selects numbers of those for which it holds.
    case resources(SQLFragment)
    case variants(SQLFragment)
    case controls([Int64])
    case state(@Sendable (FindingPack.State, _ listing: Listing) -> Bool)
    case date(DateTest.Column, from: Int64?, to: Int64?)
    case constant(Bool)
  }

  /// When a finding was opened, to the listings of its scope.
  enum Listing: Int, CaseIterable { case none, current, before }

  /// More terms are answered by the database: the table has two to the power of their number.
  static let maximumTerms = 12

  private static let states = 16

  private static func place(of state: FindingPack.State, _ listing: Listing) -> Int {
    Int(state.byte & 0xF) + listing.rawValue * states
  }

  /// - Parameters:
  ///   - program: The truth of all, by the terms' numbers.
  ///   - terms: ``maximumTerms`` at most.
  ///   - sizes: Of the inventory.
  init(_ program: TruthProgram, _ terms: [(term: Term, isNegated: Bool)], _ reader: SQLReader, _ sizes: Sizes)
    throws
  {
    var resources = [UInt32](repeating: 0, count: sizes.resources)
    var controls = [UInt32](repeating: 0, count: sizes.defaultVariants.count)
    var variants: [Int64: UInt32] = [:]
    var states = [UInt32](repeating: 0, count: Self.states * Listing.allCases.count)
    var dates: [DateTest] = []
    var negated: UInt32 = 0
    for (index, (term, isNegated)) in terms.enumerated() {
      let bit: UInt32 = 1 << UInt32(index)
      if isNegated { negated |= bit }
      switch term {
      case .resources(let statement):
        try reader.forEachRow(statement.text, statement.values) { resources[Int($0.integer(0))] |= bit }
      case .variants(let statement):
        try reader.forEachRow(statement.text, statement.values) { variants[$0.integer(0), default: 0] |= bit }
      case .controls(let numbers):
        for number in numbers { controls[Int(number)] |= bit }
      case .state(let holds):
        for byte in 0..<UInt8(Self.states) {
          let state = FindingPack.State(byte: byte)
          for listing in Listing.allCases where holds(state, listing) { states[Self.place(of: state, listing)] |= bit }
        }
      case .date(let column, let from, let to): dates.append(DateTest(bit: bit, column: column, from: from, to: to))
      case .constant(let value): if value { for place in states.indices { states[place] |= bit } }
      }
    }
    ofResource = resources
    ofControlAlone = controls
    ofControl = zip(controls, sizes.defaultVariants).map { $0 | (variants[$1] ?? 0) }
    ofVariant = variants
    ofState = states
    self.dates = dates
    truths = (0..<UInt32(1) << UInt32(terms.count)).map { bits in
      program.holds { (bits ^ negated) & 1 << UInt32($0) != 0 }
    }
  }

  /// Whether packs are to be read with their dates.
  var asksDates: Bool { !dates.isEmpty }

  func holds(_ finding: FindingPackReader, resource: Int, isListedAgain: Bool) -> Bool {
    let listing: Listing = finding.state.hasListing ? (isListedAgain ? .before : .current) : .none
    var bits = ofResource[resource] | ofState[Self.place(of: finding.state, listing)]
    let control = Int(finding.control)
    if finding.state.hasVariant {
      bits |= ofControlAlone[control] | (ofVariant[finding.variant] ?? 0)
    } else {
      bits |= ofControl[control]
    }
    for test in dates where test.holds(finding) { bits |= test.bit }
    return truths[Int(bits)]
  }
}

// MARK: - How much of the inventory it may be

extension PackedCondition {
  /// By number, the resources with findings that may satisfy it; and how many findings of all those of such controls are.
  ///
  /// - Parameter counts: How many findings there are by control and the state that they are in.
  func extent(_ counts: [(control: Int, state: FindingPack.State, count: Int)]) -> (resources: [Bool], findings: Int) {
    let ofResources = Set(ofResource)
    let ofDates = dates.reduce(into: [UInt32(0)]) { known, test in known += known.map { $0 | test.bit } }
    let ofVariants = Set(ofVariant.values).union([0])
    var possible: [UInt32: Bool] = [:]
    /// Whether it holds with some resource, on some date.
    func mayHold(_ bits: UInt32) -> Bool {
      if let known = possible[bits] { return known }
      let holds = ofResources.contains { resource in ofDates.contains { truths[Int(bits | resource | $0)] } }
      possible[bits] = holds
      return holds
    }
    var found: Set<UInt32> = []
    var findings = 0
    for (control, state, count) in counts {
      var isPossible = false
      for listing in Listing.allCases {
        let state = ofState[Self.place(of: state, listing)]
        let all = [ofControl[control]] + ofVariants.map { ofControlAlone[control] | $0 }
        for bits in all.map({ $0 | state }) {
          found.insert(bits)
          if mayHold(bits) { isPossible = true }
        }
      }
      if isPossible { findings += count }
    }
    var ofResourcePossible: [UInt32: Bool] = [:]
    for resource in ofResources {
      ofResourcePossible[resource] = found.contains { bits in ofDates.contains { truths[Int(bits | resource | $0)] } }
    }
    return (ofResource.map { ofResourcePossible[$0] ?? false }, findings)
  }
}

extension FindingPackReader {
  /// In microseconds; of one that reads dates.
  func date(_ column: PackedCondition.DateTest.Column) -> Int64? {
    switch column {
    case .sourceUpdated: state.hasUpdated ? sourceUpdated : nil
    case .firstFound: state.hasFirstFound ? firstFound : nil
    }
  }
}
