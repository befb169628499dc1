package import IsthmusConnect

/// What names and passwords can be.
package enum AccountRules {
  package static let minimumPasswordLength = 12
  /// Long enough for any phrase, short enough to hash.
  package static let maximumPasswordBytes = 1024
  package static let maximumNameLength = 113

  /// What Entra allows in a user principal name, and `+`. Only ASCII: no two names look alike.
  /// <https://learn.microsoft.com/entra/identity/hybrid/connect/plan-connect-userprincipalname>
  private static let nameMarks = Set<UInt8>("'.-_!#^~@+".utf8)

  /// - Throws: ``AccessError`` of kind `invalid`.
  package static func check(name: String) throws(AccessError) {
    let isPlain = name.utf8.allSatisfy { isLetterOrDigit($0) || nameMarks.contains($0) }
    guard isPlain, (1...maximumNameLength).contains(name.utf8.count), name.utf8.first.map(isLetterOrDigit) == true
    else {
      throw AccessError(
        .invalid,
        """
        That is no name for an account: it has 1 to \(maximumNameLength) letters (a-z), digits and \
        ' . - _ ! # ^ ~ @ +, and begins with a letter or digit.
        """)
    }
  }

  /// - Throws: ``AccessError`` of kind `invalid`; the password is not in it.
  package static func check(password: Secret, of name: String) throws(AccessError) {
    let text = password.reveal()
    if text.count < minimumPasswordLength {
      throw AccessError(
        .invalid,
        "The password is too short: it has at least \(minimumPasswordLength) characters. Some words in a row do well.")
    }
    if text.utf8.count > maximumPasswordBytes {
      throw AccessError(.invalid, "The password is too long: it has at most \(maximumPasswordBytes) bytes.")
    }
    if text.lowercased() == name.lowercased() {
      throw AccessError(.invalid, "The password is the account's name. Choose another one.")
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
