import IsthmusConnect
import IsthmusCore

/// Assessments in one form, page by page.
actor AssessmentReading {
  struct Page: Sendable {
    var document: JSONDocument
    var places: [Int]
    var cursor: String
    var startsOver = false
    var isShifted = false
    var total: Int?
    var common: CommonParts?
    var commonOfRecords: [Int32] = []
  }

  private let pages: PagedListing
  private var recommendations: Recommendations?
  private let packing: Packing?
  /// Of the first packed answers, resources that were given before the listing was interrupted.
  private var skipped = 0
  private var current: (page: PagedListing.Page, rows: PackedRows, isBegun: Bool)?

  private struct Packing {
    var layout: PackedLayout
    /// Queries before this one give packed rows.
    var queries: Int
    /// Tells these queries from others: a place in a listing is one among its own.
    var fingerprint: String

    init(_ layout: PackedLayout, _ packed: [String], _ others: [String]) {
      self.layout = layout
      queries = packed.count
      var digest = Digest(seed: 0)
      for query in packed + others { digest.add(query) }
      fingerprint = String(digest.value, radix: 16)
    }

    func cursor(_ given: Int, _ rest: String) -> String { "\(given) \(fingerprint) \(rest)" }
  }

  init(wholeRows query: String, _ graph: ResourceGraphClient, _ scopes: [SourceScope], after cursor: String?) {
    pages = PagedListing(graph: graph, queries: [query], scopes: scopes, after: cursor)
    packing = nil
  }

  /// Projected rows.
  ///
  /// - Parameter query: Gives whole rows, in no order.
  init(
    _ projection: FindingProjection, _ recommendations: Recommendations, of query: String, _ graph: ResourceGraphClient,
    _ scopes: [SourceScope], after cursor: String?
  ) {
    let queries = [projection.projected(recommendations.common(query))] + recommendations.odd(query)
    pages = PagedListing(graph: graph, queries: queries, scopes: scopes, after: cursor)
    self.recommendations = recommendations
    packing = nil
  }

  /// Packed rows, part by part.
  ///
  /// - Returns: nil where the place is one among other queries, as after a change of the tenant.
  init?(
    _ projection: FindingProjection, _ recommendations: Recommendations, _ parts: PackedParts, of query: String,
    _ graph: ResourceGraphClient, _ scopes: [SourceScope], after cursor: String?
  ) {
    let packed = parts.conditions.map { projection.packed(recommendations.common("\(query) | where \($0)")) }
    let odd = recommendations.odd(query)
    let packing = Packing(projection.layout, packed, odd)
    var place: String?
    if let cursor {
      let words = cursor.split(separator: " ", maxSplits: 2).map(String.init)
      guard words.count == 3, let given = Int(words[0]), words[1] == packing.fingerprint else { return nil }
      (skipped, place) = (given, words[2])
    }
    pages = PagedListing(
      graph: graph, queries: packed + odd, scopes: scopes, mostAhead: PagedListing.usualAhead, after: place)
    self.recommendations = recommendations
    self.packing = packing
  }

  func next() async throws(ResourceGraphError) -> Page? {
    guard let packing else {
      guard let page = try await pages.next() else { return nil }
      return try plain(page, page.cursor)
    }
    while true {
      if let page = try unpacked(packing) { return page }
      guard let page = try await pages.next() else { return nil }
      // An empty answer is given too: it says in which form nothing came.
      guard page.query < packing.queries, !page.rows.places.isEmpty else {
        return try plain(page, packing.cursor(0, page.cursor))
      }
      if page.startsOver { skipped = 0 }
      current = (page, PackedRows(page.rows, packing.layout, given: skipped), false)
      skipped = max(0, skipped - page.rows.places.count)
    }
  }

  private func plain(_ page: PagedListing.Page, _ cursor: String) throws(ResourceGraphError) -> Page {
    var made = Page(document: page.rows.document, places: page.rows.places, cursor: cursor)
    made.startsOver = page.startsOver
    made.isShifted = page.isShifted
    made.total = recommendations?.rows ?? page.rows.totalRecords
    let isNarrow = recommendations != nil && page.query < packing?.queries ?? 1
    return isNarrow ? try withCommonParts(made) : made
  }

  /// The next records of the packed page under way; nil if there are no more.
  private func unpacked(_ packing: Packing) throws(ResourceGraphError) -> Page? {
    guard var current, !current.rows.isAtEnd else { return nil }
    let document: JSONDocument
    do throws(JSONError) {
      document = try current.rows.next()
    } catch {
      throw .queryRefused(ConnectorError(.unexpected, "Packed rows are \(error).", remedy: "Report this."))
    }
    let page = current.page
    let isFirst = !current.isBegun
    current.isBegun = true
    self.current = current
    var made = Page(
      document: document, places: document.withRoot { $0.elements.map(\.index) },
      cursor: current.rows.isAtEnd
        ? packing.cursor(0, page.cursor) : packing.cursor(current.rows.given, page.ownCursor))
    made.startsOver = page.startsOver && isFirst
    made.isShifted = page.isShifted
    made.total = recommendations?.rows
    return try withCommonParts(made)
  }

  /// - Throws: `outdated` for a row whose recommendation came after they were asked for.
  private func withCommonParts(_ page: Page) throws(ResourceGraphError) -> Page {
    guard var recommendations else { return page }
    defer { self.recommendations = recommendations }
    var joined = page
    joined.common = recommendations.parts
    var isKnown = true
    joined.commonOfRecords = page.document.withRoot { root in
      page.places.map { place in
        // What has no name is rejected for it.
        guard let name = root.at(place)["name"], name.kind == .string else { return -1 }
        let number = recommendations.number(of: name)
        isKnown = isKnown && number != nil
        return number ?? -1
      }
    }
    guard isKnown else { throw .outdated }
    return joined
  }
}
