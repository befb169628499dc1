import Crypto
import CryptoExtras
import Foundation
package import IsthmusCore
import SwiftASN1
import X509

/// A certificate with its private key, by which a client signs who it is.
///
/// The form of the assertion: <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>
package struct ClientCertificate: Sendable {
  /// How long an assertion holds; Microsoft asks for 5 to 10 minutes.
  private static let lifetimeSeconds: Int64 = 600

  /// When the authority stops to take it.
  package let expiresAt: Timestamp
  private let thumbprint: String
  private let key: _RSA.Signing.PrivateKey

  /// - Parameter pem: The certificate and its RSA key, in any order, others beside them.
  /// - Throws: ``ConnectorError`` of kind `configuration`; nothing of the text is in it.
  package init(pem: Secret) throws(ConnectorError) {
    guard let documents = try? PEMDocument.parseMultiple(pemString: pem.reveal()), !documents.isEmpty else {
      throw Self.unusable("is not in PEM form", "Give a file with -----BEGIN CERTIFICATE----- and its private key.")
    }
    if documents.contains(where: { $0.discriminator == "ENCRYPTED PRIVATE KEY" }) {
      throw Self.unusable(
        "has a private key behind a passphrase", "Take it off, as with openssl pkey -in key.pem -out plain.pem.")
    }
    let keys = documents.filter { $0.discriminator.hasSuffix("PRIVATE KEY") }
    guard let written = keys.first else {
      throw Self.unusable("has no private key", "Put the certificate and its private key into one text.")
    }
    guard keys.count == 1 else { throw Self.unusable("has more than one private key", "Leave the right one there.") }
    guard let key = try? _RSA.Signing.PrivateKey(pemRepresentation: written.pemString) else {
      throw Self.unusable(
        "has a private key that is no RSA key of 2048 bits or more", "Make a certificate with an RSA key.")
    }
    let certificates = documents.filter { $0.discriminator == "CERTIFICATE" }
    let publicKey = Certificate.PublicKey(key.publicKey)
    let own = certificates.lazy.compactMap { document in
      (try? Certificate(pemDocument: document)).map { (certificate: $0, der: document.derBytes) }
    }.first { $0.certificate.publicKey == publicKey }
    guard let own else {
      throw certificates.isEmpty
        ? Self.unusable("has no certificate", "Put the certificate and its private key into one text.")
        : Self.unusable(
          "does not belong to its private key", "Put the certificate beside the key that it was made with.")
    }
    self.key = key
    thumbprint = Self.base64URL(SHA256.hash(data: own.der))
    expiresAt = Timestamp(microseconds: Int64(own.certificate.notValidAfter.timeIntervalSince1970) * 1_000_000)
  }

  /// A signed statement that its bearer is the client, for one request.
  ///
  /// - Parameter audience: The URL of the token endpoint.
  func assertion(clientID: String, audience: String, at now: Timestamp) throws(ConnectorError) -> Secret {
    let seconds = now.microseconds / 1_000_000
    let header: JSONValue = .object([
      "alg": .string("PS256"), "typ": .string("JWT"), "x5t#S256": .string(thumbprint),
    ])
    let claims: JSONValue = .object([
      "aud": .string(audience), "iss": .string(clientID), "sub": .string(clientID),
      "jti": .string(UUID().uuidString), "nbf": .integer(seconds), "iat": .integer(seconds),
      "exp": .integer(seconds + Self.lifetimeSeconds),
    ])
    let signed = "\(Self.base64URL(header.text().utf8)).\(Self.base64URL(claims.text().utf8))"
    guard let signature = try? key.signature(for: Data(signed.utf8), padding: .PSS) else {
      throw Self.unusable("can't be used to sign with", "Make a new one.")
    }
    return Secret("\(signed).\(Self.base64URL(signature.rawRepresentation))")
  }

  private static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  private static func unusable(_ what: String, _ remedy: String) -> ConnectorError {
    ConnectorError(.configuration, "The client certificate \(what).", remedy: remedy)
  }
}

extension ClientCertificate: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "<certificate until \(expiresAt)>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
