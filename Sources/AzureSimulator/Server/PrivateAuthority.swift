import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority that lives as long as the process, and a server certificate for this machine from it.
struct PrivateAuthority {
  /// The authority's certificate, for clients to trust.
  let caPEM: String
  let serverPEM: String
  let serverKeyPEM: String

  /// Certificates are valid from a day ago, for clocks that differ, to a year ahead.
  init() throws {
    let caKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let serverKey = P256.Signing.PrivateKey()
    let now = Date()
    let begin = now.addingTimeInterval(-86_400)
    let end = now.addingTimeInterval(365 * 86_400)
    let caName = try DistinguishedName { CommonName("Isthmus simulator CA") }
    let caIdentifier = SubjectKeyIdentifier(hash: caKey.publicKey)

    let caCertificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: caKey.publicKey, notValidBefore: begin, notValidAfter: end,
      issuer: caName, subject: caName, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
        caIdentifier
      }, issuerPrivateKey: caKey)

    let serverPublicKey = Certificate.PublicKey(serverKey.publicKey)
    let serverCertificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: serverPublicKey, notValidBefore: begin, notValidAfter: end,
      issuer: caName, subject: try DistinguishedName { CommonName("localhost") },
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames([
          .dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
        ])
        SubjectKeyIdentifier(hash: serverPublicKey)
        AuthorityKeyIdentifier(keyIdentifier: caIdentifier.keyIdentifier)
      }, issuerPrivateKey: caKey)

    caPEM = try caCertificate.serializeAsPEM().pemString
    serverPEM = try serverCertificate.serializeAsPEM().pemString
    serverKeyPEM = serverKey.pemRepresentation
  }
}
