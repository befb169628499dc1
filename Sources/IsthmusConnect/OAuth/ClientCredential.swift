import IsthmusCore

/// By what a client proves to an authority who it is.
package enum ClientCredential: Sendable {
  case secret(Secret)
  /// Signs an assertion for each request; the key itself goes nowhere.
  case certificate(ClientCertificate)
  /// A token of another identity provider that the authority trusts. The file is read for each request: who writes it
  /// puts a new token there before the old one ends.
  case federatedToken(SecretFile)

  /// What `client_assertion` is. RFC 7523, section 2.2.
  static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

  /// The fields of a token request that prove it.
  func fields(clientID: String, audience: String, at now: Timestamp) throws(ConnectorError) -> [(String, String)] {
    switch self {
    case .secret(let secret): return [("client_secret", secret.reveal())]
    case .certificate(let certificate):
      let assertion = try certificate.assertion(clientID: clientID, audience: audience, at: now)
      return [("client_assertion_type", Self.assertionType), ("client_assertion", assertion.reveal())]
    case .federatedToken(let file):
      return [("client_assertion_type", Self.assertionType), ("client_assertion", try token(in: file).reveal())]
    }
  }

  private func token(in file: SecretFile) throws(ConnectorError) -> Secret {
    guard let token = file.content() else {
      throw ConnectorError(
        .configuration, "The file of the federated token, \(file.path), can't be read.",
        remedy: "Check its path, and that who runs Isthmus may read it.")
    }
    guard !token.isEmpty else {
      throw ConnectorError(
        .configuration, "The file of the federated token, \(file.path), is empty.",
        remedy: "See that what writes the token there works.")
    }
    return token
  }
}
