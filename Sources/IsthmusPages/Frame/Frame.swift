import IsthmusServer
import IsthmusStore

/// Where a page stands in the navigation.
enum PageSection: String, Sendable, CaseIterable {
  case home, assets, findings, controls, runs, connectors, configuration, administration

  var title: String {
    switch self {
    case .home: "Home"
    case .assets: "Hosts"
    case .findings: "Findings"
    case .controls: "Controls"
    case .runs: "Runs"
    case .connectors: "Connectors"
    case .configuration: "Configuration"
    case .administration: "Administration"
    }
  }

  var path: String { self == .home ? "/" : "/\(rawValue)" }
  var role: Role { self == .administration ? .admin : .viewer }
}

/// What stands around each page.
struct Frame: Sendable {
  struct Item: Sendable {
    let title: String
    let path: String
    let isCurrent: Bool
  }

  let title: String
  let isSignedIn: Bool
  let user: String
  let role: String
  /// For forms; empty where nobody is signed in.
  let csrf: String
  let items: [Item]
  let version: String

  init(_ page: Page, caller: PageCaller?, target: String, version: String) {
    title = page.title
    isSignedIn = caller != nil
    user = caller?.principal.name ?? ""
    role = caller?.principal.role.rawValue ?? ""
    csrf = caller?.csrfToken ?? ""
    self.version = version
    let role = caller?.principal.role
    items = PageSection.allCases.filter { section in role.map { $0 >= section.role } ?? false }.map {
      Item(title: $0.title, path: $0.path, isCurrent: $0 == page.section)
    }
  }
}
