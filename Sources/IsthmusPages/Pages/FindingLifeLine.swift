import IsthmusCore

/// What became of a finding, in sentences, and the same as a line.
struct FindingLifeLine: Sendable {
  struct Turn: Sendable {
    /// As it was written; for the order.
    let moment: String
    let at: String
    let text: String
    let tone: String
    let run: String
    let runPath: String
  }

  /// The latest first.
  let turns: [Turn]
  let line: LifeLine?

  /// - Parameter now: Where the line ends.
  init(_ record: JSONValue, now: Timestamp) {
    let source = record["vendorProductName"]?.string ?? "The source"
    var turns: [Turn] = []
    var bars = LifeLine.Bars()
    func add(_ at: String?, _ text: String, _ state: LifeLine.State?, run: String = "") {
      guard let at, let moment = Timestamp(iso8601: at) else { return }
      turns.append(
        Turn(
          moment: at, at: Shown.time(at), text: text, tone: state?.rawValue ?? "", run: run,
          runPath: run.isEmpty ? "" : "/runs/\(run)"))
      if let state { bars.turn(to: state, at: moment) }
    }
    let first = record["firstFoundOn"]?.string
    add(first, "\(source) found it failing, for the first time known here.", .open)
    let events = record["history"]?.array ?? []
    Self.addForgotten(record, events, first, source, add)
    for event in events where event["turn"]?.string != "opened" {
      let turn = Self.turn(event, source)
      add(event["at"]?.string, turn.text, turn.state, run: event["run"]?.string ?? "")
    }
    line = bars.line(until: now)
    self.turns = turns.reversed()
  }

  /// Turns that the finding's own dates tell of, where the history is not kept so long.
  private static func addForgotten(
    _ record: JSONValue, _ events: [JSONValue], _ first: String?, _ source: String,
    _ add: (String?, String, LifeLine.State?, String) -> Void
  ) {
    let known = Set(events.compactMap { $0["at"]?.string })
    let dates: [(String?, String, LifeLine.State)] = [
      (record["lastFixedOn"]?.string, fixed(record["fixCause"]?.string, source), .fixed),
      (record["reopenedOn"]?.string, "It came back: \(source) found it failing again.", .open),
    ]
    let lost = dates.filter { date in date.0.map { !known.contains($0) && $0 != first } ?? false }
    for (at, text, state) in lost.sorted(by: { $0.0 ?? "" < $1.0 ?? "" }) { add(at, text, state, "") }
  }

  private static func turn(_ event: JSONValue, _ source: String) -> (text: String, state: LifeLine.State?) {
    let cause = event["cause"]?.string ?? ""
    let by = event["by"]?.string.map { " by \($0)" } ?? ""
    let until = event["until"]?.string.map { ", until \(Shown.time($0))" } ?? ", until it is taken back"
    let reason = cause.isEmpty ? "." : ": \(cause)"
    switch event["turn"]?.string {
    case "fixed": return (fixed(cause, source), .fixed)
    case "reopened": return ("It came back: \(source) found it failing again.", .open)
    case "ignored": return ("Ignored\(by)\(until)\(reason)", .decided)
    case "riskAccepted": return ("Its risk was accepted\(by)\(until)\(reason)", .decided)
    case "decisionTakenBack": return ("The decision was taken back\(by), so it counts again\(reason)", .undecided)
    case "decisionEnded": return ("The decision ran out: it counts again.", .undecided)
    case let other: return ((other ?? "") + reason, nil)
    }
  }

  private static func fixed(_ cause: String?, _ source: String) -> String {
    switch cause {
    case "passed": "Fixed: \(source) says that the host passes."
    case "notApplicable": "Fixed: \(source) says that it does not apply any more."
    case "absent": "Fixed: \(source) does not list it any more."
    case "hostGone": "Fixed: its host is gone."
    default: "Fixed."
    }
  }
}

/// How a finding stood over time, as SVG. The same is told in words beside it.
struct LifeLine: Sendable {
  enum State: String, Sendable {
    case open, fixed, decided, undecided
  }

  let svg: String
  let from: String
  let until: String
  let legend: [TrendChart.Legend]

  /// The stretches that turns make.
  struct Bars {
    private var turns: [(at: Timestamp, state: State)] = []

    mutating func turn(to state: State, at: Timestamp) { turns.append((at, state)) }

    /// - Returns: nil without a turn, or where all of them are now.
    func line(until now: Timestamp) -> LifeLine? {
      let sorted = turns.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
      guard let first = sorted.first?.at, first < now else { return nil }
      return LifeLine(sorted, from: first, until: now)
    }
  }

  private static let width = 1000.0

  private init(_ turns: [(at: Timestamp, state: State)], from start: Timestamp, until now: Timestamp) {
    let length = Double(now.microseconds - start.microseconds)
    func x(_ at: Timestamp) -> Double { Self.width * min(1, Double(at.microseconds - start.microseconds) / length) }
    var parts: [String] = []
    var (isOpen, isDecided) = (false, false)
    var names: Set<String> = []
    for (index, turn) in turns.enumerated() {
      switch turn.state {
      case .open: isOpen = true
      case .fixed: isOpen = false
      case .decided: isDecided = true
      case .undecided: isDecided = false
      }
      let (left, right) = (x(turn.at), x(index + 1 < turns.count ? turns[index + 1].at : now))
      let state = isOpen ? "open" : "fixed"
      parts.append(Self.bar(state, left, right))
      names.insert(state)
      if isDecided {
        parts.append(Self.bar("decided", left, right))
        names.insert("decided")
      }
    }
    // A turn shows also where the stretch after it is too short to be seen.
    parts += turns.map { Self.bar("turn", x($0.at), x($0.at) + 2) }
    svg = """
      <svg class="life" viewBox="0 0 \(Int(Self.width)) 40" preserveAspectRatio="none" aria-hidden="true">\
      \(parts.joined())</svg>
      """
    let ends = [start.description, now.description]
    // A life of one day is told by the clock.
    let isOneDay = ends[0].prefix(10) == ends[1].prefix(10)
    (from, until) = isOneDay ? (Shown.time(ends[0]), Shown.time(ends[1])) : (Shown.day(ends[0]), Shown.day(ends[1]))
    legend = [("open", "open: it fails"), ("fixed", "fixed"), ("decided", "ignored, or risk accepted")]
      .filter { names.contains($0.0) }.map { .init(name: $0.1, tone: $0.0) }
  }

  /// Each state has a height of its own: colour alone tells nothing.
  private static func bar(_ state: String, _ left: Double, _ right: Double) -> String {
    let (top, height) = ["open": (4, 32), "fixed": (26, 10), "decided": (14, 12)][state] ?? (0, 40)
    return "<rect class=\"\(state)\" x=\"\(place(left))\" y=\"\(top)\" width=\"\(place(max(0, right - left)))\""
      + " height=\"\(height)\"/>"
  }

  private static func place(_ value: Double) -> String { String((value * 10).rounded() / 10) }
}
