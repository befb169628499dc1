package import IsthmusCore

/// A connection to one tenant. Reads only.
package protocol SourceConnection: Sendable {
  /// The connection check, step by step; stops after the first step that fails.
  func check() async -> ConnectionCheck

  /// The scopes that the principal can read now, of those that are configured, and those it can't.
  ///
  /// Called first in each run: a scope that is not listed here is never reconciled.
  /// - Throws: ``ConnectorError``; `unauthorised` if none is readable.
  func scopes() async throws(ConnectorError) -> ReadableScopes

  /// How many records each scope holds, by the source's own count. Asked for after the listing.
  func totals(of stream: SourceStream, in scopes: [SourceScope]) async throws(ConnectorError) -> [SourceScope: Int]

  /// Which of these records the source still holds, asked for by id. The proof before anything is closed for
  /// absence: a row that moves while its listing is under way can be missed though the count is right.
  ///
  /// - Parameter ids: The records' own ids, in lower case; the answer is a part of them.
  func existing(_ stream: SourceStream, ids: [String], in scopes: [SourceScope]) async throws(ConnectorError) -> Set<
    String
  >

  /// Lists the records of `scopes`, ordered by their ids, after `cursor` if there is one.
  func list(_ stream: SourceStream, in scopes: [SourceScope], after cursor: String?) -> any SourceListing

  /// The same source, whose listings and totals leave out what has not changed since then, as far as it dates its
  /// changes; nil if it can't tell.
  func changed(since: Timestamp) -> (any SourceConnection)?

  /// The same source, whose listings bring of each record what `needs` names, as far as it can be asked for that, in
  /// `form` or a less dense one. At the places that are named stands what whole records have there; each page says in
  /// which form it came.
  func narrowed(to needs: RecordNeeds, as form: FetchForm) -> any SourceConnection
}

extension SourceConnection {
  package func changed(since: Timestamp) -> (any SourceConnection)? { nil }
  package func narrowed(to needs: RecordNeeds, as form: FetchForm) -> any SourceConnection { self }
}

/// How densely a source is asked for records.
package enum FetchForm: String, Sendable, CaseIterable {
  /// Records as they are.
  case whole
  /// No more of each than is read, and once for all what they have in common.
  case projected
  /// As that, those of one resource in a row.
  case packed

  /// The next one to try where a source does not give this one; nil for whole records.
  package var lessDense: FetchForm? {
    switch self {
    case .whole: nil
    case .projected: .whole
    case .packed: .projected
    }
  }
}

package enum SourceStream: String, Sendable, CaseIterable { case hosts, findings }

/// The unit of coverage: for Azure a subscription.
package struct SourceScope: Sendable, Hashable {
  /// In lower case.
  package var id: String
  /// For people.
  package var name: String

  package init(id: String, name: String) {
    self.id = id.lowercased()
    self.name = name
  }

  package static func == (a: SourceScope, b: SourceScope) -> Bool { a.id == b.id }
  package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

package struct ReadableScopes: Sendable {
  package var readable: [SourceScope]
  /// Configured, but not readable now; reported and left as they are.
  package var unreadable: [String]
  /// The scopes that the configuration names, in lower case; nil if it takes all that can be read.
  package var configured: Set<String>?

  package init(readable: [SourceScope], unreadable: [String], configured: Set<String>? = nil) {
    self.readable = readable
    self.unreadable = unreadable
    self.configured = configured
  }
}

/// One listing under way. Used by one run, page by page.
package protocol SourceListing: Sendable {
  /// The next page; nil after the last one.
  ///
  /// - Throws: ``ConnectorError``, after all retries. What was given before stays valid.
  func next() async throws(ConnectorError) -> SourcePage?
}

/// Some records of a stream.
package struct SourcePage: Sendable {
  private let document: JSONDocument
  private let places: [Int]
  /// Continues the listing after this page, also in another process.
  package let cursor: String
  /// Whether the listing began anew with this page, since the source lost its place.
  package let startsOver: Bool
  /// Whether the source's total changed since the listing began.
  package let isShifted: Bool
  /// How many records the query under way has in all, as far as the source says; for progress only.
  package let total: Int?
  /// What a person should know of the page.
  package let warnings: [String]

  /// How the records were asked for.
  package let form: FetchForm
  /// What records have in common, and by record which of them it has; none for records that bring all themselves.
  package let common: CommonParts?
  private let commonOfRecords: [Int32]

  /// - Parameters:
  ///   - places: Where in `document` the records stand.
  ///   - commonOfRecords: For each record which of `common` is its; -1 for none.
  package init(
    document: JSONDocument, places: [Int], cursor: String, startsOver: Bool = false, isShifted: Bool = false,
    total: Int? = nil, warnings: [String] = [], form: FetchForm = .whole, common: CommonParts? = nil,
    commonOfRecords: [Int32] = []
  ) {
    self.document = document
    self.places = places
    self.cursor = cursor
    self.startsOver = startsOver
    self.isShifted = isShifted
    self.total = total
    self.warnings = warnings
    self.form = form
    self.common = common
    self.commonOfRecords = commonOfRecords
  }

  package var count: Int { places.count }

  package func forEachRecord(_ body: (JSONSlice) throws -> Void) rethrows {
    try document.withRoot { root in
      for place in places { try body(root.at(place)) }
    }
  }

  /// Makes one record after the other `reader`'s current one.
  ///
  /// - Parameter numbers: Of the records, from 0; nil: all.
  package func read(
    _ numbers: [Int]? = nil, by reader: RecordReader, _ body: (_ record: JSONSlice, _ number: Int) throws -> Void
  ) rethrows {
    try document.withRoot { root in
      for number in numbers ?? Array(places.indices) {
        let record = root.at(places[number])
        let part = commonOfRecords.isEmpty ? -1 : commonOfRecords[number]
        reader.read(record, common: part < 0 ? nil : Int(part), of: common)
        try body(record, number)
      }
    }
  }
}

/// What the connection check found.
package struct ConnectionCheck: Sendable {
  package struct Step: Sendable {
    package enum Result: String, Sendable, CaseIterable { case passed, warning, failed, skipped }
    package var title: String
    package var result: Result
    package var detail: String
    /// What to do where it did not pass.
    package var remedy: String

    package init(_ title: String, _ result: Result, _ detail: String, remedy: String = "") {
      self.title = title
      self.result = result
      self.detail = detail
      self.remedy = remedy
    }
  }

  package var steps: [Step]
  /// What a run would bring, if all steps passed.
  package var hosts: Int?
  package var findings: Int?
  package var requests: Int?
  package var seconds: Int?

  package init(steps: [Step]) { self.steps = steps }

  package var isPassed: Bool { !steps.contains { $0.result == .failed } }
}
