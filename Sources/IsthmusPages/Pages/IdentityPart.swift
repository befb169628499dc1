import IsthmusCore

/// What a person wants of a host's identity, as it was typed.
struct IdentityForm: Sendable {
  enum Act: Sendable { case merge, split, undo }

  var act: Act
  var problem: String
}

/// Of a host: what people decided of its identity, and the forms for more.
struct IdentityPart: Sendable {
  struct Step: Sendable {
    let number: String
    let kind: String
    let reason: String
    let at: String
    let isInForce: Bool
  }

  let steps: [Step]
  /// Sources that could leave it: at least two, or none.
  let parts: [ListPage.Choice]
  let canSplit: Bool
  let other: String
  let reason: String
  let mergeProblem: String
  let splitProblem: String
  let undoProblem: String

  /// - Parameter identification: Of the host's explanation.
  init(_ identification: JSONValue?, _ form: IdentityForm?, _ request: PageRequest) {
    steps = (identification?["decisions"]?.array ?? []).reversed().map { step in
      Step(
        number: Shown.text(step["step"]),
        kind: step["kind"]?.string == "together" ? "Same machine" : "Different machines",
        reason: step["reason"]?.string ?? "", at: Shown.time(step["at"]?.string),
        isInForce: step["inForce"] == .bool(true))
    }
    let names = (identification?["sources"]?.array ?? []).compactMap { $0["source"]?.string }
    let chosen = request.fields("source")
    canSplit = names.count > 1
    parts = names.map { .init(name: $0, isChosen: chosen.contains($0)) }
    other = request.value("with") ?? request.field("with")
    reason = request.field("reason")
    func problem(_ act: IdentityForm.Act) -> String { form?.act == act ? form?.problem ?? "" : "" }
    (mergeProblem, splitProblem, undoProblem) = (problem(.merge), problem(.split), problem(.undo))
  }
}

/// Two hosts side by side, to say whether they are one machine.
struct ComparePage: Sendable {
  struct Row: Sendable {
    let name: String
    let one: String
    let other: String
    let differs: Bool
  }

  let one: Link
  let other: Link
  let oneID: String
  let otherID: String
  let rows: [Row]
  let reason: String
  let back: String
  let problem: String

  private static let leftOut: Set<String> = [
    "id", "sourceRecords", "identificationLog", "scoreHistory", "valueOrigins",
  ]

  init(_ one: JSONValue, _ other: JSONValue, reason: String, back: String, problem: String) {
    func link(_ record: JSONValue) -> Link {
      let id = record["id"]?.string ?? ""
      return Link(title: record["assetName"]?.string ?? id, path: "/assets/\(id)")
    }
    (self.one, self.other) = (link(one), link(other))
    (oneID, otherID) = (one["id"]?.string ?? "", other["id"]?.string ?? "")
    func names(_ record: JSONValue) -> [String] {
      guard case .object(let members) = record else { return [] }
      return members.map(\.name).filter { !Self.leftOut.contains($0) }
    }
    let known = names(one)
    let all = known + names(other).filter { !known.contains($0) }
    let attributes = all.map { name in
      let (left, right) = (Shown.member(name, of: one), Shown.member(name, of: other))
      return Row(name: ListColumns.title(name), one: left, other: right, differs: left != right)
    }
    let sources = Row(
      name: "Connectors", one: Self.sources(one), other: Self.sources(other), differs: false)
    rows = [sources] + attributes.filter { !$0.one.isEmpty || !$0.other.isEmpty }
    self.reason = reason
    self.back = back
    self.problem = problem
  }

  private static func sources(_ record: JSONValue) -> String {
    (record["sourceRecords"]?.array ?? []).map { source in
      (source["connector"]?.string ?? "") + (source["present"] == .bool(true) ? "" : " (gone)")
    }.joined(separator: ", ")
  }
}

/// Cases of identification that no rule decides.
struct AmbiguousPage: Sendable {
  struct Candidate: Sendable {
    let id: String
    let name: String
    let path: String
    let comparison: String
  }

  struct Case: Sendable {
    /// Of the row that matched several hosts.
    let id: String
    let name: String
    let path: String
    let rule: String
    let value: String
    let since: String
    let candidates: [Candidate]
    let number: Int
  }

  let cases: [Case]
  let isEmpty: Bool
  let canChange: Bool

  init(_ ambiguities: [JSONValue], canChange: Bool) {
    cases = ambiguities.enumerated().map { number, ambiguity in
      let id = ambiguity["asset"]?.string ?? ""
      let names = ambiguity["candidateNames"]?.array ?? []
      let candidates = (ambiguity["candidates"]?.array ?? []).compactMap(\.string).enumerated().map { index, other in
        let name = names.indices.contains(index) ? names[index].string ?? other : other
        let comparison = ViewAddress("/assets/\(id)/merge", [("with", other), ("back", "/ambiguous")]).text
        return Candidate(id: other, name: name, path: "/assets/\(other)", comparison: comparison)
      }
      return Case(
        id: id, name: ambiguity["assetName"]?.string ?? id, path: "/assets/\(id)",
        rule: ambiguity["rule"]?.string ?? "", value: ambiguity["value"]?.string ?? "",
        since: Shown.time(ambiguity["since"]?.string), candidates: candidates.filter { $0.id != id },
        number: number + 1)
    }
    isEmpty = cases.isEmpty
    self.canChange = canChange
  }
}
