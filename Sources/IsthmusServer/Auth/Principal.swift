package import IsthmusStore

/// Who asks for something, and what they may do.
package struct Principal: Sendable, Hashable {
  package enum Identity: Sendable, Hashable {
    case user(AccountID)
    /// A program; with the account that the token is of.
    case token(TokenID, of: AccountID?)
    /// The command line on the server's machine, or the server itself.
    case system
  }

  package var identity: Identity
  /// As the audit log shows it.
  package var name: String
  package var role: Role
  /// The client's network address.
  package var address: String?

  package init(_ identity: Identity, name: String, role: Role, address: String? = nil) {
    self.identity = identity
    self.name = name
    self.role = role
    self.address = address
  }

  /// Whoever may open the inventory's files may do all.
  ///
  /// - Parameter user: The name of the system's user.
  package static func commandLine(user: String) -> Principal {
    Principal(.system, name: "command line (\(user))", role: .admin)
  }

  /// What the server does by itself.
  package static let server = Principal(.system, name: "server", role: .admin)

  package var account: AccountID? {
    switch identity {
    case .user(let account): account
    case .token(_, let account): account
    case .system: nil
    }
  }

  package var actor: AuditActor {
    switch identity {
    case .user(let account): AuditActor(.user, name: name, account: account, address: address)
    case .token(let token, let account):
      AuditActor(.token, name: name, account: account, token: token, address: address)
    case .system: AuditActor(.system, name: name, address: address)
    }
  }

  /// - Parameter what: Ends the sentence "… may not".
  /// - Throws: ``AccessError`` of kind `notAllowed` for a lesser role.
  package func require(_ needed: Role, to what: String) throws(AccessError) {
    guard role >= needed else {
      throw AccessError(
        .notAllowed, "\(name) may not \(what): that takes the role \(needed.rawValue), and theirs is \(role.rawValue).")
    }
  }

  /// For accounts and tokens: a token could outlive its own end by what it makes.
  package func requirePerson(to what: String) throws(AccessError) {
    if case .token = identity {
      throw AccessError(.notAllowed, "A token may not \(what): sign in, or use the command line.")
    }
  }
}
