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
