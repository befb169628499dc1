import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusIngest
import IsthmusServer
import IsthmusStore

extension PageRoutes {
  private static let shownRuns = 10

  static let connectorRoutes: [PageRoute] = [
    PageRoute(.get, "/connectors", .role(.viewer)) { request, context in
      let statuses = try await context.services.statuses()
      let snapshot = try await context.services.configuration.snapshot()
      let cards = statuses.map { status in
        ConnectorCard(status, kind: kindTitle(snapshot.items[.init(.connector, status.name)], context))
      }
      let kinds = context.services.configuration.kinds.descriptors.map { kind in
        ConnectorsPage.Kind(title: "\(kind.vendorName) \(kind.productName)", description: kind.description)
      }
      let model = ConnectorsPage(
        connectors: cards, hasConnectors: !cards.isEmpty, canConfigure: request.role >= .admin, kinds: kinds)
      return .page(Page("Connectors", in: .connectors, "connectors", model))
    },
    PageRoute(.get, "/connectors/{name}", .role(.viewer)) { request, context in
      try await connectorPage(request, context)
    },
    PageRoute(.post, "/connectors/{name}/run", .role(.operator)) { request, context in
      let (name, profile) = (request.path("name"), request.field("profile"))
      try await context.services.runs.start(
        .init(
          connector: name, profile: profile.isEmpty ? nil : profile, isStaged: request.field("how") == "stage"))
      return .see(ConnectorLink.path(name))
    },
    PageRoute(.post, "/connectors/{name}/check", .role(.operator)) { request, context in
      let check = try await context.services.check(saved: request.path("name"))
      return try await connectorPage(request, context, check: check)
    },
    PageRoute(.get, "/connectors/{name}/delete", .role(.admin)) { request, context in
      let item = try await connectorItem(request, context)
      return deletePage(item.key.name, problem: "")
    },
    PageRoute(.post, "/connectors/{name}/delete", .role(.admin)) { request, context in
      let item = try await connectorItem(request, context)
      guard request.field("typed") == item.key.name else {
        return deletePage(item.key.name, problem: "This is not its name.")
      }
      try await ItemChange(by: try request.signedIn, ifMatch: nil, context.services).remove(item.key)
      return .see("/connectors")
    },
  ]

  private static func connectorPage(
    _ request: PageRequest, _ context: PageContext, check: ConnectionCheck? = nil
  ) async throws -> PageAnswer {
    let services = context.services
    let item = try await connectorItem(request, context)
    let name = item.key.name
    guard let status = try await services.status(of: name) else {
      throw Problem(.notFound, "There is no \(item.key).")
    }
    let store = services.store
    let (runs, log) = try await store.read { inventory -> ([JSONValue], [JSONValue]) in
      let runs = try inventory.runs(connector: name, limit: shownRuns)
      return (try runs.map { try $0.row(in: store) }, try runs.first.map { try inventory.log(of: $0.id) } ?? [])
    }
    // A draft need not be in order.
    let connector =
      item.isDraft ? nil : try await services.configuration.connectors(secrets: nil).first { $0.name == name }
    let profiles = (connector?.profiles ?? []).map { profile in
      ConnectorPage.Profile(
        name: profile.name, status: profile.isActive ? "active" : "inactive",
        schedule: profile.schedule?.description ?? "runs only when a person starts it")
    }
    let model = ConnectorPage(
      status, item.document, kind: kindTitle(item, context), profiles: profiles, runs: runs, log: log, check: check,
      role: request.caller?.principal.role ?? .viewer)
    return .page(Page(name, in: .connectors, "connector", model))
  }

  private static func connectorItem(_ request: PageRequest, _ context: PageContext) async throws -> ConfigurationItem {
    let key = ConfigurationItem.Key(.connector, request.path("name"))
    guard let item = try await context.services.configuration.snapshot().items[key] else {
      throw Problem(.notFound, "There is no \(key).")
    }
    return item
  }

  private static func kindTitle(_ item: ConfigurationItem?, _ context: PageContext) -> String {
    let name = item?.document["kind"]?.string ?? ""
    return context.services.configuration.kinds.kind(named: name)?.descriptor.productName ?? name
  }

  private static func deletePage(_ name: String, problem: String) -> PageAnswer {
    let model = ConnectorDeletePage(name: name, path: ConnectorLink.path(name), problem: problem)
    return .page(
      Page("Delete \(name)", in: .connectors, "connector-delete", model), status: problem.isEmpty ? 200 : 422)
  }
}
