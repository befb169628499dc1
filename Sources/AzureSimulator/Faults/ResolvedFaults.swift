/// Faults with the subscriptions that they name looked up.
struct ResolvedFaults: Sendable {
  let settings: FaultSettings
  let forbidden: Set<String>
  let hidden: Set<String>
  let emptied: Set<String>

  /// - Throws: A sentence that names the entry which fits no subscription.
  init(_ settings: FaultSettings, among subscriptions: [String]) throws(FaultSyntaxError) {
    self.settings = settings
    forbidden = try Self.resolve(settings.forbid, among: subscriptions)
    hidden = try Self.resolve(settings.hide, among: subscriptions)
    emptied = try Self.resolve(settings.empty, among: subscriptions)
  }

  /// Lower-case ids of the subscriptions that a list names.
  private static func resolve(_ entries: [String], among subscriptions: [String]) throws(FaultSyntaxError) -> Set<
    String
  > {
    var found: Set<String> = []
    for entry in entries {
      if subscriptions.contains(entry) {
        found.insert(entry)
      } else if let ordinal = Int(entry), (1...subscriptions.count).contains(ordinal) {
        found.insert(subscriptions[ordinal - 1])
      } else {
        throw FaultSyntaxError(
          "'\(entry)' is neither a subscription id of the tenant nor a number from 1 to \(subscriptions.count).")
      }
    }
    return found
  }
}
