import IsthmusCore
import IsthmusStore

/// The document for people: groups, their operations, and the schemas that these share. Made once, without script.
struct APIPage {
  static let stylePath = "/api/style.css"

  private let routes: [Route]
  private let components: [String: Schema]
  private let version: String

  init(_ routes: [Route], components: [String: Schema], version: String) {
    self.routes = routes
    self.components = components.merging(["Problem": Problem.schema]) { own, _ in own }
    self.version = version
  }

  var html: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Interface of Isthmus</title>
    <link rel="stylesheet" href="\(Self.stylePath)">
    </head>
    <body>
    <header>
    <h1>Interface of Isthmus</h1>
    <p>Version \(Self.escaped(version)). All paths stand under <code>/api/v1</code>. Programs send an API token:
    <code>Authorization: Bearer isth_…</code>. The same for programs to read:
    <a href="/api/openapi.json">OpenAPI 3.1</a>.</p>
    </header>
    <nav aria-label="Operations">
    \(contents)
    </nav>
    <main>
    \(Route.Group.allCases.map(section).joined())
    <section id="schemas"><h2>Schemas</h2>
    \(components.sorted { $0.key < $1.key }.map { definition($0.key, $0.value) }.joined())
    </section>
    </main>
    </body>
    </html>

    """
  }

  private func routes(in group: Route.Group) -> [Route] { routes.filter { $0.group == group } }

  private var contents: String {
    Route.Group.allCases.filter { !routes(in: $0).isEmpty }.map { group in
      let links = routes(in: group).map { route in
        "<li><a href=\"#\(route.name)\">\(Self.escaped(route.summary))</a></li>\n"
      }
      return "<h2>\(group.rawValue)</h2>\n<ul>\n\(links.joined())</ul>\n"
    }.joined()
  }

  private func section(_ group: Route.Group) -> String {
    let routes = routes(in: group)
    if routes.isEmpty { return "" }
    return "<section><h2>\(group.rawValue)</h2>\n\(routes.map(operation).joined())</section>\n"
  }

  private func operation(_ route: Route) -> String {
    var parts = [
      "<article id=\"\(route.name)\"><h3>\(Self.escaped(route.summary))</h3>\n",
      "<p><code><b>\(route.method.rawValue.uppercased())</b> \(Self.escaped(route.path))</code></p>\n",
      "<p>\(who(route))</p>\n",
    ]
    if !route.description.isEmpty { parts.append("<p>\(Self.prose(route.description))</p>\n") }
    if !route.parameters.isEmpty || route.takesCondition {
      let rows = route.parameters.map { parameter in
        let marks = (parameter.isRequired ? ", needed" : "") + (parameter.isRepeated ? ", may stand several times" : "")
        return Self.term(parameter.name, Self.name(of: parameter.schema) + marks, parameter.description)
      }
      let condition = Self.term("If-Match", "header", "The ETag that was read; refused if there is another one now.")
      parts.append("<h4>Parameters</h4>\n<dl>\(rows.joined())\(route.takesCondition ? condition : "")</dl>\n")
    }
    if let body = route.body {
      let types = (["application/json"] + body.otherTypes).joined(separator: ", ")
      parts.append("<h4>Body</h4>\n<p>\(types)\(body.isRequired ? "" : ", may be left out")</p>\n\(form(body.schema))")
    }
    parts.append("<h4>Answers</h4>\n<dl>\(answers(route))</dl>\n</article>\n")
    return parts.joined()
  }

  private func who(_ route: Route) -> String {
    switch route.access {
    case .anyone: "For anybody."
    case .role(let role):
      "Role: \(role.rawValue)\(route.isForPeople ? ", signed in; tokens may not" : role == .admin ? "" : " or above")."
    }
  }

  private func answers(_ route: Route) -> String {
    let content =
      switch route.content {
      case .none: "No content."
      case .json(let schema): form(schema)
      case .other(let types): Self.escaped(types.joined(separator: ", "))
      }
    let tag = route.isTagged && route.status != 204 ? " with ETag" : ""
    let problems = route.possibleProblems.sorted { ($0.status, $0.rawValue) < ($1.status, $1.rawValue) }
    return "<dt>\(route.status)\(tag)</dt><dd>\(content)</dd>\n"
      + problems.map { "<dt>\($0.status)</dt><dd><code>\($0.rawValue)</code>: \(Self.escaped($0.title))</dd>\n" }
      .joined()
  }

  private func definition(_ name: String, _ schema: Schema) -> String {
    "<article id=\"schema-\(name)\"><h3>\(name)</h3>\n\(form(schema))</article>\n"
  }

  // MARK: - Schemas

  /// The members of an object, of a list of objects, or the type. Schemas are ours: a few levels deep.
  private func form(_ schema: Schema) -> String {
    switch schema {
    case .object(let properties, _) where !properties.isEmpty:
      let rows = properties.map { property in
        let inner = Self.members(of: property.schema).map { form($0) } ?? ""
        let type = Self.name(of: property.schema) + (property.isRequired ? ", needed" : "")
        return Self.term(property.name, type, property.description, inner: inner)
      }
      return "<dl>\(rows.joined())</dl>\n"
    default:
      return "<p>\(Self.name(of: schema))</p>\n\(Self.members(of: schema).map { form($0) } ?? "")"
    }
  }

  /// The object that stands inside a list or beside null.
  private static func members(of schema: Schema) -> Schema? {
    switch schema {
    case .array(let element, _): if case .object = element { element } else { members(of: element) }
    case .nullable(let inner): if case .object = inner { inner } else { members(of: inner) }
    case .object(let properties, _): properties.isEmpty ? nil : schema
    default: nil
    }
  }

  /// As HTML.
  private static func name(of schema: Schema) -> String {
    switch schema {
    case .string(let rule): rule.format ?? "text"
    case .integer(let range):
      range.upperBound >= Int(Int32.max) ? "whole number" : "whole number, \(range.lowerBound) to \(range.upperBound)"
    case .number: "number"
    case .boolean: "true or false"
    case .choice(let texts): texts.map { "<code>\(escaped($0))</code>" }.joined(separator: ", ")
    case .array(let element, let maximum):
      "list of \(name(of: element))\(maximum.map { ", at most \($0)" } ?? "")"
    case .object(let properties, _): properties.isEmpty ? "object of any members" : "object"
    case .reference(let name): "<a href=\"#schema-\(name)\">\(name)</a>"
    case .nullable(let schema): "\(name(of: schema)), or null"
    case .any: "anything"
    }
  }

  private static func term(_ name: String, _ type: String, _ description: String, inner: String = "") -> String {
    "<dt><code>\(escaped(name))</code> <small>\(type)</small></dt><dd>\(prose(description))\(inner)</dd>\n"
  }

  /// Text in which backticks stand around code.
  private static func prose(_ text: String) -> String {
    escaped(text).split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { $0 % 2 == 1 ? "<code>\($1)</code>" : String($1) }.joined()
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
  }

  static let style = """
    :root { color-scheme: light dark; --line: #c8ccd2; --soft: #f4f5f7; --text: #1a1d21; --page: #ffffff; --link: #0b57a4 }
    @media (prefers-color-scheme: dark) {
      :root { --line: #3d434b; --soft: #22262b; --text: #e6e8eb; --page: #16191d; --link: #8ab8f0 }
    }
    body { margin: 0 auto; padding: 1rem; max-width: 60rem; color: var(--text); background: var(--page);
      font: 1rem/1.5 system-ui, sans-serif }
    a { color: var(--link) }
    code { font-size: 0.95em; background: var(--soft); padding: 0.1em 0.3em; overflow-wrap: anywhere }
    nav { columns: 18rem; border-block: 1px solid var(--line); padding-block: 0.5rem }
    nav h2 { font-size: 1rem; margin: 0.5rem 0 0; break-after: avoid }
    nav ul { margin: 0; padding-left: 1.2rem }
    article { border-top: 1px solid var(--line); padding-block: 0.5rem }
    h3, h4 { margin: 0.5rem 0 }
    dl { margin: 0; padding-left: 1rem }
    dd { margin-left: 1.5rem }
    small { opacity: 0.85 }

    """
}
