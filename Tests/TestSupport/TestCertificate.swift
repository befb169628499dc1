import Crypto
import CryptoExtras
import Foundation
package import IsthmusCore
import SwiftASN1
import X509

/// A certificate with an RSA key, made for one test.
package struct TestCertificate: Sendable {
  /// In PEM.
  package let certificate: String
  /// In PEM.
  package let key: String
  private let signingKey: _RSA.Signing.PrivateKey

  /// - Parameter ends: From now. It began two days before now, or before its end.
  package init(endsAfter ends: Duration = .seconds(90 * 86_400)) throws {
    signingKey = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    let now = Date()
    let end = now.addingTimeInterval(Double(ends.components.seconds))
    let name = try DistinguishedName { CommonName("isthmus") }
    let own = Certificate.PrivateKey(signingKey)
    let made = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: own.publicKey,
      notValidBefore: min(now, end).addingTimeInterval(-172_800),
      notValidAfter: end, issuer: name, subject: name, signatureAlgorithm: .sha256WithRSAEncryption,
      extensions: Certificate.Extensions(), issuerPrivateKey: own)
    certificate = try made.serializeAsPEM().pemString
    key = signingKey.pkcs8PEMRepresentation
  }

  /// Both, as a client is given them.
  package var pem: String { "\(certificate)\n\(key)\n" }

  /// A token that the key has signed, RS256.
  ///
  /// - Parameter namesCertificate: Whether its header has the SHA-1 thumbprint, as older clients write it.
  package func token(_ claims: JSONValue, namesCertificate: Bool = false) throws -> String {
    var header: JSONValue = .object(["alg": .string("RS256"), "typ": .string("JWT")])
    if namesCertificate {
      let thumbprint = Insecure.SHA1.hash(data: try PEMDocument(pemString: certificate).derBytes)
      header = .object([
        "alg": .string("RS256"), "typ": .string("JWT"), "x5t": .string(Self.base64URL(thumbprint)),
      ])
    }
    let signed = "\(Self.base64URL(header.text().utf8)).\(Self.base64URL(claims.text().utf8))"
    let signature = try signingKey.signature(for: Data(signed.utf8), padding: .insecurePKCS1v1_5)
    return "\(signed).\(Self.base64URL(signature.rawRepresentation))"
  }

  /// Whether the key has signed a token, PS256.
  package func hasSigned(_ token: String) -> Bool {
    let parts = token.split(separator: ".")
    guard parts.count == 3, let signature = Self.bytes(parts[2]) else { return false }
    return signingKey.publicKey.isValidSignature(
      .init(rawRepresentation: signature), for: Data("\(parts[0]).\(parts[1])".utf8), padding: .PSS)
  }

  /// The parts of a token before its signature.
  package static func parts(of token: String) throws -> [JSONValue] {
    try token.split(separator: ".").dropLast().map { part in
      try JSONValue(parsing: String(decoding: bytes(part) ?? Data(), as: UTF8.self))
    }
  }

  private static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  private static func bytes(_ text: Substring) -> Data? {
    let plain = text.replacing("-", with: "+").replacing("_", with: "/")
    return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
  }
}
