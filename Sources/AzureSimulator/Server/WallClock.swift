import Foundation

/// The real time and random identifiers: what makes two equal answers differ.
enum WallClock {
  /// 100-nanosecond ticks since 1970.
  static var ticks: Int64 {
    Int64(Date().timeIntervalSince1970 * 1_000_000) * 10
  }

  static var seconds: Int64 { ticks / KQLDate.ticksPerSecond }

  /// A random GUID in lower case.
  static func guid() -> String {
    var dice = Dice(state: UInt64.random(in: .min ... .max))
    return dice.guid()
  }
}
