import Foundation
import IsthmusCore
import JWTKit

/// Who the provider says somebody is: an id token whose signature and claims were checked.
struct IDToken: Sendable {
  /// `oid` where there is one (Entra), else `sub`: never given to anybody else.
  var person: String
  var name: String?
  var roles: [String]
  var groups: [String]
  /// Entra leaves the groups out of a token when somebody is in too many.
  var lacksGroups: Bool

  /// Clocks differ.
  private static let leeway: TimeInterval = 60
  private static let longestToken = 64 << 10
  /// Bits of an RSA key.
  private static let shortestModulus = 2048

  /// Checks a token as OpenID Connect Core 1.0, section 3.1.3.7, says.
  ///
  /// - Throws: ``AccessError`` with the reason.
  init(
    checking text: String, of provider: OpenIDProvider, _ settings: OpenIDSettings, nonce: String, at: Timestamp
  ) async throws {
    guard text.utf8.count <= Self.longestToken else { throw OpenIDRefusal.because("its token is too long") }
    let key = try await Self.key(of: text, provider)
    // One key alone: the library would take another one for a name that it does not know.
    let keys = JWTKeyCollection()
    let claims: Claims
    do {
      try await keys.add(jwk: key)
      claims = try await keys.verify(text, as: Claims.self)
    } catch let error as JWTError where error.errorType == .signatureVerificationFailed {
      throw OpenIDRefusal.because("its token's signature is not right")
    } catch {
      throw OpenIDRefusal.because("its token can't be read")
    }
    if let why = claims.problem(settings, nonce: nonce, at: at, leeway: Self.leeway) {
      throw OpenIDRefusal.because(why)
    }
    person = claims.oid ?? claims.sub
    name = claims.preferredUsername
    roles = claims.roles ?? []
    groups = claims.groups ?? []
    lacksGroups = claims.lacksGroups
  }

  /// The key that the token's header names, if the header is one that we take.
  private static func key(of text: String, _ provider: OpenIDProvider) async throws -> JWK {
    guard let part = text.split(separator: ".", omittingEmptySubsequences: false).first,
      let bytes = Base64URL.bytes(part), let header = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
    else { throw OpenIDRefusal.because("its token has no header") }
    guard let algorithm = header["alg"]?.string, OpenIDSettings.algorithms.contains(algorithm) else {
      throw OpenIDRefusal.because("its token is signed in a way that is not taken")
    }
    // What a header marks as critical must be understood, and we understand none of it.
    guard header["crit"] == nil else { throw OpenIDRefusal.because("its token's header has critical parts") }
    guard let id = header["kid"]?.string, let key = try await provider.key(id) else {
      throw OpenIDRefusal.because("its token is signed with a key that it does not list")
    }
    if let modulus = key.modulus, bits(modulus) < shortestModulus {
      throw OpenIDRefusal.because("its key is too short")
    }
    return key
  }

  private static func bits(_ modulus: String) -> Int {
    (Base64URL.bytes(modulus) ?? []).drop { $0 == 0 }.count * 8
  }
}

/// The claims that are looked at, as the token writes them.
private struct Claims: JWTPayload {
  var iss: String
  var sub: String
  var aud: Audience
  var exp: ExpirationClaim
  var nbf: NotBeforeClaim?
  var nonce: String?
  var azp: String?
  var oid: String?
  var preferredUsername: String?
  var roles: [String]?
  var groups: [String]?
  var hasGroups: Bool?
  var claimNames: [String: String]?

  private enum CodingKeys: String, CodingKey {
    case iss, sub, aud, exp, nbf, nonce, azp, oid, roles, groups
    case preferredUsername = "preferred_username"
    case hasGroups = "hasgroups"
    case claimNames = "_claim_names"
  }

  /// One text or several. The library's own type ends the process at none.
  struct Audience: Codable, Sendable {
    var values: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let one = try? container.decode(String.self) {
        values = [one]
      } else {
        values = try container.decode([String].self)
      }
    }

    func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
  }

  /// Claims are judged by ``problem(_:nonce:at:leeway:)``, which knows the attempt.
  func verify(using key: some JWTAlgorithm) throws {}

  var lacksGroups: Bool { hasGroups == true || claimNames?["groups"] != nil }

  /// nil: the token is meant for us, now, in this attempt.
  func problem(_ settings: OpenIDSettings, nonce expected: String, at: Timestamp, leeway: TimeInterval) -> String? {
    let now = Date(timeIntervalSince1970: Double(at.microseconds) / 1_000_000)
    guard iss == settings.issuer else { return "its token is of another issuer" }
    guard aud.values.contains(settings.clientID) else { return "its token is for another application" }
    if azp ?? settings.clientID != settings.clientID || (aud.values.count > 1 && azp == nil) {
      return "its token was given to another application"
    }
    guard (try? exp.verifyNotExpired(currentDate: now.addingTimeInterval(-leeway))) != nil else {
      return "its token has expired"
    }
    if let nbf, (try? nbf.verifyNotBefore(currentDate: now.addingTimeInterval(leeway))) == nil {
      return "its token is not valid yet; compare the clocks"
    }
    guard let nonce, OpenIDAttempt.isSame(nonce, expected) else { return "its token is of another attempt" }
    return (oid ?? sub).isEmpty ? "its token names nobody" : nil
  }
}
