import UnixSignals

/// Ends long work in order when the user or the system asks for it.
enum Interruption {
  /// Runs `body`; SIGINT and SIGTERM cancel it, and it ends at the next page.
  static func cancelling<T: Sendable>(_ body: @escaping @Sendable () async -> T) async -> T {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    return await withTaskGroup(of: T?.self) { group in
      group.addTask { await body() }
      group.addTask {
        for await _ in signals { break }
        return nil
      }
      // Whichever comes first; after a signal the work is cancelled and its own end is waited for.
      while let ended = await group.next() {
        group.cancelAll()
        if let value = ended { return value }
      }
      preconditionFailure("the work always gives a value")
    }
  }
}
