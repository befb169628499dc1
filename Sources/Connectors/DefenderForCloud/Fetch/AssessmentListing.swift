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
  /// Whether the next page is the listing's first one, though others came before, here or in another process.
  private var startsOver = false
  private var hasGiven: Bool
  private var renewals = 0

  /// What was known of recommendations may be outdated so often before less is asked for.
  private static let mostRenewals = 2

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
    hasGiven = cursor != nil
    guard let cursor else { return }
    // Of a listing that had to be left for a less dense form, the run goes on in that.
    if let place = FormCursor(cursor), projection != nil || place.form == .whole {
      self.form = place.form
      self.cursor = place.rest
    } else {
      startsOver = true
    }
  }

  func next() async throws(ConnectorError) -> SourcePage? {
    while true {
      do throws(ResourceGraphError) {
        guard let page = try await reading().next() else { return nil }
        defer { (startsOver, warnings, hasGiven) = (false, [], true) }
        return SourcePage(
          document: page.document, places: page.places, cursor: FormCursor(form: form, rest: page.cursor).text,
          startsOver: startsOver || page.startsOver, isShifted: page.isShifted, total: page.total, warnings: warnings,
          form: form, common: page.common, commonOfRecords: page.commonOfRecords)
      } catch {
        if case .outdated = error, renewals < Self.mostRenewals {
          renewals += 1
          begin(in: form)
        } else {
          guard let next = form.lessDense, let reason = error.isOfQuery else { throw error.asConnectorError }
          warnings.append("Resource Graph does not give assessments \(form): \(reason) They are asked for \(next).")
          begin(in: next)
        }
      }
    }
  }

  private func begin(in form: FetchForm) {
    self.form = form
    begun = nil
    cursor = nil
    startsOver = hasGiven
  }

  private func reading() async throws(ResourceGraphError) -> AssessmentReading {
    if let begun { return begun }
    let reading = try await made()
    begun = reading
    return reading
  }

  private func made() async throws(ResourceGraphError) -> AssessmentReading {
    guard form != .whole, let projection else {
      return AssessmentReading(wholeRows: rows, graph, scopes, after: cursor)
    }
    let query = Queries.unordered(rows)
    guard let known = try await Recommendations.fetch(query, graph, scopes) else {
      warnings.append("The texts of too many recommendations differ from row to row: assessments are asked for whole.")
      begin(in: .whole)
      return AssessmentReading(wholeRows: rows, graph, scopes, after: nil)
    }
    if form == .packed {
      if let parts = try await PackedParts.fetch(query, graph, scopes) {
        guard let reading = AssessmentReading(projection, known, parts, of: query, graph, scopes, after: cursor) else {
          // The parts are others than when the place was noted.
          startsOver = hasGiven
          cursor = nil
          return try await made()
        }
        return reading
      }
      warnings.append("Resources can't be told apart in parts of 1,000: assessments are asked for projected.")
      begin(in: .projected)
    }
    return AssessmentReading(projection, known, of: query, graph, scopes, after: cursor)
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

  private let pages: PagedListing
  private var recommendations: Recommendations?
  private let packing: Packing?
  /// Of the first packed answers, resources that were given before the listing was interrupted.
  private var skipped = 0
  private var current: (page: PagedListing.Page, rows: PackedRows, isBegun: Bool)?
  private var following: Task<Result<PagedListing.Page?, ResourceGraphError>, Never>?

  private struct Packing {
    var layout: PackedLayout
    /// Queries before this one give packed rows.
    var queries: Int
    /// Of the plan.
    var fingerprint: String

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
  /// - Returns: nil where the place is one among other parts.
  init?(
    _ projection: FindingProjection, _ recommendations: Recommendations, _ parts: PackedParts, of query: String,
    _ graph: ResourceGraphClient, _ scopes: [SourceScope], after cursor: String?
  ) {
    let packed = parts.conditions.map { projection.packed(recommendations.common("\(query) | where \($0)")) }
    let queries = packed + recommendations.odd(query)
    let packing = Packing(layout: projection.layout, queries: parts.conditions.count, fingerprint: parts.fingerprint)
    var place: String?
    if let cursor {
      let words = cursor.split(separator: " ", maxSplits: 2).map(String.init)
      guard words.count == 3, let given = Int(words[0]), words[1] == packing.fingerprint else { return nil }
      (skipped, place) = (given, words[2])
    }
    pages = PagedListing(graph: graph, queries: queries, scopes: scopes, after: place)
    self.recommendations = recommendations
    self.packing = packing
  }

  deinit { following?.cancel() }

  func next() async throws(ResourceGraphError) -> Page? {
    guard let packing else {
      guard let page = try await pages.next() else { return nil }
      return try plain(page, page.cursor)
    }
    while true {
      if let page = try unpacked(packing) { return page }
      guard let page = try await fetched() else { return nil }
      // The next one comes while this one is taken apart.
      let pages = pages
      following = Task {
        do throws(ResourceGraphError) {
          return .success(try await pages.next())
        } catch {
          return .failure(error)
        }
      }
      // An empty answer is given too: it says in which form nothing came.
      guard page.query < packing.queries, !page.rows.places.isEmpty else {
        return try plain(page, packing.cursor(0, page.cursor))
      }
      if page.startsOver { skipped = 0 }
      current = (page, PackedRows(page.rows, packing.layout, given: skipped), false)
      skipped = max(0, skipped - page.rows.places.count)
    }
  }

  private func fetched() async throws(ResourceGraphError) -> PagedListing.Page? {
    guard let following else { return try await pages.next() }
    self.following = nil
    let ended = await withTaskCancellationHandler {
      await following.value
    } onCancel: {
      following.cancel()
    }
    return try ended.get()
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
