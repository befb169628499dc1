import Foundation
import IsthmusConnect
import IsthmusIngest
import Synchronization

/// One line on the terminal that shows how a run goes on; nothing where standard error is no terminal.
final class ProgressLine: Sendable {
  private struct State {
    var lastShown: Duration = .zero
    var isOpen = false
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
    case .progress(let stream, let counters): update(stream, counters)
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

  private func update(_ stream: SourceStream, _ counters: RunCounters) {
    guard Console.isErrorTerminal else { return }
    let elapsed = ContinuousClock.now - start
    let counts = stream == .hosts ? counters.assets : counters.findings
    let kept = counts.created + counts.updated + counts.unchanged + counts.rejected
    let rows = stream == .findings ? kept + counters.leftOut.total : kept
    let seconds = max(elapsed.seconds, 0.001)
    let waited = meter.traffic.waited.seconds
    let waits = waited > 0 ? String(format: ", waited %.1f s for quota or retries", waited) : ""
    state.withLock { state in
      guard elapsed - state.lastShown > .milliseconds(200) else { return }
      state.lastShown = elapsed
      state.isOpen = true
      let rate = Int(Double(rows) / seconds)
      Console.writeError("\r\u{1B}[K\(name): \(stream.rawValue) \(rows) rows, \(rate)/s\(waits)")
    }
  }
}
