import IsthmusCore

/// Numbers of a list's findings by control and by resource, counted in one pass for both.
///
/// Used by one reader at a time: while the statement runs that counts, nobody else has it.
final class FindingTally: @unchecked Sendable {
  private(set) var controls: ControlTally
  private(set) var resources: ResourceTally

  /// What ``add(control:posture:life:variant:resource:openedListing:)`` takes, over `finding f`.
  static let columns = "f.control_id, f.posture, f.life, f.variant_id, f.resource_id, f.opened_listing"

  /// By resource's number, how often its scope was listed whole; 0 without a scope.
  private let listings: [Int64]

  init(_ reader: SQLReader) throws {
    controls = try ControlTally(reader)
    resources = try ResourceTally(reader)
    var listings = [Int64](repeating: 0, count: resources.resources)
    // By scope, so that the index of resources by scope is enough.
    try reader.forEachRow("SELECT r.id, s.listings FROM scope s CROSS JOIN resource r ON r.scope_id = s.id") { row in
      listings[Int(row.integer(0))] = row.integer(1)
    }
    self.listings = listings
  }

  func add(control: Int64, posture: Int64?, life: Int64, variant: Int64?, resource: Int64, openedListing: Int64?) {
    controls.add(1, control: Int(control), posture: posture, life: life, variant: variant)
    let isListedAgain = (openedListing ?? .max) < listings[Int(resource)]
    resources.add(1, resource: Int(resource), life: life, isListedAgain: isListedAgain)
  }
}

/// Numbers of findings by resource and status, in one array: nothing is looked up in a hash table for each finding.
struct ResourceTally {
  /// ``FindingLife/status(listings:)`` as a place in the array.
  enum Status: Int, CaseIterable {
    case none, new, active, reopened, fixed

    @inline(__always)
    init(life: Int64, isListedAgain: Bool) {
      switch life {
      case 1: self = isListedAgain ? .active : .new
      case 2: self = isListedAgain ? .active : .reopened
      case 3: self = .fixed
      default: self = .none
      }
    }

    var isOpen: Bool { self == .new || self == .active || self == .reopened }

    var name: String? {
      switch self {
      case .none: nil
      case .new: FindingStatus.new.rawValue
      case .active: FindingStatus.active.rawValue
      case .reopened: FindingStatus.reopened.rawValue
      case .fixed: FindingStatus.fixed.rawValue
      }
    }
  }

  /// Numbers of resources are smaller.
  let resources: Int
  private var counts: [Int]
  /// The number of ``Status``, written out: it is asked for with each finding.
  private static let width = 5

  init(_ reader: SQLReader) throws {
    resources = try reader.lastNumber(of: "resource") + 1
    counts = [Int](repeating: 0, count: resources * Self.width)
  }

  @inline(__always)
  mutating func add(_ count: Int, resource: Int, life: Int64, isListedAgain: Bool) {
    let status = Status(life: life, isListedAgain: isListedAgain)
    counts[resource * Self.width + status.rawValue] += count
  }

  /// Those that are not 0.
  var numbers: [(resource: Int, status: Status, count: Int)] {
    counts.indices.compactMap { place in
      guard counts[place] > 0, let status = Status(rawValue: place % Self.width) else { return nil }
      return (place / Self.width, status, counts[place])
    }
  }
}

/// Numbers of findings by control, variant, posture and life.
struct ControlTally {
  struct Key: Hashable {
    var control: Int64
    var variant: Int64
    var posture: Int64?
    var life: Int64

    var isOpen: Bool { life == 1 || life == 2 }
  }

  /// By control's number; 0 where there is none.
  let defaultVariants: [Int64]
  /// Of findings with their control's variant.
  private var counts: [Int]
  /// Of the few with one of their own.
  private var own: [Key: Int] = [:]

  /// Codes of postures and the lack of one, and of lives.
  private static let postures = 4
  private static let lives = 4
  private static let noPosture = 3

  init(_ reader: SQLReader) throws {
    var variants = [Int64](repeating: 0, count: try reader.lastNumber(of: "control") + 1)
    try reader.forEachRow("SELECT id, variant_id FROM control") { variants[Int($0.integer(0))] = $0.integer(1) }
    defaultVariants = variants
    counts = [Int](repeating: 0, count: variants.count * Self.postures * Self.lives)
  }

  func has(_ control: Int64) -> Bool { control >= 0 && control < defaultVariants.count }

  /// - Parameters:
  ///   - posture: nil or -1 for none.
  ///   - variant: Where it is not the control's.
  @inline(__always)
  mutating func add(_ count: Int, control: Int, posture: Int64?, life: Int64, variant: Int64? = nil) {
    let posture = posture.flatMap { $0 < 0 ? nil : $0 }
    if let variant {
      own[Key(control: Int64(control), variant: variant, posture: posture, life: life), default: 0] += count
      return
    }
    let code = posture.map { Int($0) } ?? Self.noPosture
    counts[(control * Self.postures + code) * Self.lives + Int(life)] += count
  }

  /// How many findings there are of each.
  var numbers: [(key: Key, count: Int)] {
    var numbers = own.map { (key: $0.key, count: $0.value) }
    for (place, count) in counts.enumerated() where count != 0 {
      let (rest, life) = (place / Self.lives, place % Self.lives)
      let (control, code) = (rest / Self.postures, rest % Self.postures)
      let key = Key(
        control: Int64(control), variant: defaultVariants[control], posture: code == Self.noPosture ? nil : Int64(code),
        life: Int64(life))
      numbers.append((key, count))
    }
    return numbers
  }
}
