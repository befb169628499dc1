import Crypto
import CryptoExtras
import Foundation
import SwiftASN1
import X509

/// A signed JSON web token that stands for a client's secret, taken apart. RFC 7523.
struct ClientAssertion {
  static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
  /// How far clocks may differ, in seconds.
  private static let tolerance: Int64 = 300

  private let header: KQLValue
  private let claims: KQLValue
  private let signed: [UInt8]
  private let signature: [UInt8]

  /// nil if the text is no such token.
  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Self.json(parts[0]), let claims = Self.json(parts[1]),
      let signature = Self.bytes(parts[2])
    else { return nil }
    self.header = header
    self.claims = claims
    self.signature = signature
    signed = Array("\(parts[0]).\(parts[1])".utf8)
  }

  var issuer: String { text("iss") }
  var subject: String { text("sub") }
  var audience: String { text("aud") }
  var algorithm: String { Self.text(header, "alg") }

  /// Whether the header names this certificate, by either of its thumbprints. Microsoft's own clients pad them.
  func names(_ certificate: RegisteredCertificate) -> Bool {
    ["x5t#S256", "x5t"].contains { name in
      certificate.thumbprints.contains(Self.text(header, name).replacing("=", with: ""))
    }
  }

  func isSigned(by key: _RSA.Signing.PublicKey) -> Bool {
    let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
    switch algorithm {
    case "PS256": return key.isValidSignature(signature, for: signed, padding: .PSS)
    case "RS256": return key.isValidSignature(signature, for: signed, padding: .insecurePKCS1v1_5)
    default: return false
    }
  }

  /// Whether it holds at a time, in seconds since 1970.
  func isValid(at now: Int64) -> Bool {
    guard let end = seconds("exp") else { return false }
    return now < end + Self.tolerance && (seconds("nbf") ?? 0) - Self.tolerance <= now
  }

  /// Clients may write fractions. nil for what is no time.
  private func seconds(_ name: String) -> Int64? {
    guard case .object(let members) = claims else { return nil }
    let range: ClosedRange<Int64> = 0...1 << 40
    switch members[name] {
    case .long(let value)? where range.contains(value): return value
    case .real(let value)? where value >= 0 && value < Double(range.upperBound): return Int64(value)
    default: return nil
    }
  }

  private func text(_ name: String) -> String { Self.text(claims, name) }

  private static func text(_ value: KQLValue, _ name: String) -> String {
    guard case .object(let members) = value, case .string(let text)? = members[name] else { return "" }
    return text
  }

  private static func json(_ part: Substring) -> KQLValue? {
    guard let bytes = bytes(part),
      case .object(let members)? = JSONTextParser.parse(String(decoding: bytes, as: UTF8.self))
    else { return nil }
    return .object(members)
  }

  private static func bytes(_ part: Substring) -> [UInt8]? {
    guard !part.isEmpty, !part.contains(where: { "+/=".contains($0) }) else { return nil }
    return Base64.decode(part.replacing("-", with: "+").replacing("_", with: "/"))
  }
}

/// A certificate that stands in the app registration, or that another identity provider signs with.
struct RegisteredCertificate: Sendable {
  /// Of SHA-256 and SHA-1, in base64url.
  let thumbprints: Set<String>
  let key: _RSA.Signing.PublicKey
  /// In seconds since 1970.
  private let validity: ClosedRange<Int64>

  /// - Parameter pem: What else stands there, such as its private key, is left alone.
  /// - Throws: ``SimulatorError``
  init(pem: String) throws(SimulatorError) {
    guard let documents = try? PEMDocument.parseMultiple(pemString: pem),
      let document = documents.first(where: { $0.discriminator == "CERTIFICATE" }),
      let certificate = try? Certificate(pemDocument: document),
      let key = _RSA.Signing.PublicKey(certificate.publicKey)
    else { throw SimulatorError(summary: "there is no certificate with an RSA key in PEM form in it.") }
    self.key = key
    thumbprints = [
      Self.base64URL(SHA256.hash(data: document.derBytes)), Self.base64URL(Insecure.SHA1.hash(data: document.derBytes)),
    ]
    let begin = Int64(certificate.notValidBefore.timeIntervalSince1970)
    validity = begin...max(begin, Int64(certificate.notValidAfter.timeIntervalSince1970))
  }

  func isValid(at now: Int64) -> Bool { validity.contains(now) }

  private static func base64URL(_ digest: some Sequence<UInt8>) -> String {
    Base64.encode(Array(digest)).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
