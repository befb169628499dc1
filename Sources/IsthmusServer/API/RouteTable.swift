/// Finds the route of a request by its path and method.
package struct RouteTable: Sendable {
  package let routes: [Route]
  /// By the number of segments; a literal segment goes before a name in braces.
  private let byLength: [Int: [(segments: [Substring], route: Route)]]

  package init(_ routes: [Route]) {
    self.routes = routes
    let split = routes.map { (segments: $0.path.split(separator: "/"), route: $0) }
    byLength = Dictionary(grouping: split, by: \.segments.count).mapValues { found in
      found.sorted { a, b in a.segments.map(Self.rank).lexicographicallyPrecedes(b.segments.map(Self.rank)) }
    }
  }

  private static func rank(_ segment: Substring) -> Int { segment.hasPrefix("{") ? 1 : 0 }

  /// - Parameter segments: Of the path under the interface's root, still percent-encoded: a name may have a slash in it.
  /// - Throws: A problem of kind `notFound` or `methodNotAllowed`.
  func route(_ method: Route.Method?, _ segments: [Substring]) throws(Problem) -> (Route, [String: String]) {
    var allowed: [String] = []
    for (pattern, route) in byLength[segments.count] ?? [] {
      guard let values = Self.values(pattern, segments) else { continue }
      if route.method == method { return (route, values) }
      allowed.append(route.method.rawValue.uppercased())
    }
    if allowed.isEmpty { throw Problem(.notFound, "There is no such path. See /api for what there is.") }
    var problem = Problem(.methodNotAllowed, "This path takes \(allowed.joined(separator: ", ")).")
    problem.allowed = allowed.contains("GET") ? allowed + ["HEAD"] : allowed
    throw problem
  }

  private static func values(_ pattern: [Substring], _ segments: [Substring]) -> [String: String]? {
    var values: [String: String] = [:]
    for (part, segment) in zip(pattern, segments) {
      if part.hasPrefix("{") {
        guard let value = PercentText.decoded(segment), !value.isEmpty else { return nil }
        values[String(part.dropFirst().dropLast())] = value
      } else if part != segment {
        return nil
      }
    }
    return values
  }
}
