import IsthmusConfiguration
import IsthmusConnect
import IsthmusCore
import IsthmusStore

/// The secrets that the inventory keeps: whether the key opens each, and when they end at their source.
struct SecretCheck {
  private static let soon = Duration.seconds(30 * 86_400)

  let secrets: [StoredSecret]
  let keys: SecretKeySource
  let now: Timestamp

  /// As a configuration reads them: each with its text, or why it does not open.
  var opened: [SecretSource.Place: Result<Secret, any Error>] {
    var opened: [SecretSource.Place: Result<Secret, any Error>] = [:]
    for secret in secrets {
      opened[secret.place] = Result { Secret(try secret.box.open(at: secret.place, with: try keys.existingKeys())) }
    }
    return opened
  }

  var checks: [HealthCheck] { [key, expiry] }

  private var key: HealthCheck {
    let name = "key to the secrets"
    do throws(SecretError) {
      guard !secrets.isEmpty else {
        // A file that is there must be usable all the same.
        let isThere = try keys.keys() != nil
        return .ok(name, isThere ? "\(keys.place) is in order; no secret is stored." : "No secret is stored.")
      }
      let ring = try keys.existingKeys()
      var closed: [(place: SecretPlace, error: SecretError)] = []
      for secret in secrets {
        do throws(SecretError) {
          _ = try secret.box.open(at: secret.place, with: ring)
        } catch {
          closed.append((secret.place, error))
        }
      }
      guard let first = closed.first else {
        return .ok(name, "\(keys.place) opens \(secrets.count == 1 ? "the secret" : "all \(secrets.count) secrets").")
      }
      let names = closed.map { "\($0.place.field) of \($0.place.owner)" }.joined(separator: ", ")
      return .failed(
        name, "\(keys.place) does not open \(names). \(first.error.summary)", remedy: first.error.remedy)
    } catch {
      return .failed(name, error.summary, remedy: error.remedy)
    }
  }

  /// As people said when they set them; nothing ends here by itself.
  private var expiry: HealthCheck {
    let name = "ends of secrets"
    let dated = secrets.compactMap { secret in secret.expiresAt.map { (place: secret.place, end: $0) } }
      .sorted { ($0.end, $0.place) < ($1.end, $1.place) }
    let remedy = "Make a new one at its source, and set it with isthmus secret set."
    let due = dated.filter { $0.end < now.advanced(by: Self.soon) }
      .map { "\($0.place.field) of \($0.place.owner): \($0.end)" }.joined(separator: ", ")
    guard let first = dated.first else {
      return .ok(name, secrets.isEmpty ? "No secret is stored." : "No end was given.")
    }
    if first.end < now { return .failed(name, "Ended, or ends soon: \(due).", remedy: remedy) }
    if !due.isEmpty { return .warning(name, "Ends soon: \(due).", remedy: remedy) }
    return .ok(name, "The next one is at \(first.end).")
  }
}
