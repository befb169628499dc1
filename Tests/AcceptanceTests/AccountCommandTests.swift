import Foundation
import IsthmusCore
import Testing

@Suite("Accounts, tokens and secrets, by command")
struct AccountCommandTests {
  private static let password = "correct horse battery"

  /// Runs the command with this text as its standard input.
  private func pipe(_ text: String, _ program: Program, _ command: String) throws -> Program.Ended {
    try program.write("input", text)
    return try program.shell("\"$ISTHMUS\" \(command) < '\(program.path("input"))'")
  }

  private func rows(_ program: Program, _ arguments: String...) throws -> [JSONValue] {
    let ended = try program.start(arguments + ["--output", "json"]).wait()
    #expect(ended.status == 0, "\(arguments): \(ended.errors)")
    return try JSONValue(parsing: ended.output).array ?? []
  }

  /// All that stands in the data folder.
  private func stored(_ program: Program) throws -> Data {
    let folder = program.path("data")
    return try FileManager.default.contentsOfDirectory(atPath: folder).reduce(into: Data()) { data, name in
      data.append(try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
    }
  }

  @Test("An account is made, changed and deleted; its password is read, and kept nowhere")
  func accounts() throws {
    let program = try Program(inFile: true)
    defer { program.remove() }
    let added = try pipe("\(Self.password)\n", program, "user add alice --role admin")
    #expect(added.status == 0 && added.output == "alice can sign in, as admin.\n", "\(added.errors)")
    #expect(try pipe(Self.password, program, "user add bob --role viewer --output json").status == 0)
    #expect(try program.run("user", "role", "bob", "operator").output == "bob has the role operator.\n")
    #expect(try program.run("user", "disable", "bob").status == 0)
    let listed = try rows(program, "user", "list")
    #expect(listed.map { $0["name"]?.string } == ["alice", "bob"])
    #expect(listed.map { $0["status"]?.string } == ["active", "disabled"])
    #expect(listed.map { $0["role"]?.string } == ["admin", "operator"])
    #expect(try program.run("user", "enable", "bob").status == 0)
    #expect(try pipe("another long password", program, "user password bob").status == 0)
    #expect(try program.run("user", "delete", "bob").output == "bob is deleted.\n")
    #expect(try rows(program, "user", "list").count == 1)
    let bytes = try stored(program)
    #expect(bytes.range(of: Data("alice".utf8)) != nil)
    for password in [Self.password, "another long password"] {
      #expect(bytes.range(of: Data(password.utf8)) == nil)
    }
  }

  @Test("The audit log is listed from a time on, the latest first, as many entries as are asked for")
  func audit() throws {
    let program = try Program()
    defer { program.remove() }
    for name in ["alice", "bob"] {
      #expect(try pipe(Self.password, program, "user add \(name) --role admin").status == 0)
    }
    let all = try rows(program, "audit")
    #expect(all.map { $0["subject"]?.string } == ["account:bob", "account:alice"])
    #expect(all.allSatisfy { $0["action"] == .string("account.create") && $0["after"]?["role"] == .string("admin") })
    #expect(try rows(program, "audit", "--limit", "1", "--subject", "account:alice").count == 1)
    #expect(try rows(program, "audit", "--since", "2999-01-01").isEmpty)
    #expect(try rows(program, "audit", "--since", all[0]["at"]?.string ?? "", "--limit", "all").count == 1)
    #expect(try program.run("audit", "--since", "yesterday").status == 2)
    #expect(try program.run("audit", "--limit", "-1").status == 2)
    #expect(try program.run("audit").output.contains("account.create"))
  }

  @Test("What can't be done to accounts is refused with its reason and the right exit code")
  func refusals() throws {
    let program = try Program()
    defer { program.remove() }
    #expect(try pipe(Self.password, program, "user add alice --role admin").status == 0)
    let cases: [(input: String, command: String, status: Int32, says: String)] = [
      ("short", "user add bob --role viewer", 2, "at least 12 characters"),
      ("", "user add bob --role viewer", 2, "standard input is empty"),
      (Self.password, "user add ALICE --role viewer", 2, "already"),
      (Self.password, "user add 'b ob' --role viewer", 2, "no name for an account"),
      (Self.password, "user add bob --role boss", 2, "boss"),
      (Self.password, "user add bob --role viewer \(Self.password)", 2, "unexpected"),
      ("", "user role alice viewer", 2, "last active admin"),
      ("", "user disable alice", 2, "last active admin"),
      ("", "user delete alice", 2, "last active admin"),
      ("", "user delete nobody", 1, "no account"),
      ("", "token create t --role viewer --days 367", 2, "1 to 366"),
      ("", "token create t --days 3", 2, "--role"),
      ("", "token revoke T9", 1, "no token T9"),
      ("", "token revoke isth_abc", 2, "ids look like T3"),
      ("", "secret delete A clientSecret", 1, "no secret"),
      ("", "secret set A clientSecret", 2, "standard input is empty"),
      ("x", "secret set A clientSecret --expires soon", 2, "neither a date"),
    ]
    for (input, command, status, says) in cases {
      let ended = try pipe(input, program, command)
      #expect(ended.status == status, "\(command): \(ended.errors)")
      #expect(ended.errors.contains(says), "\(command): \(ended.errors)")
      #expect(!ended.errors.contains("isth_abc"))
    }
    #expect(try rows(program, "user", "list").count == 1)
  }

  @Test("A token is shown once, listed without its text and revoked")
  func tokens() throws {
    let program = try Program(inFile: true)
    defer { program.remove() }
    let made = try program.run("token", "create", "nightly", "--role", "viewer", "--days", "30")
    #expect(made.status == 0 && made.errors.contains("T1 nightly: role viewer"))
    let text = made.output.trimmingCharacters(in: .newlines)
    #expect(text.hasPrefix("isth_") && text.utf8.count == 48)
    let json = try program.run("token", "create", "other", "--role", "admin", "--output", "json")
    let other = try #require(try JSONValue(parsing: json.output)["token"]?.string)
    #expect(other.hasPrefix("isth_") && other != text)
    let listed = try program.run("token", "list", "--output", "json").output
    #expect(try JSONValue(parsing: listed).array?.count == 2)
    let bytes = try stored(program)
    for secret in [text, other] {
      #expect(!listed.contains(secret))
      #expect(bytes.range(of: Data(secret.utf8)) == nil)
    }
    #expect(try program.run("token", "revoke", "T1").output == "T1 nightly opens nothing any more.\n")
    #expect(try rows(program, "token", "list").map { $0["name"]?.string } == ["other"])
  }

  @Test("A secret is set, listed without it, sealed with another key, and deleted")
  func secrets() throws {
    var program = try Program()
    defer { program.remove() }
    let set = try pipe("hunter2-hunter2\n", program, "secret set Contoso clientSecret --expires 2027-12-31")
    #expect(
      set.status == 0 && set.output == "clientSecret of Contoso is set, until 2027-12-31T00:00:00Z.\n", "\(set.errors)")
    let before = try rows(program, "secret", "list")
    #expect(before.map { $0["connector"]?.string } == ["Contoso"])
    #expect(before.first?["setBy"]?.string?.hasPrefix("command line (") == true)
    #expect(try stored(program).range(of: Data("hunter2".utf8)) == nil)

    let key = program.path("data/secret.key")
    let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? NSNumber
    #expect(mode?.intValue == 0o600)
    let rotated = try program.run("secret", "rotate-key")
    #expect(rotated.status == 0 && rotated.output.hasPrefix("1 secret was sealed anew"), "\(rotated.errors)")
    #expect(try rows(program, "secret", "list").first?["key"] != before.first?["key"])

    // Readable by others; lost; from the variable.
    #expect(try program.shell("chmod 640 '\(key)'").status == 0)
    let open = try pipe("x", program, "secret set Contoso proxy")
    #expect(open.status == 1 && open.errors.contains("chmod 600"))
    #expect(try program.shell("chmod 600 '\(key)' && mv '\(key)' '\(key).away'").status == 0)
    let lost = try pipe("x", program, "secret set Contoso proxy")
    #expect(lost.status == 1 && lost.errors.contains("the key to them is not there"))
    #expect(try program.shell("mv '\(key).away' '\(key)'").status == 0)
    let variable = Data(repeating: 7, count: 32).base64EncodedString()
    program.environment["ISTHMUS_SECRET_KEY"] = variable
    let moved = try program.run("secret", "rotate-key")
    #expect(moved.output.contains("are not needed any more"), "\(moved.errors)")
    program.environment["ISTHMUS_SECRET_KEY"] = "hunter2"
    let bad = try pipe("x", program, "secret set Contoso proxy")
    #expect(bad.status == 1 && bad.errors.contains("ISTHMUS_SECRET_KEY is not 32 bytes"))
    #expect(!bad.errors.contains("hunter2"))
    #expect(try program.run("secret", "delete", "Contoso", "clientSecret").status == 0)
    #expect(try rows(program, "secret", "list").isEmpty)
  }

  @Test("On a terminal a password is not shown, and asked for twice")
  func terminal() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "terminal.py",
      """
      import os, pty, sys
      def talk(answers):
          pid, terminal = pty.fork()
          if pid == 0:
              os.execv(os.environ["ISTHMUS"], ["isthmus"] + sys.argv[1:])
          shown = b""
          for prompt, answer in answers:
              while prompt not in shown:
                  shown += os.read(terminal, 1000)
              shown = shown.replace(prompt, b"")
              os.write(terminal, answer)
          try:
              while part := os.read(terminal, 1000):
                  shown += part
          except OSError:
              pass
          print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode())
      one, again = b"Password of alice: ", b"again: "
      talk([(one, b"correct horse battery\\n"), (again, b"another\\n")])
      talk([(one, b"correct\\x03")])
      talk([(one, b"wrong\\x15correct horse batterx\\x7fy\\n"), (again, b"correct horse battery\\n")])
      """)
    let ended = try program.shell(
      "cd '\(program.path(""))' && python3 terminal.py user add alice --role admin")
    let lines = ended.output.split(whereSeparator: \.isNewline).filter { !$0.isEmpty }
    #expect(ended.output.contains("The two are not the same"), "\(ended.output) \(ended.errors)")
    #expect(lines.contains { $0.hasPrefix("130") } && ended.output.contains("alice can sign in, as admin."))
    #expect(!ended.output.contains("horse") && !ended.output.contains("correct"))
    #expect(try rows(program, "user", "list").count == 1)
  }
}
