import IsthmusCore

/// The queries, all set-based: each keeps and orders by `id`, and none limits its rows, since Resource Graph
/// then gives no way to the next page. Ids are compared without case: tables write them differently.
enum Queries {
  /// The end of each listing: without an order its pages would be random.
  static let order = " | order by id asc"

  static let subscriptions =
    "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | order by id asc"

  /// Virtual machines and Arc machines.
  static let hosts = """
    resources | where type in~ ('\(HostType.virtualMachine.rawValue)', '\(HostType.arcMachine.rawValue)') \
    | order by id asc
    """

  static let scaleSetInstances =
    "computeresources | where type =~ '\(HostType.scaleSetInstance.rawValue)' | order by id asc"

  static let assessments =
    "securityresources | where type =~ 'microsoft.security/assessments' | order by id asc"

  /// Assessments whose status changed since then, and those that don't say when it did.
  static func assessments(changedSince moment: Timestamp) -> String {
    let changed = "todatetime(properties.status.statusChangeDate)"
    return """
      securityresources | where type =~ 'microsoft.security/assessments' \
      | where isnull(\(changed)) or \(changed) >= datetime(\(moment)) | order by id asc
      """
  }

  static func networkInterfaces(_ ids: [String]) -> String {
    "resources | where type =~ 'microsoft.network/networkinterfaces' | where id in~ (\(list(ids))) | order by id asc"
  }

  static func scaleSetInterfaces(_ ids: [String]) -> String {
    """
    computeresources | where type =~ '\(HostType.scaleSetInstance.rawValue)/networkinterfaces' \
    | where id in~ (\(list(ids))) | order by id asc
    """
  }

  static func publicAddresses(_ ids: [String]) -> String {
    "resources | where type =~ 'microsoft.network/publicipaddresses' | where id in~ (\(list(ids))) | order by id asc"
  }

  /// Which of the ids `query`, a listing of this file, still holds.
  static func ids(of query: String, among ids: [String]) -> String {
    "\(unordered(query)) | where id in~ (\(list(ids))) | project id | order by id asc"
  }

  /// How many rows each subscription has of `query`, a listing of this file.
  static func counts(of query: String) -> String {
    "\(unordered(query)) | summarize rows = count() by subscriptionId"
  }

  /// A listing of this file without its order, to go on with it.
  static func unordered(_ query: String) -> String {
    query.hasSuffix(order) ? String(query.dropLast(order.count)) : query
  }

  /// Names come from the tenant and may hold anything: a quote in one must not end the text.
  static func literal(_ text: String) -> String {
    var escaped = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'", "\\": escaped.unicodeScalars.append(contentsOf: ["\\", scalar])
      case "\n": escaped += "\\n"
      case "\r": escaped += "\\r"
      case "\t": escaped += "\\t"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return "\(escaped)'"
  }

  static func list(_ ids: [String]) -> String { ids.map(literal).joined(separator: ", ") }
}
