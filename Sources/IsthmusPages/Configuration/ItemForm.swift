import IsthmusConfiguration
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

/// A form over one thing that is configured: how its document is shown, and made of what was typed.
struct ItemForm: Sendable {
  struct Group: Sendable {
    let legend: String
    var fields: [FormField]
    var scores: ScoreRows?

    init(_ legend: String, _ fields: [FormField]) {
      self.legend = legend
      self.fields = fields
    }

    init(_ scores: ScoreRows) {
      self.init([])
      self.scores = scores
    }

    var allFields: [FormField] { fields + (scores?.fields ?? []) }

    init(_ fields: [FormField]) { self.init("", fields) }

    /// With what is wrong beside each field.
    func marked(by problem: FormProblem?) -> Group {
      guard let problem else { return self }
      var group = self
      for index in fields.indices { group.fields[index].problem = problem.text(at: fields[index].pointer) }
      group.scores?.mark(by: problem)
      return group
    }
  }

  struct Link: Sendable {
    let path: String
    let title: String
  }

  let kind: ConfigurationItem.Kind
  /// `/configuration/tags`; of a single setting, the form's own path.
  let path: String
  /// Of what leads back.
  let listTitle: String
  /// Who may change it.
  let role: Role
  let intro: String
  /// What deleting it leads to.
  var deletion = ""
  let groups: @Sendable (_ document: JSONValue, _ isNew: Bool, _ snapshot: ConfigurationSnapshot) -> [Group]
  /// The groups with what only the inventory knows.
  var completed: @Sendable (_ groups: [Group], JSONValue, ConfigurationSnapshot, PageContext) async throws -> [Group] =
    {
      groups, _, _, _ in groups
    }
  /// - Parameter before: As it is stored; members that the form has no field for stay.
  let document: @Sendable (_ request: PageRequest, _ before: JSONValue) -> JSONValue
  /// What a change does or would do, in sentences.
  let effects: @Sendable (ConfigurationOutcome, JSONValue, PageContext) async throws -> [String]
  /// Where more about it is to be seen.
  var link: @Sendable (JSONValue) -> Link? = { _ in nil }
}

struct ItemFormPage: Sendable {
  let title: String
  let back: ItemForm.Link
  let intro: String
  let action: String
  let isNew: Bool
  /// Of the stored item, to notice that somebody else changed it.
  let tag: String
  let canChange: Bool
  let problem: String
  let effects: [String]
  let isPreview: Bool
  let link: ItemForm.Link?
  let groups: [ItemForm.Group]
  /// Empty where it can't be deleted.
  let deletion: String
}

extension ItemForm {
  private func key(_ name: String) -> ConfigurationItem.Key { .init(kind, kind.isSingle ? kind.rawValue : name) }

  /// The path of one item's form.
  func path(of name: String) -> String { kind.isSingle ? path : "\(path)/\(PercentText.encoded(name))" }

  /// The form of an item that is there.
  ///
  /// - Parameter builtIn: An item that is part of the program, and only read.
  func shown(_ name: String, _ request: PageRequest, _ context: PageContext, builtIn: JSONValue? = nil) async throws
    -> PageAnswer
  {
    let snapshot = try await context.services.configuration.snapshot()
    let item = snapshot.items[key(name)]
    guard let document = builtIn ?? item?.document else { throw Problem(.notFound, "There is no \(key(name)).") }
    let effects = request.value("saved") == nil ? [] : ["Saved."]
    return try await page(
      document, name, request, context, snapshot, tag: item?.tag(seed: context.services.store.seed) ?? "",
      effects: effects,
      canChange: builtIn == nil)
  }

  /// The empty form of a new item.
  func new(_ document: JSONValue, _ request: PageRequest, _ context: PageContext) async throws -> PageAnswer {
    let snapshot = try await context.services.configuration.snapshot()
    return try await page(document, nil, request, context, snapshot, tag: "")
  }

  /// What was typed: previewed, or saved.
  ///
  /// - Parameter name: nil: a new item, whose name the form holds.
  func sent(_ name: String?, _ request: PageRequest, _ context: PageContext) async throws -> PageAnswer {
    let services = context.services
    let snapshot = try await services.configuration.snapshot()
    let key = key(name ?? request.field("name").trimmed)
    let known = name == nil ? nil : snapshot.items[key]
    if name != nil, known == nil { throw Problem(.notFound, "There is no \(key).") }
    var typed = self.document(request, known?.document ?? .object([]))
    // A new one that is refused is shown with its name.
    if !kind.isSingle { typed = typed.with("name", .string(key.name)) }
    let isPreview = request.field("act") == "preview"
    let tag = request.field("tag")
    do {
      let change = ItemChange(by: try request.signedIn, ifMatch: tag.isEmpty ? nil : "\"\(tag)\"", services)
      let outcome =
        kind.isSingle
        ? try await change.put(single: kind, typed, isPreview: isPreview)
        : try await change.put(key, typed, isNew: name == nil, isPreview: isPreview)
      if !isPreview { return .see("\(path(of: key.name))?saved") }
      let effects = try await self.effects(outcome, typed, context)
      return try await page(typed, name, request, context, snapshot, tag: tag, effects: effects, isPreview: true)
    } catch {
      let problem = try FormProblem(error, of: key)
      return try await page(typed, name, request, context, snapshot, tag: tag, problem: problem)
    }
  }

  func delete(_ name: String, _ request: PageRequest, _ context: PageContext) async throws -> PageAnswer {
    do {
      try await ItemChange(by: try request.signedIn, ifMatch: nil, context.services).remove(key(name))
      return .see(path)
    } catch {
      let problem = try FormProblem(error, of: key(name))
      let snapshot = try await context.services.configuration.snapshot()
      guard let item = snapshot.items[key(name)] else { throw error }
      return try await page(
        item.document, name, request, context, snapshot, tag: item.tag(seed: context.services.store.seed),
        problem: problem)
    }
  }

  private func page(
    _ document: JSONValue, _ name: String?, _ request: PageRequest, _ context: PageContext,
    _ snapshot: ConfigurationSnapshot, tag: String, effects: [String] = [], isPreview: Bool = false,
    problem: FormProblem? = nil, canChange: Bool = true
  ) async throws -> PageAnswer {
    let title = kind.isSingle ? Shown.capitalized(kind.title) : name ?? "New \(kind.title)"
    let mayChange = canChange && (request.caller?.principal.role ?? .viewer) >= role
    let groups = try await completed(groups(document, name == nil, snapshot), document, snapshot, context)
      .map { $0.marked(by: problem) }
    let model = ItemFormPage(
      title: title, back: .init(path: kind.isSingle ? "/configuration" : path, title: listTitle), intro: intro,
      action: name.map(path(of:)) ?? path, isNew: name == nil, tag: tag, canChange: mayChange,
      problem: problem?.summary ?? "", effects: effects, isPreview: isPreview, link: link(document), groups: groups,
      deletion: kind.isSingle || name == nil ? "" : deletion)
    return .page(Page(title, in: .configuration, "item-form", model), status: problem == nil ? 200 : 422)
  }
}

extension PageRequest {
  var role: Role { caller?.principal.role ?? .viewer }
}

extension ConfigurationOutcome {
  /// How scores and bands change, in sentences.
  var scoreEffects: [String] {
    var lines: [String] = []
    if let scores = inventory.scores {
      let moved = scores.moves.values.reduce(0, +)
      lines.append(
        "\(Shown.hosts(moved)) of \(Shown.number(Int64(scores.assets))) change band, and the score of "
          + "\(Shown.hosts(scores.changed)) is another one.")
      lines += scores.moves.sorted { $0.key < $1.key }.map { move, count in
        "\(move.from.rawValue) → \(move.to.rawValue): \(Shown.hosts(count))"
      }
    } else {
      lines.append("No host's score changes.")
    }
    if !deferred.isEmpty {
      lines.append("A run is on; it follows at the next run of: \(deferred.joined(separator: ", ")).")
    }
    return lines
  }
}

extension Shown {
  static func hosts(_ count: Int) -> String { count == 1 ? "1 host" : "\(number(Int64(count))) hosts" }
}
