/// The body of `POST /providers/Microsoft.ResourceGraph/resources`, checked.
struct ResourceGraphRequest: Sendable {
  enum Format: String, Sendable {
    case objectArray, table
  }

  struct Facet: Sendable {
    var expression: String
    /// Rows of the facet, 1...1000.
    var top: Int
    /// A column of the facet, or `count`.
    var sortBy: String
    var isAscending: Bool
  }

  var query: String
  /// Lower case; nil if the member is absent or null.
  var subscriptions: [String]?
  var managementGroups: [String]?
  var skipToken: String?
  var top: Int?
  var skip: Int?
  var format = Format.objectArray
  var facets: [Facet] = []

  static let pageRange = 1...1000

  init(_ body: [UInt8]) throws(ResourceGraphError) {
    guard case .object(let root)? = JSONTextParser.parse(String(decoding: body, as: UTF8.self)) else {
      throw .badRequest("InvalidJson", "The body of the request is not a JSON object.")
    }
    guard case .string(let query)? = root["query"] else {
      throw .badRequest("MissingQuery", "Property 'query' is required and must be a string.")
    }
    self.query = query
    subscriptions = try Self.texts(root, "subscriptions")?.map { $0.lowercased() }
    managementGroups = try Self.texts(root, "managementGroups")
    if let given = root["options"], given != .null {
      guard case .object(let options) = given else {
        throw .badRequest("InvalidOptions", "Property 'options' must be an object.")
      }
      try read(options)
    }
    facets = try Self.facets(root["facets"])
  }

  private mutating func read(_ options: KQLObject) throws(ResourceGraphError) {
    top = try Self.number(options, "$top", in: Self.pageRange)
    skip = try Self.number(options, "$skip", in: 0...Int.max)
    switch options["$skipToken"] {
    case nil, .null?: skipToken = nil
    case .string(let token)?: skipToken = token.isEmpty ? nil : token
    default: throw .badRequest("InvalidOptions", "Option '$skipToken' must be a string.")
    }
    switch options["resultFormat"] {
    case nil, .null?: break
    case .string(let text)?:
      guard let format = [Format.objectArray, .table].first(where: { $0.rawValue.lowercased() == text.lowercased() })
      else { throw .badRequest("InvalidOptions", "Option 'resultFormat' must be 'table' or 'objectArray'.") }
      self.format = format
    default: throw .badRequest("InvalidOptions", "Option 'resultFormat' must be a string.")
    }
  }

  private static func number(
    _ options: KQLObject, _ name: String, in range: ClosedRange<Int>
  ) throws(ResourceGraphError) -> Int? {
    guard let given = options[name], given != .null else { return nil }
    guard case .long(let number) = given, range.contains(Int(number)) else {
      let upper = range.upperBound == Int.max ? "" : " and at most \(range.upperBound)"
      throw .badRequest(
        "InvalidOptions", "Option '\(name)' must be a whole number, at least \(range.lowerBound)\(upper).")
    }
    return Int(number)
  }

  private static func texts(_ root: KQLObject, _ name: String) throws(ResourceGraphError) -> [String]? {
    guard let given = root[name], given != .null else { return nil }
    guard case .array(let elements) = given else {
      throw .badRequest("InvalidRequest", "Property '\(name)' must be a list of strings.")
    }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else {
        throw .badRequest("InvalidRequest", "Property '\(name)' must be a list of strings.")
      }
      texts.append(text)
    }
    return texts
  }

  private static func facets(_ given: KQLValue?) throws(ResourceGraphError) -> [Facet] {
    guard case .array(let elements)? = given else { return [] }
    var facets: [Facet] = []
    for element in elements {
      guard case .object(let facet) = element, case .string(let expression)? = facet["expression"] else {
        throw .badRequest("InvalidFacet", "A facet must be an object with 'expression'.")
      }
      var result = Facet(expression: expression, top: 10, sortBy: "count", isAscending: false)
      if case .object(let options)? = facet["options"] {
        result.top = try number(options, "$top", in: pageRange) ?? 10
        if case .string(let name)? = options["sortBy"] { result.sortBy = name }
        if case .string(let order)? = options["sortOrder"] { result.isAscending = order.lowercased() == "asc" }
      }
      facets.append(result)
    }
    return facets
  }
}
