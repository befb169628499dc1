import IsthmusConnect
import IsthmusCore
import IsthmusServer
package import IsthmusStore

/// One page, or one thing that a page's form does. The router and the checks of rights are made from the list of them,
/// ``PageRoutes/all``.
package struct PageRoute: Sendable {
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
  }

  package enum Access: Sendable, Hashable {
    case anyone
    /// Somebody who is signed in, with at least this role.
    case role(Role)
  }

  package var method: Method
  /// `/assets/{id}`.
  package var path: String
  package var access: Access
  var perform: @Sendable (PageRequest, PageContext) async throws -> PageAnswer

  init(
    _ method: Method, _ path: String, _ access: Access,
    perform: @escaping @Sendable (PageRequest, PageContext) async throws -> PageAnswer
  ) {
    self.method = method
    self.path = path
    self.access = access
    self.perform = perform
  }

  /// The values in the path's braces, if the path is this route's.
  func values(of segments: [Substring]) -> [String: String]? {
    let own = path.split(separator: "/")
    guard own.count == segments.count else { return nil }
    var values: [String: String] = [:]
    for (pattern, segment) in zip(own, segments) {
      if pattern.hasPrefix("{") {
        guard let text = PercentText.decoded(segment) else { return nil }
        values[String(pattern.dropFirst().dropLast())] = text
      } else if pattern != segment {
        return nil
      }
    }
    return values
  }
}

/// What a page is asked for.
struct PageRequest: Sendable {
  /// With its query, as it came: where a sign-in leads back to.
  var target: String
  var pathValues: [String: String]
  /// Of the address, decoded, in order.
  var query: [(name: String, value: String)]
  /// Of the form that was sent; empty for a page that is only read.
  var form: [(name: String, value: String)]
  var address: String?
  /// What the browser's cookie says.
  var session: Secret?
  /// Who asks; nil for nobody who signed in.
  var caller: PageCaller?

  func path(_ name: String) -> String { pathValues[name] ?? "" }
  func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
  func values(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }
  /// A form's field; empty if it is not there.
  func field(_ name: String) -> String { form.first { $0.name == name }?.value ?? "" }
  func fields(_ name: String) -> [String] { form.filter { $0.name == name }.map(\.value) }
  func isChecked(_ name: String) -> Bool { form.contains { $0.name == name } }

  /// The number of an inventory's id, such as `A12`.
  ///
  /// - Throws: A problem of kind `notFound`.
  func id<ID: InventoryID>(_ title: String) throws -> ID {
    guard let id = ID(text: path("id")) else { throw Problem(.notFound, "There is no \(title) \"\(path("id"))\".") }
    return id
  }
}

struct PageCaller: Sendable {
  var principal: Principal
  /// Goes into each form of the page.
  var csrfToken: String
}

/// What pages work with.
struct PageContext: Sendable {
  let services: APIServices
  let templates: PageTemplates
  let version: String
}

enum PageAnswer: Sendable {
  /// A page within the frame.
  case page(Page, status: Int = 200)
  /// To a path of ours, after a change: going back does not send the form once more.
  case see(String, headers: [(name: String, value: String)] = [])
}

/// A plain model value and the template that shows it.
struct Page: Sendable {
  /// Of the window.
  var title: String
  /// The item of the navigation that it belongs to.
  var section: PageSection?
  var template: String
  /// Structures, lists and texts, as the template names them. Nothing in it is changed after it was made.
  var model: any Sendable

  init(_ title: String, in section: PageSection?, _ template: String, _ model: any Sendable) {
    self.title = title
    self.section = section
    self.template = template
    self.model = model
  }
}
