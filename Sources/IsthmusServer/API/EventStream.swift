import IsthmusCore
import ServiceLifecycle

/// Server-sent events: a record each time that it is another one, until it is over or the server is asked to end.
struct EventStream: Sendable {
  /// Between two looks.
  private static let pause = Duration.milliseconds(500)
  /// A line without meaning keeps proxies from closing a stream in which nothing happens.
  private static let silence = Duration.seconds(15)
  /// Clients connect anew after this.
  private static let longest = Duration.seconds(1800)

  /// - Parameter look: The record as it is now, and whether it will not change any more.
  let look: @Sendable () async throws -> (record: JSONValue, isOver: Bool)

  var answer: APIAnswer {
    APIAnswer(type: "text/event-stream") { write in
      let clock = ContinuousClock()
      let end = clock.now + Self.longest
      var last: (record: JSONValue, at: ContinuousClock.Instant)?
      while clock.now < end, !Task.isShuttingDownGracefully {
        let (record, isOver) = try await look()
        if record != last?.record {
          try await write(Array("event: change\ndata: \(record.text())\n\n".utf8))
          last = (record, clock.now)
        } else if let at = last?.at, clock.now - at > Self.silence {
          try await write(Array(": still here\n\n".utf8))
          last?.at = clock.now
        }
        if isOver { return try await write(Array("event: end\ndata: {}\n\n".utf8)) }
        try await clock.sleep(for: Self.pause)
      }
    }
  }
}
