import IsthmusConfiguration
import IsthmusCore
import IsthmusServer
import IsthmusStore

extension PageRoutes {
  static let wizardRoutes: [PageRoute] = [
    // Before those of a connector's name: it takes the name `new` from them.
    PageRoute(.get, "/connectors/new", .role(.admin)) { request, context in
      try await Wizard(.connection, of: nil, profile: nil, request, context).page(.object([]))
    },
    PageRoute(.post, "/connectors/new", .role(.admin)) { request, context in
      try await Wizard(.connection, of: nil, profile: nil, request, context).sent()
    },
    PageRoute(.get, "/connectors/{name}/edit/{step}", .role(.admin)) { request, context in
      let wizard = try await Wizard(
        try step(request), of: request.path("name"), profile: request.value("profile"), request, context)
      return try await wizard.page(wizard.item?.document ?? .object([]))
    },
    PageRoute(.post, "/connectors/{name}/edit/{step}", .role(.admin)) { request, context in
      try await Wizard(
        try step(request), of: request.path("name"), profile: request.field("number"), request, context
      ).sent()
    },
  ]

  private static func step(_ request: PageRequest) throws -> WizardStep {
    guard let step = WizardStep(rawValue: request.path("step")) else {
      throw Problem(.notFound, "There is no step \"\(request.path("step"))\".")
    }
    return step
  }
}
