import IsthmusConnect
import IsthmusCore

/// Assessments, in the densest form that the source gives.
///
/// A form that the source refuses is left for the next one, and the listing begins anew. That all rows came is seen by
/// the run: it compares their number with the source's.
actor AssessmentListing: SourceListing {
  private let graph: ResourceGraphClient
  private let scopes: [SourceScope]
  /// A query that gives whole rows, in order.
  private let rows: String
  private let projection: FindingProjection?
  private var form: FetchForm
  private var cursor: String?
  private var begun: AssessmentReading?
  private var warnings: [String] = []
  private var startsOver = false
  private var hasGiven = false

  /// - Parameter projection: nil where whole rows are needed.
  init(
    graph: ResourceGraphClient, scopes: [SourceScope], rows: String, form: FetchForm, projection: FindingProjection?,
    after cursor: String?
  ) {
    self.graph = graph
    self.scopes = scopes
    self.rows = rows
    self.projection = projection
    self.form = projection == nil ? .whole : form
    // Of a listing that had to be left for a less dense form, the run goes on in that.
    if let cursor, let place = FormCursor(cursor), projection != nil || place.form == .whole {
      self.form = place.form
      self.cursor = place.rest
    }
  }

  func next() async throws(ConnectorError) -> SourcePage? {
    while true {
      do throws(ResourceGraphError) {
        let reading = try await reading()
        guard let page = try await reading.next() else { return nil }
        defer {
          (startsOver, warnings, hasGiven) = (false, [], true)
        }
        return SourcePage(
          document: page.document, places: page.places, cursor: FormCursor(form: form, rest: page.cursor).text,
          startsOver: startsOver || page.startsOver, isShifted: page.isShifted, total: page.total, warnings: warnings,
          form: form, common: page.common, commonOfRecords: page.commonOfRecords)
      } catch {
        guard let next = form.lessDense, let reason = await reason(to: error) else { throw error.asConnectorError }
        warnings.append("Resource Graph does not give assessments \(form): \(reason) They are asked for \(next).")
        leave(for: next)
      }
    }
  }

  private func reading() async throws(ResourceGraphError) -> AssessmentReading {
    if let begun { return begun }
    let reading = try await begin()
    begun = reading
    return reading
  }

  private func begin() async throws(ResourceGraphError) -> AssessmentReading {
    guard form != .whole, let projection else {
      return AssessmentReading(wholeRows: rows, graph, scopes, after: cursor)
    }
    let query = rows.replacingSuffix(Queries.order, with: "")
    guard let known = try await Recommendations.fetch(query, graph, scopes) else {
      form = .whole
      cursor = nil
      warnings.append("The texts of too many recommendations differ from row to row: assessments are asked for whole.")
      return AssessmentReading(wholeRows: rows, graph, scopes, after: nil)
    }
    return AssessmentReading(form, projection, known, of: query, graph, scopes, after: cursor)
  }

  private func leave(for next: FetchForm) {
    form = next
    begun = nil
    cursor = nil
    startsOver = hasGiven
  }

  /// Why another form may be given where this one is not; nil where no other would be.
  private func reason(to error: ResourceGraphError) async -> String? {
    switch error {
    case .queryRefused(let error): return error.summary
    // A query that asks for too much may fail at the source instead of being refused.
    case .failed(let error) where error.kind == .unavailable || error.kind == .unexpected:
      let isFirst = await !(begun?.hasGiven ?? false)
      return isFirst ? error.summary : nil
    case .failed, .payloadTooLarge, .skipTokenRefused: return nil
    }
  }
}

/// A place in a listing, with the form that it is one of.
struct FormCursor {
  var form: FetchForm
  var rest: String

  init(form: FetchForm, rest: String) {
    self.form = form
    self.rest = rest
  }

  init?(_ cursor: String) {
    let parts = cursor.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let form = FetchForm(rawValue: String(parts[0])) else { return nil }
    self.init(form: form, rest: String(parts[1]))
  }

  var text: String { "\(form.rawValue) \(rest)" }
}

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

  /// Resources of a packed page: answers of some megabytes, two of which are in memory.
  static let resourcesPerPage = 500

  private let pages: PagedListing
  private var recommendations: Recommendations?
  /// Asks for them anew.
  private let fetchRecommendations: () async throws(ResourceGraphError) -> Recommendations?
  private let layout: PackedLayout?
  /// Of the first packed page, resources that were given before the listing was interrupted.
  private var skipped = 0
  private var current: (page: PagedListing.Page, rows: PackedRows, isBegun: Bool)?
  private var following: Task<Result<PagedListing.Page?, ResourceGraphError>, Never>?
  private(set) var hasGiven = false

  init(wholeRows query: String, _ graph: ResourceGraphClient, _ scopes: [SourceScope], after cursor: String?) {
    pages = PagedListing(graph: graph, queries: [query], scopes: scopes, after: cursor)
    (recommendations, layout) = (nil, nil)
    fetchRecommendations = { () async throws(ResourceGraphError) in nil }
  }

  /// - Parameters:
  ///   - form: Other than whole.
  ///   - query: Gives whole rows, in no order.
  init(
    _ form: FetchForm, _ projection: FindingProjection, _ recommendations: Recommendations, of query: String,
    _ graph: ResourceGraphClient, _ scopes: [SourceScope], after cursor: String?
  ) {
    let isPacked = form == .packed
    let common = "\(query)\(recommendations.isCommon.map { " | where \($0)" } ?? "")"
    var queries = [isPacked ? projection.packed(common) : projection.projected(common)]
    if let isOdd = recommendations.isOdd { queries.append("\(query) | where \(isOdd)\(Queries.order)") }
    var place = cursor
    if isPacked, let cursor, let end = cursor.firstIndex(of: " ") {
      skipped = Int(cursor[..<end]) ?? 0
      place = String(cursor[cursor.index(after: end)...])
    }
    pages = PagedListing(
      graph: graph, queries: queries, scopes: scopes,
      top: isPacked ? Self.resourcesPerPage : ResourceGraphClient.maximumPageRows, after: place)
    self.recommendations = recommendations
    fetchRecommendations = { () async throws(ResourceGraphError) in
      try await Recommendations.fetch(query, graph, scopes)
    }
    layout = isPacked ? projection.layout : nil
  }

  deinit { following?.cancel() }

  func next() async throws(ResourceGraphError) -> Page? {
    guard let layout else {
      guard let page = try await pages.next() else { return nil }
      hasGiven = true
      return try await plain(page, page.cursor)
    }
    while true {
      if let page = try await unpacked() { return page }
      guard let page = try await fetched() else { return nil }
      hasGiven = true
      // The next one comes while this one is taken apart.
      let pages = pages
      following = Task {
        do throws(ResourceGraphError) {
          return .success(try await pages.next())
        } catch {
          return .failure(error)
        }
      }
      if page.query == 0 {
        current = (page, PackedRows(page.rows, layout, given: skipped), false)
        skipped = 0
      } else {
        return try await plain(page, "0 \(page.cursor)")
      }
    }
  }

  private func fetched() async throws(ResourceGraphError) -> PagedListing.Page? {
    guard let following else { return try await pages.next() }
    self.following = nil
    return try await following.value.get()
  }

  private func plain(_ page: PagedListing.Page, _ cursor: String) async throws(ResourceGraphError) -> Page {
    var made = Page(document: page.rows.document, places: page.rows.places, cursor: cursor)
    made.startsOver = page.startsOver
    made.isShifted = page.isShifted
    made.total = recommendations?.rows ?? page.rows.totalRecords
    return page.query == 0 ? try await withCommonParts(made) : made
  }

  /// The next records of the packed page under way; nil if there are no more.
  private func unpacked() async throws(ResourceGraphError) -> Page? {
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
      cursor: current.rows.isAtEnd ? "0 \(page.cursor)" : "\(current.rows.given) \(page.ownCursor)")
    made.startsOver = page.startsOver && isFirst
    made.isShifted = page.isShifted
    made.total = recommendations?.rows
    return try await withCommonParts(made)
  }

  private func withCommonParts(_ page: Page) async throws(ResourceGraphError) -> Page {
    if let page = joined(page) { return page }
    // A recommendation that came after they were asked for.
    recommendations = try await fetchRecommendations()
    if let page = joined(page) { return page }
    throw .queryRefused(
      ConnectorError(
        .unexpected, "A recommendation's texts are not given.", remedy: "Run again; report it if it stays so."))
  }

  /// - Returns: nil where a row's recommendation is not known.
  private func joined(_ page: Page) -> Page? {
    guard var recommendations else { return layout == nil ? page : nil }
    defer { self.recommendations = recommendations }
    var joined = page
    joined.common = recommendations.parts
    joined.commonOfRecords = page.document.withRoot { root in
      page.places.map { place in
        // What has no name is rejected for it.
        guard let name = root.at(place)["name"], name.kind == .string else { return -1 }
        return recommendations.number(of: name) ?? -2
      }
    }
    return joined.commonOfRecords.contains(-2) ? nil : joined
  }
}
