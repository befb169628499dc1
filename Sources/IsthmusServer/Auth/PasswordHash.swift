import Crypto
import CryptoExtras
import Foundation

/// What is kept of a password: scrypt (RFC 7914) with a random salt, and the cost that it was made with.
///
/// Written `$scrypt$ln=15,r=8,p=3$SALT$HASH`, base64 without padding.
package struct PasswordHash: Sendable {
  /// 128 · r · 2^ln bytes of memory; p times the work.
  package struct Cost: Sendable, Hashable {
    package var logRounds: Int
    package var blockSize: Int
    package var parallelism: Int

    package init(logRounds: Int, blockSize: Int, parallelism: Int) {
      self.logRounds = logRounds
      self.blockSize = blockSize
      self.parallelism = parallelism
    }

    /// 32 MiB and three passes, of the settings that OWASP holds equal.
    /// <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt>
    package static let standard = Cost(logRounds: 15, blockSize: 8, parallelism: 3)

    /// What was stored must not make the server take all the memory.
    var isAcceptable: Bool {
      (1...20).contains(logRounds) && (1...32).contains(blockSize) && (1...16).contains(parallelism)
        && memory <= 256 << 20
    }

    /// Bytes.
    var memory: Int { 128 * blockSize << logRounds }
  }

  package let cost: Cost
  private let salt: [UInt8]
  private let key: SymmetricKey

  private static let keyBytes = 32
  private static let saltBytes = 16

  /// Takes long; see ``PasswordHasher``.
  package init(of password: String, cost: Cost, random: RandomSource) throws {
    self.cost = cost
    salt = random.bytes(Self.saltBytes)
    key = try Self.derive(password, salt: salt, cost: cost)
  }

  /// What no password matches, to spend the same time on a name that nobody has.
  init(matchingNothing cost: Cost, random: RandomSource) {
    self.cost = cost
    salt = random.bytes(Self.saltBytes)
    key = SymmetricKey(data: random.bytes(Self.keyBytes))
  }

  /// - Returns: nil for anything that was not written by ``text``, or that would cost too much.
  package init?(parsing text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
      let numbers = Self.numbers(parts[2], ["ln", "r", "p"]),
      let salt = Self.bytes(parts[3]), salt.count == Self.saltBytes,
      let key = Self.bytes(parts[4]), key.count == Self.keyBytes
    else { return nil }
    cost = Cost(logRounds: numbers[0], blockSize: numbers[1], parallelism: numbers[2])
    self.salt = salt
    self.key = SymmetricKey(data: key)
    if !cost.isAcceptable { return nil }
  }

  package var text: String {
    let written = key.withUnsafeBytes { Self.text(Array($0)) }
    return "$scrypt$ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)$\(Self.text(salt))$\(written)"
  }

  /// Takes as long as making one. The comparison takes the same time wherever the difference is.
  package func matches(_ password: String) throws -> Bool {
    try Self.derive(password, salt: salt, cost: cost) == key
  }

  private static func derive(_ password: String, salt: [UInt8], cost: Cost) throws -> SymmetricKey {
    // Keyboards differ in how they compose a letter; the library takes no empty text.
    let typed = Data(password.precomposedStringWithCanonicalMapping.utf8)
    return try KDF.Scrypt.deriveKey(
      from: typed.isEmpty ? Data([0]) : typed, salt: salt, outputByteCount: keyBytes, rounds: 1 << cost.logRounds,
      blockSize: cost.blockSize, parallelism: cost.parallelism)
  }

  private static func numbers(_ text: Substring, _ names: [String]) -> [Int]? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == names.count else { return nil }
    var numbers: [Int] = []
    for (part, name) in zip(parts, names) {
      guard part.hasPrefix("\(name)="), let number = Int(part.dropFirst(name.count + 1)) else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  private static func text(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("=", with: "")
  }

  private static func bytes(_ text: Substring) -> [UInt8]? {
    let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    return Data(base64Encoded: "\(text)\(padding)").map(Array.init)
  }
}
