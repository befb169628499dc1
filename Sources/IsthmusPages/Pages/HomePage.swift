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

  /// What became of findings on a day.
  struct Day: Sendable {
    let day: String
    let new: Change
    let reopened: Change
    let fixed: Change
    let open: String
    /// Of the open ones against the day that is kept before it, with its sign; empty for the first one.
    let difference: String
  }

  struct Change: Sendable {
    let count: String
    /// To these findings; empty where there are none.
    let path: String
  }

  let isEmpty: Bool
  let hasConnectors: Bool
  let canConfigure: Bool
  let hosts: String
  let bands: [Band]
  let severities: [Band]
  let worst: ShownTable
  /// The recommendations whose fix takes most off the scores; nil before a run has told.
  let controls: ShownTable?
  /// The latest first.
  let days: [Day]
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
      let numbers = try await context.services.store.read { inventory in
        HomeNumbers(
          summary: try inventory.summary(), history: try inventory.inventoryHistory(),
          worst: try APIRoutes.page(.asset, Listing(limit: 10), inventory).rows,
          controls: try inventory.controlRows(limit: 5), unclear: try inventory.identities.ambiguities().count)
      }
      let role = request.caller?.principal.role ?? .viewer
      return .page(
        Page("Home", in: .home, "home", home(numbers, statuses, canConfigure: role >= .admin)))
    }
  ]

  private struct HomeNumbers: Sendable {
    let summary: JSONValue
    let history: [JSONValue]
    let worst: [JSONValue]
    let controls: [JSONValue]
    let unclear: Int
  }

  private static func home(
    _ numbers: HomeNumbers, _ statuses: [ConnectorStatus], canConfigure: Bool
  ) -> HomePage {
    let (summary, history) = (numbers.summary, numbers.history)
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
      rows: numbers.worst.map { row in .init(cells: names.map { shown.cell($0, of: row) }) })
    let controls = numbers.controls.filter { ($0["scoreReduction"]?.integer ?? 0) > 0 }
    let hosts = summary["assets"]?.integer ?? 0
    return HomePage(
      isEmpty: hosts == 0, hasConnectors: !statuses.isEmpty, canConfigure: canConfigure, hosts: Shown.number(hosts),
      bands: bands, severities: severities, worst: table,
      controls: controls.isEmpty ? nil : ControlsPage.best(controls), days: days(history),
      connectors: statuses.map(connector),
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
        }), unclear: numbers.unclear == 0 ? "" : Shown.number(Int64(numbers.unclear)))
  }

  private static let daysShown = 7

  /// Days that were kept before changes were have none.
  private static func days(_ history: [JSONValue]) -> [HomePage.Day] {
    let open = history.map { day in
      (1...5).reduce(Int64(0)) { $0 + (day["openBySeverity"]?[String($1)]?.integer ?? 0) }
    }
    var days: [HomePage.Day] = []
    for (index, entry) in history.enumerated().suffix(daysShown) {
      guard let changes = entry["changes"], let day = entry["day"]?.string else { continue }
      func change(_ name: String, _ query: String) -> HomePage.Change {
        let count = changes[name]?.integer ?? 0
        return HomePage.Change(
          count: Shown.number(count), path: count == 0 ? "" : ViewAddress("/findings", [("filter", query)]).text)
      }
      let difference = index > 0 ? open[index] - open[index - 1] : nil
      days.append(
        HomePage.Day(
          day: day,
          new: change("new", "finding.firstFoundDate: \(day) and finding.status: [NEW, ACTIVE]"),
          reopened: change("reopened", "finding.reopenedDate: \(day) and finding.status: [REOPENED, ACTIVE]"),
          fixed: change("fixed", "finding.lastFixedDate: \(day) and finding.status: FIXED"),
          open: Shown.number(open[index]),
          difference: difference.map { $0 > 0 ? "+\(Shown.number($0))" : Shown.number($0) } ?? ""))
    }
    return days.reversed()
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
