/// Lines over days, as SVG, with the same numbers as a table for who can't see it.
struct TrendChart: Sendable {
  struct Series: Sendable {
    let name: String
    /// A word of the style sheet.
    let tone: String
    let points: [(day: String, value: Double)]
  }

  struct Row: Sendable {
    let day: String
    let values: [String]
  }

  let title: String
  let svg: String
  let headings: [String]
  let rows: [Row]
  let legend: [Legend]

  struct Legend: Sendable {
    let name: String
    let tone: String
  }

  private static let width = 640.0
  private static let height = 200.0
  /// Room for the axis' numbers at the left and the days below.
  private static let (left, bottom, top, right) = (44.0, 24.0, 10.0, 8.0)
  private static let tableRows = 90

  /// - Returns: nil without two days: one point is no trend.
  init?(_ title: String, _ series: [Series]) {
    let days = series.first?.points.map(\.day) ?? []
    guard days.count > 1 else { return nil }
    self.title = title
    headings = series.map(\.name)
    legend = series.map { Legend(name: $0.name, tone: $0.tone) }
    rows = days.indices.suffix(Self.tableRows).reversed().map { index in
      Row(day: days[index], values: series.map { Self.text($0.points[index].value) })
    }
    svg = Self.drawn(title, series, days)
  }

  private static func drawn(_ title: String, _ series: [Series], _ days: [String]) -> String {
    let top = niceMaximum(series.flatMap { $0.points.map(\.value) }.max() ?? 0)
    let (plotWidth, plotHeight) = (width - left - right, height - bottom - Self.top)
    func x(_ index: Int) -> Double { left + plotWidth * Double(index) / Double(max(1, days.count - 1)) }
    func y(_ value: Double) -> Double { Self.top + plotHeight * (1 - value / top) }
    var parts = [
      "<svg class=\"chart\" viewBox=\"0 0 \(text(width)) \(text(height))\" role=\"img\" aria-label=\"\(title)\">"
    ]
    for step in 0...4 {
      let value = top * Double(step) / 4
      parts.append(
        "<line class=\"grid\" x1=\"\(text(left))\" x2=\"\(text(width - right))\" y1=\"\(text(y(value)))\" y2=\"\(text(y(value)))\"/>"
      )
      parts.append(
        "<text class=\"axis\" x=\"\(text(left - 6))\" y=\"\(text(y(value) + 4))\" text-anchor=\"end\">\(text(value))</text>"
      )
    }
    for (index, anchor) in [(0, "start"), (days.count - 1, "end")] {
      parts.append(
        "<text class=\"axis\" x=\"\(text(x(index)))\" y=\"\(text(height - 6))\" text-anchor=\"\(anchor)\">\(days[index])</text>"
      )
    }
    for line in series {
      let points = line.points.enumerated().map { "\(text(x($0.offset))),\(text(y($0.element.value)))" }
      parts.append("<polyline class=\"line \(line.tone)\" points=\"\(points.joined(separator: " "))\"/>")
    }
    parts.append("</svg>")
    return parts.joined()
  }

  /// The smallest of 4, 8, 20, 40, 80 … that holds it: its quarters are whole numbers.
  static func niceMaximum(_ value: Double) -> Double {
    var step = 4.0
    while true {
      for factor in [1.0, 2, 5] where step * factor >= value { return step * factor }
      step *= 10
    }
  }

  private static func text(_ value: Double) -> String {
    let rounded = (value * 10).rounded() / 10
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }
}
