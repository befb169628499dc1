/// What tenant to make. The same values give the same tenant, byte for byte.
package struct TenantConfiguration: Sendable, Hashable {
  /// Living hosts on day 0; later days come and go around it.
  package var hosts = 200
  /// Assessment rows of each living host: all statuses, software updates included.
  package var findingsPerHost = 40
  package var subscriptions = 3
  package var seed: UInt64 = 1
  /// Days since ``firstDate``.
  package var day = 0
  /// The date of day 0, in days since 1970-01-01; 2026-06-01 unless it is given.
  package var firstDate = KQLDate.days(year: 2026, month: 6, day: 1)
  /// Approximate length of a recommendation's description and of its remediation text, each.
  /// With the default an assessment row is about 4 KB.
  package var textBytes = 780

  /// Share of the virtual machines that appear again in a second tenant; nil for no second tenant.
  package var secondTenantShare: Double?

  package static let hostRange = 1...200_000
  package static let findingsRange = 1...200
  package static let subscriptionRange = 1...200
  package static let dayRange = 0...3650
  package static let textBytesRange = 100...1_000_000

  package init() {}

  var calendar: TenantCalendar { TenantCalendar(firstDate: firstDate) }

  /// Says which value lies outside its range, or nil if the tenant can be made.
  package var fault: String? {
    func outside(_ value: Int, _ range: ClosedRange<Int>, _ name: String) -> String? {
      range.contains(value) ? nil : "\(name) must be \(range.lowerBound) to \(range.upperBound), not \(value)."
    }
    if let share = secondTenantShare, !(0...1).contains(share) {
      return "The share of machines that a second tenant shows again must be 0 to 1, not \(share)."
    }
    return outside(hosts, Self.hostRange, "The number of hosts")
      ?? outside(findingsPerHost, Self.findingsRange, "The number of findings a host")
      ?? outside(subscriptions, Self.subscriptionRange, "The number of subscriptions")
      ?? outside(day, Self.dayRange, "The day")
      ?? outside(textBytes, Self.textBytesRange, "The length of texts")
  }
}
