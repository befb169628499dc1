import Foundation
import IsthmusConnect
import IsthmusIngest
import Synchronization

/// One line on the terminal that shows how a run goes on; nothing where standard error is no terminal.
final class ProgressLine: Sendable {
  private struct State {
    var lastShown: Duration = .zero
    var isOpen = false
    var stream: SourceStream?
    /// When the stream's first page had come, and how many rows it brought.
    var began: (at: Duration, rows: Int) = (.zero, 0)
  }

  private let name: String
  private let start = ContinuousClock.now
  private let meter: TrafficMeter
  private let state = Mutex(State())

  init(_ name: String, meter: TrafficMeter) {
    self.name = name
    self.meter = meter
  }

  func show(_ event: RunEvent) {
    switch event {
    case .resumed(let run): note("\(name): \(run) was interrupted; it goes on where it stopped.")
    case .warning(let message): note("\(name): \(message)")
    case .connected(let count):
      if Console.isErrorTerminal { note("\(name): \(count) readable subscription\(count == 1 ? "" : "s").") }
    case .cleanedUp: break
    case .progress(let stream, let counters, let total): update(stream, counters, total)
    }
  }

  func end() {
    state.withLock { state in
      if state.isOpen { Console.writeError("\r\u{1B}[K") }
      state.isOpen = false
    }
  }

  private func note(_ text: String) {
    end()
    Console.error(text)
  }

  private func update(_ stream: SourceStream, _ counters: RunCounters, _ total: Int?) {
    guard Console.isErrorTerminal else { return }
    let elapsed = ContinuousClock.now - start
    let counts = stream == .hosts ? counters.assets : counters.findings
    let kept = counts.created + counts.updated + counts.unchanged + counts.rejected
    let rows = stream == .findings ? kept + counters.leftOut.total : kept
    let waited = meter.traffic.waited.seconds
    let waits = waited > 0 ? String(format: ", waited %.1f s for quota or retries", waited) : ""
    state.withLock { state in
      if state.stream != stream {
        state.stream = stream
        // A resumed run has rows already: the rate is of what comes now.
        state.began = (elapsed, rows)
      }
      guard elapsed - state.lastShown > .milliseconds(200) else { return }
      state.lastShown = elapsed
      state.isOpen = true
      let seconds = max((elapsed - state.began.at).seconds, 0.001)
      let rate = Double(rows - state.began.rows) / seconds
      var line = "\(name): \(stream.rawValue) \(rows)"
      if let total, total >= rows { line += " of \(total)" }
      line += " rows"
      if rate >= 1 { line += ", \(Int(rate))/s" }
      if let total, total >= rows, rate >= 1 { line += ", \(Int((Double(total - rows) / rate).rounded(.up))) s left" }
      Console.writeError("\r\u{1B}[K\(line)\(waits)")
    }
  }
}
