import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest

/// The map editor: a sample record, the rows, and what each makes of the sample.
struct MapEditorPage: Sendable {
  struct Row: Sendable {
    let index: Int
    let number: Int
    let source: String
    let target: String
    let values: String
    let defaultValue: String
    let types: [FormOption]
    let levels: [FormOption]
    let isRequired: Bool
    let isIdentifier: Bool
    /// Whether more than source, type and target is said.
    let isOpen: Bool
    let problem: String
    let result: Result?
    /// Why there is none, where the row is of other records than the sample.
    let otherwise: String
  }

  struct Result: Sendable {
    let sourceValue: String
    let value: String
    let note: String
    let tone: String
  }

  struct Name: Sendable {
    let name: String
    let detail: String
  }

  let name: String
  let path: String
  let version: String
  let tag: String
  /// Names of both models, to choose from.
  let sources: [Name]
  let targets: [Name]
  let rows: [Row]
  let rowCount: Int
  let sample: String
  let streams: [FormOption]
  let sampleProblem: String
  /// What is wrong with the map as a whole.
  let problems: [String]
  let isTried: Bool
  let rejection: String
  let isFine: Bool
  let failedExamples: [String]
}

/// What was typed into the editor, and what comes of it.
struct MapEditor {
  let kinds: KindCatalog
  let document: JSONValue
  var sample = ""
  var stream = SourceStream.hosts
  var sampleProblem = ""
  /// By row; without a row, of the whole.
  private(set) var problems: [(row: Int?, text: String)] = []
  private var trial: MapTrial?
  private var written: WrittenMap?

  init(_ document: JSONValue, _ kinds: KindCatalog) {
    self.document = document
    self.kinds = kinds
    do throws(ConfigurationError) {
      let map = try WrittenMap(document)
      written = map
      try map.check(kinds)
      trial = try? MapTrial(map.map, kinds)  // It was checked: there is a kind, and its rows can be used.
    } catch {
      problems = ([error] + error.further).map { (Self.row(of: $0.path), Self.text(of: $0)) }
    }
  }

  var kind: KindDescriptor? { kinds.kind(ofModel: Shown.text(document["sourceModel"])) }

  mutating func refuse(_ problem: String) { problems.append((nil, problem)) }

  /// `rows[3].source` → 3.
  private static func row(of path: String) -> Int? {
    guard path.hasPrefix("rows[") else { return nil }
    return Int(path.dropFirst("rows[".count).prefix { $0 != "]" })
  }

  /// With the part of the row in front.
  private static func text(of error: ConfigurationError) -> String {
    guard row(of: error.path) != nil, let dot = error.path.firstIndex(of: ".") else { return error.problem }
    return "\(error.path[error.path.index(after: dot)...]): \(error.problem)"
  }
}

extension MapEditor {
  /// What the map makes of the sample; nil without a usable map or sample.
  private func preview(_ problem: inout String) -> MapPreview? {
    guard let trial, !sample.trimmed.isEmpty else { return nil }
    do {
      var record = try JSONValue(parsing: sample)
      if let first = record.array?.first { record = first }
      guard case .object = record else {
        problem = "The sample is no record: paste one JSON object, {…}."
        return nil
      }
      return try trial.preview(record, as: stream)
    } catch let error as JSONError {
      problem = "The sample can't be read: \(error.description)."
      return nil
    } catch {
      problem = "The sample can't be tried: \(error)."
      return nil
    }
  }

  private var failedExamples: [String] {
    guard let trial, let written else { return [] }
    return written.examples.compactMap { example in
      do {
        let differences = try example.differences(by: try trial.mapper(try trial.stream(of: example)))
        return differences.first.map { "\(example.name): \($0)" }
      } catch {
        return "\(example.name): \(error)"
      }
    }
  }

  func page(name: String, path: String, version: String, tag: String, emptyRows: Int) -> MapEditorPage {
    var sampleProblem = sampleProblem
    let preview = preview(&sampleProblem)
    let results = Dictionary(preview?.rows.map { ($0.target, $0) } ?? [], uniquingKeysWith: { first, _ in first })
    let rejection = preview.flatMap { MapTrial.rejection($0, in: stream) } ?? ""
    let typed = MapForm.rows(of: document)
    let blank = MapForm.Row(
      source: "", type: AttributeType.string.name, target: "", values: "", defaultValue: "", level: "",
      isRequired: false, isIdentifier: false)
    let rows = (typed + Array(repeating: blank, count: emptyRows)).enumerated().map { index, row in
      Self.shown(
        row, index, problems.filter { $0.row == index }.map(\.text), results[row.target],
        other: preview != nil && results[row.target] == nil && index < typed.count ? stream : nil)
    }
    let names = kind?.sourceModel.attributes ?? []
    return MapEditorPage(
      name: name, path: path, version: version, tag: tag,
      sources: names.map { .init(name: $0.name, detail: $0.description) },
      targets: DataModel.inventory.attributes.map { .init(name: $0.name, detail: $0.description) }, rows: rows,
      rowCount: rows.count, sample: sample,
      streams: SourceStream.allCases.map {
        .init(value: $0.rawValue, title: $0 == .hosts ? "a host" : "a finding", isChosen: $0 == stream)
      },
      sampleProblem: sampleProblem, problems: problems.filter { $0.row == nil }.map(\.text), isTried: preview != nil,
      rejection: rejection, isFine: preview != nil && rejection.isEmpty, failedExamples: failedExamples)
  }

  /// - Parameter other: What the sample is, where the row is not of such records.
  private static func shown(
    _ row: MapForm.Row, _ index: Int, _ problems: [String], _ result: MapPreview.Row?, other: SourceStream?
  ) -> MapEditorPage.Row {
    var types = MapForm.types.map(\.name)
    if !types.contains(row.type) { types.append(row.type) }
    let levels = [("", "as its attribute")] + AttributeLevel.allCases.map { ($0.rawValue, $0.rawValue) }
    return MapEditorPage.Row(
      index: index, number: index + 1, source: row.source, target: row.target, values: row.values,
      defaultValue: row.defaultValue,
      types: types.map { .init(value: $0, title: $0, isChosen: $0 == row.type) },
      levels: levels.map { .init(value: $0.0, title: $0.1, isChosen: $0.0 == row.level) },
      isRequired: row.isRequired, isIdentifier: row.isIdentifier,
      isOpen: !row.values.isEmpty || !row.defaultValue.isEmpty || !row.level.isEmpty,
      problem: problems.joined(separator: "\n"), result: result.map { MapEditorPage.Result($0) },
      otherwise: other.map { $0 == .hosts ? "not of hosts" : "not of findings" } ?? "")
  }
}

extension MapEditorPage.Result {
  private static let longest = 200

  init(_ row: MapPreview.Row) {
    func short(_ text: String) -> String {
      text.count > Self.longest ? "\(text.prefix(Self.longest))…" : text
    }
    sourceValue = short(row.sourceValue.map { $0.string ?? $0.text() } ?? "")
    value = short(Shown.text(row.outcome.value?.json))
    switch row.outcome {
    case .value: (note, tone) = ("", "")
    case .empty: (note, tone) = ("no value", "state")
    case .dropped, .rejecting: (note, tone) = (row.outcome.text, "fail")
    }
  }
}
