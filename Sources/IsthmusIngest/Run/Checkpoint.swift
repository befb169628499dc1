import IsthmusConnect
import IsthmusCore

/// Where a run stands, saved with each page. With what it has seen (``SeenBits``) it is all that another
/// process needs to go on.
struct Checkpoint: Sendable {
  enum Stage: String, Sendable {
    case hosts, findings, reconcile, done

    init(_ stream: SourceStream) { self = stream == .hosts ? .hosts : .findings }
  }

  /// How a scope's listing ended.
  enum Coverage: String, Sendable {
    /// All rows came, by the source's own count.
    case whole
    /// Rows are missing, or came twice.
    case short
    /// Rows came whose ids can't be read.
    case blind
    /// No row came where rows were known.
    case empty
    /// The principal can't read it now, or it does not exist any more.
    case unreadable
    /// The configuration does not name it any more.
    case deselected
  }

  var stage: Stage = .hosts
  /// How densely the listing under way asks for records, and how they came.
  var form = FetchForm.whole
  var given: [SourceStream: FetchForm] = [:]
  /// The scopes that the listing under way asks for.
  var listed: [String] = []
  var cursor: String?
  /// 1, or 2 when the scopes whose rows did not add up are listed again.
  var attempt = 1
  /// Rows that came, by scope.
  var received: [String: Int] = [:]
  /// Scopes with rows whose ids can't be read.
  var blind: Set<String> = []
  /// How many records the query under way has in all, where the source says: for progress, and to see in a dense listing
  /// whether the source changed meanwhile.
  var expected: Int?
  /// The source's total changed while it was listed: rows may have been skipped.
  var isShifted = false
  /// Rows that made no record, by stream and scope ("" where it is not known), so that a scope that is listed
  /// once more counts them once.
  var tally: [SourceStream: [String: Tally]] = [:]
  /// The scopes that the principal could read when the run began.
  var readable: [String] = []
  var coverage: [SourceStream: [String: Coverage]] = [:]
  /// Findings were removed or got other texts: there may be some that no finding has any more.
  var hasLeftDetails = false
  /// What the profile took, for a held run that is approved later.
  var selection = FindingSelection(statuses: [], excludedCategories: [])
  /// What a run that brings changes counts from; nil for one that lists everything.
  var delta: DeltaBasis?
  /// What the connector's other active profiles took, for the same.
  var otherSelections: [FindingSelection] = []

  func isWhole(_ stream: SourceStream, _ scope: String) -> Bool { coverage[stream]?[scope] == .whole }

  /// Ready for the first page of `stream` over `scopes`.
  mutating func begin(_ stream: SourceStream, scopes: [String], attempt: Int) {
    stage = Stage(stream)
    listed = scopes
    cursor = nil
    isShifted = false
    expected = nil
    self.attempt = attempt
    for scope in scopes { received[scope] = 0 }
    if attempt == 1 {
      received = Dictionary(scopes.map { ($0, 0) }, uniquingKeysWith: { $1 })
      blind = []
    }
  }
}

/// Rows of one scope that made no record.
struct Tally: Sendable, Hashable {
  var rejected = 0
  var leftOut = RunCounters.LeftOut()
}

// MARK: - JSON

extension Checkpoint {
  var json: JSONValue {
    .object([
      "stage": .string(stage.rawValue), "listed": .array(listed.map(JSONValue.string)),
      "cursor": cursor.map(JSONValue.string) ?? .null, "attempt": .integer(Int64(attempt)),
      "received": .object(received.sorted { $0.key < $1.key }.map { .init($0.key, .integer(Int64($0.value))) }),
      "blind": .array(blind.sorted().map(JSONValue.string)), "isShifted": .bool(isShifted),
      "form": .string(form.rawValue), "given": givenJSON,
      "expected": expected.map { .integer(Int64($0)) } ?? .null,
      "hasLeftDetails": .bool(hasLeftDetails),
      "readable": .array(readable.map(JSONValue.string)), "tally": tallyJSON,
      "delta": delta?.json ?? .null, "selection": selection.json,
      "otherSelections": .array(otherSelections.map(\.json)),
      "coverage": .object(
        SourceStream.allCases.compactMap { stream in
          coverage[stream].map { scopes in
            .init(
              stream.rawValue,
              .object(scopes.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value.rawValue)) }))
          }
        }),
    ])
  }

  init(_ json: JSONValue) {
    self.init()
    stage = json["stage"]?.string.flatMap(Stage.init(rawValue:)) ?? .hosts
    listed = json["listed"]?.array?.compactMap(\.string) ?? []
    cursor = json["cursor"]?.string
    attempt = Int(json["attempt"]?.integer ?? 1)
    if case .object(let members)? = json["received"] {
      for member in members { received[member.name] = Int(member.value.integer ?? 0) }
    }
    blind = Set(json["blind"]?.array?.compactMap(\.string) ?? [])
    isShifted = json["isShifted"] == .bool(true)
    expected = json["expected"]?.integer.map(Int.init)
    form = json["form"]?.string.flatMap(FetchForm.init(rawValue:)) ?? .whole
    for stream in SourceStream.allCases {
      given[stream] = json["given"]?[stream.rawValue]?.string.flatMap(FetchForm.init(rawValue:))
    }
    hasLeftDetails = json["hasLeftDetails"] == .bool(true)
    readable = json["readable"]?.array?.compactMap(\.string) ?? []
    readTally(json["tally"])
    delta = DeltaBasis(json["delta"])
    selection = FindingSelection(json["selection"] ?? .null)
    otherSelections = json["otherSelections"]?.array?.map(FindingSelection.init) ?? []
    for stream in SourceStream.allCases {
      guard case .object(let members)? = json["coverage"]?[stream.rawValue] else { continue }
      let pairs = members.compactMap { member in
        member.value.string.flatMap(Coverage.init(rawValue:)).map { (member.name, $0) }
      }
      coverage[stream] = Dictionary(pairs, uniquingKeysWith: { $1 })
    }
  }

  private var givenJSON: JSONValue {
    .object(
      SourceStream.allCases.compactMap { stream in
        given[stream].map { .init(stream.rawValue, .string($0.rawValue)) }
      })
  }

  private var tallyJSON: JSONValue {
    .object(
      tally.sorted { $0.key.rawValue < $1.key.rawValue }.map { stream, scopes in
        let members = scopes.sorted { $0.key < $1.key }.map { scope, tally in
          JSONValue.Member(
            scope, .object(["rejected": .integer(Int64(tally.rejected)), "leftOut": tally.leftOut.json]))
        }
        return JSONValue.Member(stream.rawValue, .object(members))
      })
  }

  private mutating func readTally(_ json: JSONValue?) {
    for stream in SourceStream.allCases {
      guard case .object(let members)? = json?[stream.rawValue] else { continue }
      for member in members {
        let leftOut = member.value["leftOut"].map(RunCounters.LeftOut.init) ?? .init()
        let rejected = Int(member.value["rejected"]?.integer ?? 0)
        tally[stream, default: [:]][member.name] = Tally(rejected: rejected, leftOut: leftOut)
      }
    }
  }
}

extension FindingSelection {
  var json: JSONValue {
    .object([
      "statuses": .array(statuses.sorted().map(JSONValue.string)),
      "excludedCategories": .array(excludedCategories.sorted().map(JSONValue.string)),
    ])
  }

  init(_ json: JSONValue) {
    self.init(
      statuses: Set(json["statuses"]?.array?.compactMap(\.string) ?? []),
      excludedCategories: Set(json["excludedCategories"]?.array?.compactMap(\.string) ?? []))
  }
}
