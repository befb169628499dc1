import IsthmusConnect
import IsthmusCore

/// Follows `$skipToken` through one query after the other, each over groups of subscriptions.
actor PagedListing {
  struct Step: Sendable {
    /// Which of the queries.
    var number: Int
    var query: String
    var scope: ResourceGraphScope
  }

  struct Page: Sendable {
    var rows: ResourceGraphPage
    /// Which of the queries gave it.
    var query: Int
    /// Begins with this page, and continues after it.
    var ownCursor: String
    var cursor: String
    var startsOver: Bool
    /// The source's total is not what it was on the query's first page.
    var isShifted: Bool
  }

  /// Where the listing stands; as JSON it is the run's checkpoint.
  private struct Position {
    var step = 0
    var skipToken: String?
    /// Rows to ask for; halved when a page is over the source's limit of 16 MiB.
    var top = ResourceGraphClient.maximumPageRows
    /// `totalRecords` of the query's first page.
    var total: Int?
  }

  /// Subscriptions that one query names; Resource Graph takes up to 10,000, its tools send at most 1,000.
  static let subscriptionsPerQuery = 500
  /// Answers of some megabytes that may be on their way while one is worked on, where queries are many.
  static let usualAhead = 3
  private static let maximumRestarts = 3

  private typealias Answer = Result<ResourceGraphPage, ResourceGraphError>

  private let graph: ResourceGraphClient
  private let steps: [Step]
  private let mostAhead: Int
  /// First pages that are asked for while one is waited for or worked on.
  private var ahead: Int
  private var position: Position
  private var restarts = 0
  /// First pages of steps, asked for before they are wanted.
  private var asked: [Int: (top: Int, answer: Task<Answer, Never>)] = [:]

  /// - Parameter mostAhead: First pages of up to so many steps are asked for while one is waited for or worked on: as many as
  ///   the quota grants while the source makes one. They are in memory at once.
  init(
    graph: ResourceGraphClient, queries: [String], scopes: [SourceScope], mostAhead: Int = 0, after cursor: String?
  ) {
    self.graph = graph
    self.mostAhead = mostAhead
    ahead = min(1, mostAhead)
    steps = Self.steps(queries: queries, scopes: scopes)
    position = cursor.flatMap(Self.decode) ?? Position()
  }

  deinit { for first in asked.values { first.answer.cancel() } }

  static func steps(queries: [String], scopes: [SourceScope]) -> [Step] {
    let groups = scopes.map(\.id).sorted().batches(of: subscriptionsPerQuery)
    return queries.enumerated().flatMap { number, query in
      groups.map { Step(number: number, query: query, scope: .subscriptions($0)) }
    }
  }

  func next() async throws(ResourceGraphError) -> Page? {
    var startsOver = false
    while position.step < steps.count {
      let step = steps[position.step]
      do throws(ResourceGraphError) {
        let page = try await page()
        if page.isCutOff {
          throw .queryRefused(
            ConnectorError(
              .unexpected, "Resource Graph cut a listing off after \(page.places.count) rows.",
              remedy: "Report this with the connector's version."))
        }
        if let token = page.skipToken, token == position.skipToken {
          throw .queryRefused(
            ConnectorError(
              .unexpected, "Resource Graph gave the same page's token twice.",
              remedy: "Run again; report it if it stays so."))
        }
        let ownCursor = encode()
        let isShifted = position.total.map { $0 != page.totalRecords } ?? false
        advance(after: page)
        return Page(
          rows: page, query: step.number, ownCursor: ownCursor, cursor: encode(), startsOver: startsOver,
          isShifted: isShifted)
      } catch {
        startsOver = try recover(from: error) || startsOver
      }
    }
    return nil
  }

  /// The page at the position.
  private func page() async throws(ResourceGraphError) -> ResourceGraphPage {
    let step = steps[position.step]
    guard ahead > 0, position.skipToken == nil else {
      return try await graph.page(of: step.query, scope: step.scope, top: position.top, skipToken: position.skipToken)
    }
    let task = firstPages()
    let page = try await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }.get()
    let pace = ResourceGraphQuota.standard.window / ResourceGraphQuota.standard.requests
    ahead = min(mostAhead, max(1, Int((page.took / pace).rounded(.up))))
    return page
  }

  /// Asks for the first page at the position and for those after it, where that was not done.
  ///
  /// - Returns: The first of them, which is asked for no more.
  private func firstPages() -> Task<Answer, Never> {
    func ask(_ number: Int) -> Task<Answer, Never> {
      // Where answers turned out too large, what was asked for before may be so too.
      if let known = asked[number], known.top <= position.top { return known.answer }
      asked[number]?.answer.cancel()
      let (step, top) = (steps[number], position.top)
      let answer = Task { [graph] in
        do throws(ResourceGraphError) {
          return Answer.success(try await graph.page(of: step.query, scope: step.scope, top: top))
        } catch {
          return Answer.failure(error)
        }
      }
      asked[number] = (top, answer)
      return answer
    }
    let first = ask(position.step)
    asked[position.step] = nil
    for number in steps.indices.dropFirst(position.step + 1).prefix(ahead) { _ = ask(number) }
    return first
  }

  private func advance(after page: ResourceGraphPage) {
    if let token = page.skipToken {
      position.skipToken = token
      position.total = position.total ?? page.totalRecords
    } else {
      position.step += 1
      position.skipToken = nil
      position.total = nil
    }
  }

  /// Returns whether the listing begins anew.
  private func recover(from error: ResourceGraphError) throws(ResourceGraphError) -> Bool {
    switch error {
    case .payloadTooLarge where position.top > 1:
      position.top /= 2
      return false
    case .payloadTooLarge:
      throw .queryRefused(
        ConnectorError(
          .unexpected, "A single row of Resource Graph is over its own limit for an answer.",
          remedy: "Report this with the connector's version."))
    case .skipTokenRefused:
      restarts += 1
      guard restarts <= Self.maximumRestarts else {
        throw .queryRefused(
          ConnectorError(
            .unavailable, "Resource Graph lost its place in the listing \(restarts) times.",
            remedy: "Run again later."))
      }
      position = Position()
      for first in asked.values { first.answer.cancel() }
      asked = [:]
      return true
    case .failed, .queryRefused, .outdated: throw error
    }
  }

  private func encode() -> String {
    JSONValue.object([
      "step": .integer(Int64(position.step)), "skipToken": position.skipToken.map(JSONValue.string) ?? .null,
      "top": .integer(Int64(position.top)), "total": position.total.map { .integer(Int64($0)) } ?? .null,
    ]).text()
  }

  private static func decode(_ cursor: String) -> Position? {
    // A cursor of another version of this program is no cursor: the listing begins anew, which is harmless.
    guard let value = try? JSONValue(parsing: cursor), let step = value["step"]?.integer,
      let top = value["top"]?.integer, step >= 0, (1...Int64(ResourceGraphClient.maximumPageRows)).contains(top)
    else { return nil }
    return Position(
      step: Int(step), skipToken: value["skipToken"]?.string, top: Int(top),
      total: value["total"]?.integer.map { Int($0) })
  }
}
