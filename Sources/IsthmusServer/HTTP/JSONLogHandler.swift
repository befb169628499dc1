package import IsthmusCore
package import Logging

/// Writes each line of the log as one JSON object: `time`, `level`, `message` and `metadata`.
package struct JSONLogHandler: LogHandler {
  package var logLevel = Logger.Level.info
  package var metadata: Logger.Metadata = [:]
  private let now: @Sendable () -> Timestamp
  private let write: @Sendable (String) -> Void

  /// - Parameter write: Takes a line without its end.
  package init(now: @escaping @Sendable () -> Timestamp, write: @escaping @Sendable (String) -> Void) {
    self.now = now
    self.write = write
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var all = metadata.merging(event.metadata ?? [:]) { $1 }
    if let error = event.error, all["error"] == nil { all["error"] = "\(error)" }
    let line = JSONValue.object([
      "time": .string(now().description), "level": .string(event.level.rawValue),
      "message": .string(event.message.description), "metadata": Self.json(.dictionary(all)),
    ])
    write(line.text())
  }

  private static func json(_ value: Logger.Metadata.Value) -> JSONValue {
    switch value {
    case .string(let text): .string(text)
    case .stringConvertible(let number as Int): .integer(Int64(number))
    case .stringConvertible(let value): .string(value.description)
    case .array(let elements): .array(elements.map(json))
    case .dictionary(let members):
      .object(members.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, json($0.value)) })
    }
  }
}
