/// A rule of the query language with what shows it.
package struct QueryRule: Sendable {
  package let title: String
  /// Sentences in Markdown.
  package let text: String
  package let examples: [QueryExample]
}

extension QueryCatalogue {
  /// The language's rules, in the order in which they are explained.
  package static let rules: [QueryRule] = combining + values + records

  private static func asset(_ query: String, _ meaning: String) -> QueryExample {
    QueryExample(query, for: .asset, selects: meaning)
  }

  private static func finding(_ query: String, _ meaning: String) -> QueryExample {
    QueryExample(query, for: .finding, selects: meaning)
  }

  private static let combining: [QueryRule] = [
    QueryRule(
      title: "Terms",
      text: """
        A term is a token, a colon and a value. Blanks around the colon don't matter, nor does the case of tokens, \
        keywords and values. An empty query lists everything.
        """,
      examples: [
        finding("finding.status: NEW", "new findings"), finding("FINDING.STATUS:new", "the same"),
      ]),
    QueryRule(
      title: "and, or, not, parentheses",
      text: """
        `and` binds more tightly than `or`, and `not` more tightly than both. There is always an `and` or `or` between \
        two terms. Parentheses, groups and `not` may stand \(Query.maximumDepth) deep within one another; a query has \
        at most \(Query.maximumLength / 1024) KiB.
        """,
      examples: [
        asset("asset.name: web* and cloud.region: westeurope", "web hosts in one region"),
        asset("asset.name: web* or asset.name: db*", "web hosts and database hosts"),
        asset("not (asset.name: web* or asset.name: db*)", "all other hosts"),
        asset(
          "asset.name: web* or asset.name: db* and cloud.region: westeurope", "web hosts, and database hosts there"),
      ]),
    QueryRule(
      title: "Comparisons",
      text: """
        `>`, `>=`, `<` and `<=` compare numbers and dates; `=` is the same as `:`.
        """,
      examples: [
        finding("finding.qds > 55", "findings above that score"), finding("finding.qds >= 80", "from that score on"),
        finding("finding.qds < 55", "below it"), finding("finding.qds <= 55", "up to it"),
        finding("finding.severity = 4", "findings of severity 4"),
      ]),
    QueryRule(
      title: "No value",
      text: """
        `is null` finds what has no value, `is not null` what has one. `not` is the exact opposite of the term behind it, \
        so it also finds what has no value.
        """,
      examples: [
        finding("finding.lastFixedDate is null", "findings that were never fixed"),
        finding("finding.lastFixedDate is not null", "findings that were fixed at least once"),
        finding("not finding.lastFixedDate > now-1M", "findings fixed earlier, or never"),
        asset("asset.tag.name is null", "hosts without a tag"),
      ]),
    QueryRule(
      title: "Words without a token",
      text: """
        They search the names of hosts (name, computer name, domain name, and an address as a whole), and in a list of \
        findings also titles.
        """,
      examples: [
        asset("web-01", "the host web-01"), asset("10.0.0.4", "the host with this address"),
        finding("encryption", "findings with this word in their title or their host's name"),
      ]),
  ]

  private static let values: [QueryRule] = [
    QueryRule(
      title: "Texts",
      text: """
        Texts are cut into words at blanks and marks. A comma or dot between digits, or a dot between letters, does not cut; \
        a comma or dot between a digit and a letter does. `_` belongs to words. Case never matters.

        - Plain words find texts that have **any** of them, as whole words. A piece like `web-01` is looked for as a \
        whole: `web` and `01` side by side. A word that dots or commas hold together is found by its beginning too: \
        `corp` finds `corp.example.com`, `example` does not.
        - `"…"` or `'…'` finds texts that contain these words side by side, in this order. The last may be the \
        beginning of a word.
        - `` `…` `` finds texts that are just this, as a whole.
        - `*` in plain words stands for any characters: `*dev*` contains, `dev*` begins with, `*dev` ends with. The \
        value is then compared as a whole, blanks and all.

        Plain words end at `and`, `or`, `not`, a closing parenthesis or the end; what has such words, brackets or \
        quotation marks in it, or looks like another term, is put in quotation marks of another kind. There is no escape. \
        A star alone finds any value, as `is not null` does.
        """,
      examples: [
        finding("finding.title: Disk Ports", "findings with one of the words in their title"),
        finding("finding.title: \"Management ports\"", "findings with both, side by side"),
        finding("finding.title: 'manage'", "findings with a word that begins so"),
        finding("finding.title: `disk encryption should be applied`", "findings with this title"),
        finding("finding.title: *should be*", "findings with this anywhere in their title"),
        asset("asset.fqdn: web-01.internal", "hosts whose domain name has these words"),
        asset("asset.fqdn: *", "hosts with a domain name"),
      ]),
    QueryRule(
      title: "Keywords",
      text: """
        Ids and words of the source are compared as a whole, however they are quoted; `*` works as in texts.
        """,
      examples: [
        asset("cloud.region: WestEurope", "hosts in that region"), asset("cloud.region: *europe", "hosts in Europe"),
      ]),
    QueryRule(
      title: "Lists",
      text: "`[a, b]` finds any of the values. Each may be quoted in its own way.",
      examples: [
        finding("finding.severity: [4, 5]", "high and critical findings"),
        asset("asset.name: [`web-01`, db*]", "one host, and all whose names begin with db"),
      ]),
    QueryRule(
      title: "Ranges",
      text: """
        `[a .. b]` includes both ends, `(a .. b)` neither; the brackets can be mixed, and three dots do as well as two. \
        `*` leaves an end open.
        """,
      examples: [
        finding("finding.qds: [55 .. 80]", "scores from 55 to 80"),
        finding("finding.qds: (55 .. 80)", "scores between them"),
        finding("finding.qds: (55 ... 80]", "above 55, up to 80"), finding("finding.qds: [70 .. *]", "from 70 on"),
      ]),
    QueryRule(
      title: "Dates",
      text: """
        All dates are UTC. `2026-01-31` is that whole day: `>` means after its end, `>=` from its beginning. With a time, \
        as `2026-01-31T08:30` or `2026-01-31T08:30:00+01:00`, it is that minute or second. `now-3d` is three days ago; \
        the units are `s` seconds, `m` minutes, `h` hours, `d` days, `w` weeks, `M` calendar months and `y` calendar \
        years (the 31st becomes the last day of a shorter month), several of them as `now-1M+2d`. Behind `:` a date \
        counted from now stands for the whole day, hour, minute or second that it falls in; in comparisons and ranges \
        for the moment itself.
        """,
      examples: [
        finding("finding.firstFoundDate: 2026-01-31", "findings first found on that day"),
        finding("finding.firstFoundDate > 2026-01-31", "findings first found later than that day"),
        finding("finding.firstFoundDate >= '2026-01-31T08:30'", "from that minute on"),
        finding("finding.firstFoundDate > now-3d", "findings of the last 72 hours"),
        finding("finding.firstFoundDate: now-1d", "findings of yesterday"),
        finding("finding.firstFoundDate: [now-2w .. now-1s]", "findings of the last two weeks"),
        finding("finding.firstFoundDate: [2026-01-01 ... now-1M]", "a day and a moment"),
      ]),
    QueryRule(
      title: "Addresses",
      text: "An address, a network, the beginning of an IPv4 address, or a range with both ends.",
      examples: [
        asset("asset.interface.address: 10.0.0.4", "the host with this address"),
        asset("asset.interface.address: 10.0.0.0/24", "hosts in the network"),
        asset("asset.interface.address: 10.0.*", "hosts whose addresses begin so"),
        asset("asset.interface.address: [10.0.0.1 .. 10.0.0.9]", "hosts with one of these addresses"),
        asset("asset.interface.address: fd00::/8", "hosts in an IPv6 network"),
      ]),
  ]

  private static let records: [QueryRule] = [
    QueryRule(
      title: "Several of a kind",
      text: """
        A host has several findings, sources, tags and addresses. A term about them holds if it holds for **one** of \
        them, so `not` means that there is none. `is null` means that none has a value.
        """,
      examples: [
        asset("asset.tag.name: Production", "hosts with that tag, whatever other tags they have"),
        asset("not asset.tag.name: Production", "hosts without it"),
      ]),
    QueryRule(
      title: "Groups",
      text: """
        `parent: (… and …)` holds if **one and the same** record satisfies all that stands in the parentheses. Inside, \
        the parent's name may be left out. The lists of addresses are separate: `asset.interface: (…)` tests one \
        address, and can't tell which hardware address goes with it.
        """,
      examples: [
        asset("inventory: (source: `Defender for Cloud`)", "hosts that Defender for Cloud knows"),
        asset("finding: (title: encryption and severity: 5)", "hosts with such a finding that is critical"),
        asset("finding.title: encryption and finding.severity: 5", "hosts with such a finding and a critical one"),
        asset("finding: (isFound: true and not severity: [1 .. 3])", "hosts with an open finding above 3"),
        asset("asset.interface: (address: 10.0.* and not address: 10.0.0.5)", "hosts with another address there"),
      ]),
    QueryRule(
      title: "From findings to hosts and back",
      text: """
        A list of findings takes `asset.*` tokens: they are about the host that the finding is on. A list of hosts takes \
        `finding.*` tokens: they are about any finding of the host. At most \(Query.maximumRelations) such steps stand \
        within one another.
        """,
      examples: [
        finding("finding.severity: 5 and asset.internetExposed: true", "critical findings that the internet can reach"),
        finding("asset: (name: web* and tag.name: Production)", "findings of web hosts with that tag"),
        finding(
          "asset: (finding: (title: encryption and status: ACTIVE))", "all findings of hosts that have such a one"),
        asset("not finding.isFound: true", "hosts without an open finding"),
      ]),
  ]
}
