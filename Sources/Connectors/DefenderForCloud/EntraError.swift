import IsthmusConnect
import IsthmusCore

/// What an answer of the token endpoint means for the person who configures the connector.
///
/// Microsoft asks programs not to depend on codes or texts, so the flow depends on neither: the code only
/// chooses a better hint. <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>
enum EntraError {
  static func explain(status: Int, body: JSONDocument?, settings: DefenderSettings) -> ConnectorError {
    guard let body else {
      return ConnectorError(
        .unexpected, "\(settings.authority) answered the request for a token with status \(status) and no JSON.",
        remedy: "Check that the authentication URL is that of Entra ID and that no proxy answers in its place.")
    }
    let (error, codes, text) = body.withRoot { root in
      (
        root["error"]?.string ?? "", root["error_codes"]?.elements.compactMap { $0.integer } ?? [],
        root["error_description"]?.string ?? ""
      )
    }
    let code = codes.first ?? codeInText(text)
    if let hint = hint(code, settings: settings) {
      let name = code.map { "AADSTS\($0)" } ?? error
      return ConnectorError(hint.kind, "\(hint.summary) (\(name))", remedy: hint.remedy)
    }
    let name = code.map { "AADSTS\($0), \(error)" } ?? (error.isEmpty ? "no reason given" : error)
    return ConnectorError(
      .unauthorised, "Entra ID refused to give a token (status \(status), \(name)).",
      remedy:
        "Check tenant id, client id and client secret; the code is explained at https://login.microsoftonline.com/error."
    )
  }

  private static func codeInText(_ text: String) -> Int64? {
    guard text.hasPrefix("AADSTS") else { return nil }
    return Int64(text.dropFirst("AADSTS".count).prefix { $0.isNumber })
  }

  private static func hint(
    _ code: Int64?, settings: DefenderSettings
  ) -> (kind: ConnectorError.Kind, summary: String, remedy: String)? {
    switch code {
    case 7_000_215:
      let isID = DefenderSettings.isGUID(settings.clientSecret.reveal())
      let summary =
        isID
        ? "Entra ID refused the client secret: it looks like the secret's ID, not its Value."
        : "Entra ID refused the client secret: it is wrong."
      return (
        .unauthorised, summary,
        "Copy the Value of a client secret (Certificates & secrets of the app registration); it is shown only once, so make a new one if need be."
      )
    case 7_000_222:
      return (
        .unauthorised, "The client secret has expired.",
        "Make a new client secret in the app registration (Certificates & secrets) and give its Value."
      )
    case 700_016:
      return (
        .unauthorised, "The tenant \(settings.tenantID) has no application \(settings.clientID).",
        "Check the client id, and that the app registration is in this tenant."
      )
    case 90_002:
      return (.unauthorised, "There is no tenant \(settings.tenantID).", "Check the tenant id, and the cloud.")
    case 900_023: return (.configuration, "The tenant id is malformed.", "Give the Directory (tenant) ID, a GUID.")
    case 7_000_218: return (.unauthorised, "No client secret reached Entra ID.", "Give the client secret.")
    case 70_011, 1_002_012, 500_011, 50_001:
      return (
        .configuration, "Entra ID does not know the resource \(settings.resourceManager).",
        "Check the resource manager URL and the cloud."
      )
    default: return nil
    }
  }
}
