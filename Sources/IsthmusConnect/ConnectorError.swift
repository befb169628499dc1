/// Why a source could not be read, and what to do about it.
package struct ConnectorError: Error, Sendable, CustomStringConvertible {
  /// Who must act.
  package enum Kind: String, Sendable {
    /// The source refuses the credentials or the access: an administrator gives or renews them.
    case unauthorised
    /// A setting is wrong: whoever configures the connector corrects it.
    case configuration
    /// The source did not answer, or not in time, after all retries: it may work later.
    case unavailable
    /// The answer is not what the source promises: a defect here or there.
    case unexpected
    /// Somebody asked to stop.
    case cancelled
  }

  package var kind: Kind
  /// What happened, to what; no secret and no row's content.
  package var summary: String
  /// What to do; empty where there is nothing.
  package var remedy: String
  /// HTTP status of the source's last answer, where that is the reason.
  package var status: Int?

  package init(_ kind: Kind, _ summary: String, remedy: String, status: Int? = nil) {
    self.kind = kind
    self.summary = summary
    self.remedy = remedy
    self.status = status
  }

  package var description: String { remedy.isEmpty ? summary : "\(summary) \(remedy)" }
}
