/// The query language's reference, made from the catalogue.
package enum QueryReference {
  package static var markdown: String {
    let parts = [introduction, rules, tokens(.asset), tokens(.finding), withoutData, lists, withoutIndex, errors]
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static let introduction = """
    # The query language

    Lists of hosts and findings are searched with it: on the pages, in the API, by `isthmus assets QUERY` and \
    `isthmus findings QUERY`, and in tag rules. This page is made from the program's own catalogue, and each example \
    is one of its tests.
    """

  private static var rules: String {
    let sections = QueryCatalogue.rules.map { rule in
      "### \(rule.title)\n\n\(rule.text)\n\n\(table(rule.examples, showsEntity: true))"
    }
    return "## Rules\n\n\(sections.joined(separator: "\n\n"))"
  }

  private static func table(_ examples: [QueryExample], showsEntity: Bool) -> String {
    let rows = examples.map { example in
      "| \(code(example.query)) | \(example.entity == .asset ? "hosts" : "findings") | \(cell(example.meaning)) |"
    }
    return "| query | in a list of | selects |\n| --- | --- | --- |\n\(rows.joined(separator: "\n"))"
  }

  private static func tokens(_ entity: QueryEntity) -> String {
    let rows = QueryCatalogue.tokens.filter { $0.field.scope.owner == entity }.map { token in
      let names = token.aliases + token.columns
      let examples = token.examples.map { "\(code($0.query)): \(cell($0.meaning))" }.joined(separator: "<br>")
      let aliases = names.map(code).joined(separator: ", ")
      return "| \(code(token.name)) | \(token.field.kind.name) | \(cell(token.meaning)) | \(aliases) | \(examples) |"
    }
    let title = entity == .asset ? "Tokens of hosts" : "Tokens of findings"
    return """
      ## \(title)

      What stands under *also* means the same: old names, other forms, and names of columns. Columns that hosts and \
      findings both have (`id`, `criticality`, `firstFoundOn` …) mean those of the listed records.

      | token | values | meaning | also | examples |
      | --- | --- | --- | --- | --- |
      \(rows.joined(separator: "\n"))
      """
  }

  private static var withoutData: String {
    let rows = QueryCatalogue.tokensWithoutData.map { token in
      "| \(token.names.map(code).joined(separator: ", ")) | \(cell(token.need)) |"
    }
    return """
      ## Known tokens without data

      Other inventories that speak this language know these. Here they are an error that says what is lacking, never an \
      empty list.

      | tokens | would need |
      | --- | --- |
      \(rows.joined(separator: "\n"))
      """
  }

  private static var lists: String {
    let rows = QueryEntity.allCases.flatMap { entity in
      [QueryListUse.sort, .group].map { use in
        let names = QueryCatalogue.listFields(for: entity, use: use).map { code($0.name) }.joined(separator: ", ")
        let what = use == .sort ? "sort" : "group, count (facets)"
        return "| \(entity == .asset ? "hosts" : "findings") | \(what) | \(names) |"
      }
    }
    return """
      ## Sorting, groups and facets

      By these fields; a token or an alias of it does as well. A record with several values stands in each of their \
      groups.

      Sorted either way, records without a value come last, and equal ones by their number. Texts are in the order of \
      their characters' code points, capital letters before small ones; several values of a record as one text. Scores \
      and bands are sorted by the number before it is rounded, ages by the moment that they are counted from.

      | list of | to | fields |
      | --- | --- | --- |
      \(rows.joined(separator: "\n"))
      """
  }

  private static var withoutIndex: String {
    let tokens = QueryCatalogue.tokens.filter { $0.field.reasonWithoutIndex != nil }
    let rows = tokens.map { "| \(code($0.name)) | \(cell($0.field.reasonWithoutIndex ?? "")) |" }
    return """
      ## Tokens that look at every finding

      Indexes answer all tokens but these. Alone they read every finding; with `and` beside a token that has an \
      index, only the findings that this one leaves.

      | token | why |
      | --- | --- |
      \(rows.joined(separator: "\n"))
      """
  }

  private static var errors: String {
    let wrong = "finding.status: NEWW and asset.name: web*"
    var shown = ""
    do {
      _ = try Query(wrong, for: .finding, now: Timestamp(microseconds: 0))
    } catch {
      shown = error.rendered(in: wrong)
    }
    return """
      ## Errors

      An unknown token, a bad value or an unclosed quotation mark is an error that says where it is, what was expected, \
      and the nearest name that would be right:

      ```
      \(shown)
      ```
      """
  }

  // MARK: - Markdown

  /// As code in a table's cell, with marks around that the text does not hold.
  private static func code(_ text: String) -> String {
    let escaped = text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    return text.contains("`") ? "`` \(escaped) ``" : "`\(escaped)`"
  }

  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}
