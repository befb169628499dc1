import IsthmusCore
import IsthmusServer
import IsthmusStore

/// What is worst, what changed, and whether the connectors are well.
struct HomePage: Sendable {
  struct Band: Sendable {
    let name: String
    let tone: String
    let count: String
    let range: String
    let path: String
  }

  struct Connector: Sendable {
    let name: String
    let path: String
    let state: String
    let result: String
    let tone: String
    let lastRun: String
    let nextRun: String
    let cause: String
    let remedy: String
  }

  let isEmpty: Bool
  let hasConnectors: Bool
  let canConfigure: Bool
  let hosts: String
  let bands: [Band]
  let severities: [Band]
  let worst: ShownTable
  let connectors: [Connector]
  let openTrend: TrendChart?
  let bandTrend: TrendChart?
  /// How many cases of identification wait for a person; empty for none.
  let unclear: String
}

extension PageRoutes {
  static let homeRoutes: [PageRoute] = [
    PageRoute(.get, "/", .role(.viewer)) { request, context in
      let statuses = try await context.services.statuses()
      let (summary, history, worst, unclear) = try await context.services.store.read { inventory in
        let page = try APIRoutes.page(.asset, Listing(limit: 10), inventory)
        let unclear = try inventory.identities.ambiguities().count
        return (try inventory.summary(), try inventory.inventoryHistory(), page.rows, unclear)
      }
      let role = request.caller?.principal.role ?? .viewer
      return .page(
        Page(
          "Home", in: .home, "home",
          home(summary, history, worst, statuses, unclear: unclear, canConfigure: role >= .admin)))
    }
  ]

  private static func home(
    _ summary: JSONValue, _ history: [JSONValue], _ worst: [JSONValue], _ statuses: [ConnectorStatus],
    unclear: Int, canConfigure: Bool
  ) -> HomePage {
    let bands = ScoreBand.allCases.map { band in
      HomePage.Band(
        name: band.rawValue, tone: band.rawValue.lowercased(),
        count: Shown.number(summary["scoreBands"]?[band.rawValue]?.integer ?? 0), range: "",
        path: ViewAddress("/assets", [("filter", QueryField.scoreBand.term(for: band.rawValue))]).text)
    }
    let severities = (1...5).reversed().map { severity in
      HomePage.Band(
        name: Shown.severity(Int64(severity)), tone: "severity-\(severity)",
        count: Shown.number(summary["openBySeverity"]?[String(severity)]?.integer ?? 0), range: "",
        path: ViewAddress(
          "/findings", [("filter", "finding.severity: \(severity) and finding.status: [NEW, ACTIVE, REOPENED]")]
        ).text)
    }
    let shown = ListColumns(entity: .asset)
    let names = ["assetName", "truRiskScore", "scoreBand", "openFindings", "operatingSystemName"]
    let table = ShownTable(
      caption: "The ten riskiest hosts",
      columns: names.map {
        .init(
          title: ListColumns.title($0), isNumber: ListColumns.numbers.contains($0), path: "", sorted: "", mark: "")
      },
      rows: worst.map { row in .init(cells: names.map { shown.cell($0, of: row) }) })
    let hosts = summary["assets"]?.integer ?? 0
    return HomePage(
      isEmpty: hosts == 0, hasConnectors: !statuses.isEmpty, canConfigure: canConfigure, hosts: Shown.number(hosts),
      bands: bands, severities: severities, worst: table, connectors: statuses.map(connector),
      openTrend: TrendChart(
        "Open findings by day",
        (2...5).reversed().map { severity in
          .init(
            name: Shown.severity(Int64(severity)), tone: "severity-\(severity)",
            points: history.map {
              ($0["day"]?.string ?? "", Double($0["openBySeverity"]?[String(severity)]?.integer ?? 0))
            })
        }),
      bandTrend: TrendChart(
        "Hosts by score band and day",
        ScoreBand.allCases.map { band in
          .init(
            name: band.rawValue, tone: band.rawValue.lowercased(),
            points: history.map { ($0["day"]?.string ?? "", Double($0["scoreBands"]?[band.rawValue]?.integer ?? 0)) })
        }), unclear: unclear == 0 ? "" : Shown.number(Int64(unclear)))
  }

  private static func connector(_ status: ConnectorStatus) -> HomePage.Connector {
    let last = status.lastRun
    let result = last?["result"]?.string ?? ""
    return HomePage.Connector(
      name: status.name, path: "/connectors/\(PercentText.encoded(status.name))",
      state: Shown.capitalized(status.json["state"]?.string ?? ""), result: result.isEmpty ? "never run" : result,
      tone: "result-\(result)", lastRun: Shown.time(last?["finishedAt"]?.string ?? last?["startedAt"]?.string),
      nextRun: Shown.time(status.json["nextRuns"]?.array?.first?["at"]?.string),
      cause: last?["error"]?["summary"]?.string ?? "", remedy: last?["error"]?["remedy"]?.string ?? "")
  }
}
