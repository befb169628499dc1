import IsthmusConnect
import IsthmusCore

/// What an answer of the token endpoint means for the person who configures the connector.
///
/// Microsoft asks programs not to depend on codes or texts, so the flow depends on neither: the code only
/// chooses a better hint. <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>
enum EntraError {
  static func explain(status: Int, body: JSONDocument?, settings: DefenderSettings, at now: Timestamp) -> ConnectorError
  {
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
    if let hint = hint(code, settings: settings) ?? assertionHint(code, settings.credential, at: now) {
      let name = code.map { "AADSTS\($0)" } ?? error
      return ConnectorError(hint.kind, "\(hint.summary) (\(name))", remedy: hint.remedy)
    }
    let name = code.map { "AADSTS\($0), \(error)" } ?? (error.isEmpty ? "no reason given" : error)
    return ConnectorError(
      .unauthorised, "Entra ID refused to give a token (status \(status), \(name)).",
      remedy:
        "Check tenant id, client id and the app registration's credential; the code is explained at https://login.microsoftonline.com/error."
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
      var isID = false
      if case .secret(let secret) = settings.credential { isID = DefenderSettings.isGUID(secret.reveal()) }
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
    case 7_000_218:
      return (.unauthorised, "No credential reached Entra ID.", "Give the client secret, or another credential.")
    case 70_011, 1_002_012, 500_011, 50_001:
      return (
        .configuration, "Entra ID does not know the resource \(settings.resourceManager).",
        "Check the resource manager URL and the cloud."
      )
    default: return nil
    }
  }

  /// Refusals of certificates and of other providers' tokens.
  private static func assertionHint(
    _ code: Int64?, _ credential: ClientCredential, at now: Timestamp
  ) -> (kind: ConnectorError.Kind, summary: String, remedy: String)? {
    switch code {
    case 700_027:
      if case .certificate(let certificate) = credential, certificate.expiresAt <= now {
        return (
          .unauthorised, "The client certificate has expired, on \(certificate.expiresAt).",
          "Make a new one, add it to the app registration (Certificates & secrets › Certificates), and give it here."
        )
      }
      return (
        .unauthorised, "Entra ID does not know the client certificate, or it is no longer taken.",
        "Add the certificate, without its key, to the app registration: Certificates & secrets › Certificates."
      )
    case 700_024:
      if case .federatedToken(let file) = credential {
        return (
          .unauthorised, "The federated token in \(file.path) has expired, or is not valid yet.",
          "See that what writes the file renews the token, and that the clocks are right."
        )
      }
      return (
        .unauthorised, "Entra ID found the signed assertion too old, or not valid yet.",
        "Set this machine's clock right."
      )
    case 70_021, 700_211, 700_212, 700_213, 7_002_138:
      let part =
        switch code {
        case 700_211: "issuer"
        case 700_212: "audience"
        case 700_213, 7_002_138: "subject"
        default: "issuer, subject and audience"
        }
      return (
        .unauthorised, "No federated credential of the app registration fits the token's \(part).",
        "Compare Certificates & secrets › Federated credentials with the token's claims, letter case included; the audience is api://AzureADTokenExchange."
      )
    case 50_013:
      return (
        .unauthorised, "Entra ID refused the signature of the federated token.",
        "See that the token comes from the issuer that the federated credential names, and that Entra ID can reach it."
      )
    case 50_027, 700_021, 700_023:
      if case .federatedToken(let file) = credential {
        return (
          .unauthorised, "What is in \(file.path) is no token that Entra ID can read.",
          "See that the file has one signed JSON web token and nothing else."
        )
      }
      return (
        .unauthorised, "Entra ID refused the signed assertion.",
        "Check tenant id, client id and cloud: the assertion is made for them."
      )
    default: return nil
    }
  }
}
