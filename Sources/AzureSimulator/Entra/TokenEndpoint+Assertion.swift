/// The proof of a client that has no secret.
extension TokenEndpoint {
  /// Checks a signed assertion: the client's own, or that of another identity provider.
  func check(
    _ fields: [String: String], client: String, tenant: String, now: Int64 = WallClock.seconds
  ) throws(TokenError) {
    guard let text = fields["client_assertion"], !text.isEmpty else { throw .noCredential }
    guard fields["client_assertion_type"] == ClientAssertion.type else { throw .missing("client_assertion_type") }
    guard let assertion = ClientAssertion(text) else { throw .malformedAssertion }
    if assertion.issuer.lowercased() == client.lowercased() {
      try checkOwn(assertion, client: client, tenant: tenant, now: now)
    } else {
      try checkFederated(assertion, now: now)
    }
  }

  private func checkOwn(
    _ assertion: ClientAssertion, client: String, tenant: String, now: Int64
  ) throws(TokenError) {
    guard let certificate = registration.certificates.first(where: { assertion.names($0) }) else {
      throw .badSignature("The key was not found.")
    }
    guard certificate.isValid(at: now) else { throw .badSignature("The key used is expired.") }
    guard assertion.isSigned(by: certificate.key) else {
      throw .badSignature("The provided signature value did not match the expected signature value.")
    }
    guard assertion.subject.lowercased() == client.lowercased() else { throw .assertionOfAnother }
    let base = "\(resourceManager)/\(tenant)"
    guard ["\(base)/oauth2/v2.0/token", "\(base)/oauth2/token", "\(base)/v2.0"].contains(assertion.audience) else {
      throw .assertionAudience
    }
    guard assertion.isValid(at: now) else { throw .assertionTime }
  }

  /// Issuer, subject and audience must be those of the registration, with their case.
  private func checkFederated(_ assertion: ClientAssertion, now: Int64) throws(TokenError) {
    guard let trusted = registration.federation, assertion.issuer == AppRegistration.federatedIssuer else {
      throw .unknownIssuer(assertion.issuer)
    }
    guard assertion.audience == AppRegistration.federatedAudience else { throw .unknownAudience(assertion.audience) }
    guard assertion.subject == AppRegistration.federatedSubject else { throw .unknownSubject(assertion.subject) }
    guard assertion.isSigned(by: trusted.key) else { throw .federatedSignature }
    guard assertion.isValid(at: now) else { throw .assertionTime }
  }
}

extension TokenError {
  static let malformedAssertion = TokenError(
    status: 401, error: "invalid_client", code: 50_027, text: "JWT token is invalid or malformed.")

  static func badSignature(_ reason: String) -> TokenError {
    TokenError(
      status: 401, error: "invalid_client", code: 700_027,
      text: "Client assertion contains an invalid signature. [Reason - \(reason)]")
  }

  static let assertionOfAnother = TokenError(
    status: 401, error: "invalid_client", code: 700_021,
    text: "Client assertion application identifier doesn't match 'client_id' parameter.")

  static let assertionAudience = TokenError(
    status: 401, error: "invalid_client", code: 700_023,
    text: "Client assertion audience claim does not match Realm issuer.")

  static let assertionTime = TokenError(
    status: 401, error: "invalid_client", code: 700_024, text: "Client assertion is not within its valid time range.")

  static func unknownIssuer(_ issuer: String) -> TokenError {
    TokenError(
      status: 401, error: "invalid_client", code: 700_211,
      text: "No matching federated identity record found for presented assertion issuer '\(issuer)'.")
  }

  static func unknownAudience(_ audience: String) -> TokenError {
    TokenError(
      status: 401, error: "invalid_client", code: 700_212,
      text: "No matching federated identity record found for presented assertion audience '\(audience)'.")
  }

  static func unknownSubject(_ subject: String) -> TokenError {
    TokenError(
      status: 401, error: "invalid_client", code: 700_213,
      text: "No matching federated identity record found for presented assertion subject '\(subject)'.")
  }

  static let federatedSignature = TokenError(
    status: 401, error: "invalid_client", code: 50_013, text: "Assertion failed signature validation.")
}
