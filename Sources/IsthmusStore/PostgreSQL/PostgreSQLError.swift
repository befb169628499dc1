extension StoreError {
  /// An error of a statement.
  ///
  /// - Parameters:
  ///   - state: SQLSTATE. <https://www.postgresql.org/docs/current/errcodes-appendix.html>
  ///   - message: The server's first line.
  init(state: String, message: String, of address: PostgreSQLAddress) {
    let what = "\(message), SQLSTATE \(state)"
    switch state {
    case "53100", "53400":
      self.init(
        .full, "The database server has no room left (\(what)).",
        remedy: "Make room on the server and run again; what was committed is kept.")
    case "53200", "53300", "57P03":
      self.init(
        .busy, "The database server can't take more work now (\(what)).",
        remedy: "Wait and try again, or raise its limits.")
    case "55P03", "40001", "40P01":
      self.init(.busy, "Another process holds the inventory.", remedy: "Wait until it has ended and try again.")
    case "57014":
      self.init(
        .busy, "The database server ended a statement that took too long or was cancelled (\(what)).",
        remedy: "Try again when the server has less to do.")
    case "57P01", "57P02", "25P03":
      self.init(
        .unreachable, "The database server ended the connection (\(what)).",
        remedy: "Try again; nothing of the transaction was kept.")
    case "42501":
      self.init(
        .notAllowed, "The database's user lacks a right in \(address) (\(what)).",
        remedy:
          "Grant it CREATE on the database, or make it the owner of schema \(address.schema) and all that is in it.")
    case "25006":
      self.init(
        .notAllowed, "What is in \(address) can only be read (\(what)).",
        remedy: """
          Name the primary server, by target_session_attrs=read-write if the URL has several, and take \
          default_transaction_read_only from the user, the database or the server.
          """)
    default:
      // Of class 22, the message quotes values.
      let shown = state.hasPrefix("22") ? "SQLSTATE \(state)" : what
      self.init(.defect, "The database refused a statement (\(shown)).", remedy: "Report this.")
    }
  }

  static func lostCommit(_ address: PostgreSQLAddress) -> StoreError {
    StoreError(
      .unreachable,
      "The connection to \(address) broke while a transaction was committed: whether it was is not known.",
      remedy: "Look at what it was to change before you do it again; a run goes on where it ended.")
  }
}
