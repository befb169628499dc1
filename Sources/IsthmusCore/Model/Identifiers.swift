/// Row numbers of the inventory; opaque and never used again.
package protocol InventoryID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The letter before the number where people see it.
  static var prefix: String { get }
  var number: Int64 { get }
  init(_ number: Int64)
}

extension InventoryID {
  package static func < (a: Self, b: Self) -> Bool { a.number < b.number }

  /// As people see and type it: `A17`, `F4711`, `C12`.
  package var description: String { "\(Self.prefix)\(number)" }

  /// Reads `A17`, `a17` or `17`.
  package init?(text: String) {
    let digits = text.uppercased().hasPrefix(Self.prefix) ? text.dropFirst(Self.prefix.count) : text[...]
    guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int64(digits),
      number > 0
    else { return nil }
    self.init(number)
  }
}

package struct AssetID: InventoryID {
  package static let prefix = "A"
  package let number: Int64
  package init(_ number: Int64) { self.number = number }
}

package struct FindingID: InventoryID {
  package static let prefix = "F"
  package let number: Int64
  package init(_ number: Int64) { self.number = number }
}

package struct ControlID: InventoryID {
  package static let prefix = "C"
  package let number: Int64
  package init(_ number: Int64) { self.number = number }
}

package struct RunID: InventoryID {
  package static let prefix = "R"
  package let number: Int64
  package init(_ number: Int64) { self.number = number }
}
