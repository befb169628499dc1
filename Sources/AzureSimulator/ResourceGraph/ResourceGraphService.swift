/// Answers queries against one state of the tenant.
struct ResourceGraphService: Sendable {
  /// 16 MiB.
  static let maximumResponseBytes = 16_777_216
  static let versions: Set<String> = [
    "2018-09-01-preview", "2019-04-01", "2020-04-01-preview", "2021-03-01", "2021-06-01-preview", "2022-10-01",
    "2024-04-01",
  ]

  let engine: KQLEngine
  let scope: SubscriptionScope
  let tenant: Company
  /// Counts the changes of day and faults.
  let generation: Int

  /// - Parameter cached: A result kept from an earlier page, and where to keep a new one.
  func answer(
    _ request: ResourceGraphRequest, cached: (ResultCache.Key) -> KQLResult?,
    keep: (KQLResult, ResultCache.Key) -> Void
  ) throws(ResourceGraphError) -> [UInt8] {
    let subscriptions = try scope.resolve(request)
    let fingerprint = SkipToken.fingerprint(
      query: request.query, scope: subscriptions, tenant: tenant, generation: generation)
    let token = try self.token(request, fingerprint)
    let key = ResultCache.Key(
      query: request.query, scope: subscriptions, tenant: tenant, generation: generation)
    let result: KQLResult
    if let found = cached(key) {
      result = found
    } else {
      result = try run(request.query, subscriptions)
      keep(result, key)
    }
    let pageSize = request.top ?? token?.pageSize ?? ResourceGraphRequest.pageRange.upperBound
    let offset = result.isLimited && token == nil ? 0 : request.skip ?? token?.offset ?? 0
    let start = min(offset, result.count)
    let range = start..<min(start + pageSize, result.count)
    let canPage =
      result.keepsID && !result.isLimited && !result.isSummarised && !result.hasOnlyDynamicColumns
    let hasMore = range.upperBound < result.count
    let next =
      hasMore && canPage ? SkipToken(pageSize: pageSize, offset: range.upperBound, fingerprint: fingerprint) : nil
    let body = write(result, range, request, isTruncated: hasMore && !canPage, next: next)
    guard body.count <= Self.maximumResponseBytes else { throw .payloadTooLarge(body.count) }
    return body
  }

  private func run(_ query: String, _ subscriptions: [String]) throws(ResourceGraphError) -> KQLResult {
    do {
      return try engine.run(query, subscriptions: subscriptions)
    } catch {
      throw .query(error)
    }
  }

  private func token(
    _ request: ResourceGraphRequest, _ fingerprint: UInt64
  ) throws(ResourceGraphError) -> SkipToken? {
    guard let text = request.skipToken else { return nil }
    guard let token = SkipToken(text) else {
      throw .badRequest("InvalidSkipToken", "The skip token is not valid.")
    }
    guard token.fingerprint == fingerprint else {
      throw .badRequest(
        "InvalidSkipToken", "The skip token does not belong to this query and scope, or is no longer valid.")
    }
    return token
  }

  private func write(
    _ result: KQLResult, _ range: Range<Int>, _ request: ResourceGraphRequest, isTruncated: Bool, next: SkipToken?
  ) -> [UInt8] {
    var body: [UInt8] = []
    body.reserveCapacity(4096 + range.count * 5000)
    body.append(contentsOf: "{\"totalRecords\":\(result.count),\"count\":\(range.count),\"data\":".utf8)
    switch request.format {
    case .objectArray:
      body.append(UInt8(ascii: "["))
      result.appendObjects(range, to: &body)
      body.append(UInt8(ascii: "]"))
    case .table:
      let columns: [KQLValue] = result.columns.map { .bag([("name", .string($0.name)), ("type", .string($0.type))]) }
      body.append(contentsOf: "{\"columns\":".utf8)
      KQLValue.array(columns).appendJSON(to: &body)
      body.append(contentsOf: ",\"rows\":[".utf8)
      result.appendRows(range, to: &body)
      body.append(contentsOf: "]}".utf8)
    }
    body.append(contentsOf: ",\"facets\":".utf8)
    let counter = FacetCounter(result: result)
    KQLValue.array(request.facets.map(counter.json)).appendJSON(to: &body)
    body.append(contentsOf: ",\"resultTruncated\":\"\(isTruncated)\"".utf8)
    if let next { body.append(contentsOf: ",\"$skipToken\":\"\(next.text)\"".utf8) }
    body.append(UInt8(ascii: "}"))
    return body
  }
}
