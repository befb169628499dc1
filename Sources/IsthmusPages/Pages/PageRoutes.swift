/// All pages and all that their forms do.
package enum PageRoutes {
  package static let all: [PageRoute] = [
    signInRoutes, homeRoutes, listRoutes, recordRoutes, controlRoutes, decisionRoutes, queryDecisionRoutes,
    identityRoutes,
    userRoutes, tokenRoutes,
    auditRoutes, accountRoutes, searchRoutes, configurationRoutes, wizardRoutes, connectorRoutes, runRoutes,
  ].flatMap(\.self)
}
