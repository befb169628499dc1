import CPostgreSQL

/// One connection, in libpq's pipeline mode: what is sent waits for no answer until somebody wants one. Used by one thread
/// at a time. <https://www.postgresql.org/docs/current/libpq-pipeline-mode.html>
final class PostgreSQLConnection {
  let address: PostgreSQLAddress
  private let raw: OpaquePointer
  /// What was sent and has no answer yet; whether somebody wants it.
  private var pending: [Bool] = []
  private var firstPending = 0
  /// The first thing that went wrong and was not thrown yet.
  private var failure: StoreError?
  private var wanted: PostgreSQLResult?
  private var isAbandoned = false
  var statements = PostgreSQLStatements()
  var figures = PostgreSQLFigures()
  /// Whether the schema's ids can be looked for by their parts; see ``PostgreSQLTrigrams``.
  var hasTrigrams = false

  /// Answers are small, but so are the server's buffers for them: more are not left unread.
  private static let mostPending = 1000
  private static let fewPending = 500

  /// - Parameter settings: As `SET` takes them.
  /// - Throws: ``StoreError``.
  init(_ address: PostgreSQLAddress, settings: [String]) throws {
    self.address = address
    // What the URL says takes the place of what stands before it.
    let opened = Self.withPointers(["fallback_application_name", "connect_timeout", "dbname", "client_encoding"]) {
      keys in
      Self.withPointers(["isthmus", "10", address.url, "UTF8"]) { values in PQconnectdbParams(keys, values, 1) }
    }
    guard let opened else {
      throw StoreError(.unreachable, "There is no memory for a connection.", remedy: "Try again.")
    }
    raw = opened
    // libpq writes them to standard error, between the lines of the log; what ends a connection is met as an error.
    PQsetNoticeProcessor(raw, { _, _ in }, nil)
    guard PQstatus(raw) == CONNECTION_OK else {
      throw StoreError(connecting: String(cString: PQerrorMessage(raw)), to: address)
    }
    try refuseOld()
    let path = "search_path = \"\(address.schema)\", pg_catalog"
    let own = [
      path, "bytea_output = hex", "standard_conforming_strings = on", "jit = off", "cursor_tuple_fraction = 1",
      "client_min_messages = warning",
    ]
    for setting in own + settings { try configure("SET \(setting)") }
    guard PQenterPipelineMode(raw) == 1 else { throw broken() }
  }

  deinit { PQfinish(raw) }

  /// Calls `body` with the texts as C wants them, ended by a null pointer.
  private static func withPointers<T>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> T
  ) -> T {
    let copies = texts.map { text in
      let bytes = Array(text.utf8CString)
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      copy.update(from: bytes, count: bytes.count)
      return copy
    }
    defer { for copy in copies { copy.deallocate() } }
    return (copies.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { pointers in
      guard let base = pointers.baseAddress else { preconditionFailure("There is at least the null pointer.") }
      return body(base)
    }
  }

  private func refuseOld() throws {
    let version = Int(PQserverVersion(raw))
    if version < 130_000 {
      throw StoreError(
        .notAllowed, "The server of \(address) is PostgreSQL \(version / 10_000); Isthmus needs 13 or newer.",
        remedy: "Use a newer server. Nothing was changed.")
    }
    let encoding = PQparameterStatus(raw, "server_encoding").map { String(cString: $0) } ?? ""
    if encoding != "UTF8" {
      throw StoreError(
        .notAllowed, "The encoding of \(address) is \(encoding); Isthmus needs UTF8.",
        remedy: "Make the database anew: createdb --encoding UTF8 --template template0. Nothing was changed.")
    }
  }

  /// How it goes to the server.
  var link: PostgreSQLLink {
    func text(_ bytes: UnsafePointer<CChar>?) -> String { bytes.map { String(cString: $0) } ?? "" }
    let options = PQconninfo(raw)
    defer { PQconninfoFree(options) }
    var mode = ""
    var option = options
    while let keyword = option?.pointee.keyword {
      if text(keyword) == "sslmode" { mode = text(option?.pointee.val) }
      option = option?.advanced(by: 1)
    }
    return PostgreSQLLink(
      host: text(PQhost(raw)), address: text(PQhostaddr(raw)),
      encryption: PQsslInUse(raw) == 1 ? text(PQsslAttribute(raw, "protocol")) : nil, mode: mode)
  }

  private func configure(_ command: String) throws {
    let result = PostgreSQLResult(PQexec(raw, command))
    if let error = result.error(of: address) { throw error }
  }

  var isBroken: Bool { isAbandoned || PQstatus(raw) != CONNECTION_OK }

  /// Whoever used it leaves something behind that ends only with its session: it is used no more.
  func abandon() { isAbandoned = true }

  /// Whether the server answers; what another command left is taken from the wire.
  func answers() -> Bool {
    if isBroken { return false }
    return (try? query("SELECT 1", PostgreSQLValues())) != nil
  }

  private func broken() -> StoreError {
    StoreError(
      .unreachable, "The connection to \(address) broke (\(String(cString: PQerrorMessage(raw)).firstLine)).",
      remedy: "Check the server and try again; nothing of the transaction was kept.")
  }
}

// MARK: - Sending

extension PostgreSQLConnection {
  /// Sends a statement; what is wrong with it is thrown by a later call.
  func send(_ sql: String, _ values: borrowing PostgreSQLValues) throws {
    try sent(values.withPointers { count, values in PQsendQueryParams(raw, sql, count, nil, values, nil, nil, 0) })
  }

  func send(_ sql: String) throws { try send(sql, PostgreSQLValues()) }

  /// Sends a statement that is to be executed under the name from now on.
  func prepare(_ name: String, _ sql: String) throws { try sent(PQsendPrepare(raw, name, sql, 0, nil)) }

  /// - Parameter part: Of the values; nil: all.
  func send(prepared name: String, _ values: borrowing PostgreSQLValues, _ part: Range<Int>? = nil) throws {
    try sent(values.withPointers(part) { count, values in PQsendQueryPrepared(raw, name, count, values, nil, nil, 0) })
  }

  private func sent(_ code: Int32) throws {
    guard code == 1 else { throw broken() }
    pending.append(false)
    let waiting = pending.count - firstPending
    if waiting >= Self.mostPending {
      // The server is told to answer what it has; the next ones are made meanwhile.
      guard PQsendFlushRequest(raw) == 1, PQflush(raw) == 0 else { throw broken() }
      try receive(atMost: waiting - Self.fewPending)
    }
  }

  /// The answer to what was sent last, with all before it.
  ///
  /// - Throws: ``StoreError``, of the first that went wrong.
  func answer() throws -> PostgreSQLResult {
    if !pending.isEmpty { pending[pending.count - 1] = true }
    try finish()
    guard let result = wanted else { throw broken() }
    wanted = nil
    return result
  }

  func query(_ sql: String, _ values: borrowing PostgreSQLValues) throws -> PostgreSQLResult {
    try send(sql, values)
    return try answer()
  }

  /// Waits for all answers.
  func finish() throws {
    guard PQpipelineSync(raw) == 1 else { throw broken() }
    try receive(atMost: .max)
    guard let end = PQgetResult(raw) else { throw broken() }
    defer { PQclear(end) }
    guard PQresultStatus(end) == PGRES_PIPELINE_SYNC else { throw broken() }
    if let failure {
      self.failure = nil
      wanted = nil
      throw failure
    }
  }

  private func receive(atMost count: Int) throws {
    var left = count
    while left > 0, firstPending < pending.count {
      let isWanted = pending[firstPending]
      while let result = PQgetResult(raw) {
        let read = PostgreSQLResult(result)
        if PQresultStatus(result) == PGRES_PIPELINE_ABORTED { continue }
        if let error = read.error(of: address) {
          failure = failure ?? error
        } else if isWanted {
          wanted = read
        }
      }
      if isBroken { throw broken() }
      firstPending += 1
      left -= 1
    }
    if firstPending == pending.count {
      pending.removeAll(keepingCapacity: true)
      firstPending = 0
    }
  }
}

extension String {
  /// Without its end.
  var firstLine: String { split(separator: "\n").first.map(String.init) ?? "" }
}

// MARK: - Transactions

extension PostgreSQLConnection {
  /// One transaction; undone whole if `body` throws.
  ///
  /// - Throws: What `body` throws, or ``StoreError`` of a statement whose answer nobody had waited for.
  func transaction<T>(_ beginning: [String], _ body: () throws -> T) throws -> T {
    do {
      for statement in beginning { try send(statement) }
      let value = try body()
      try finish()
      try commit()
      return value
    } catch {
      rollBack()
      throw error
    }
  }

  private func commit() throws {
    do {
      try send("COMMIT")
      // One that a statement's error has ended is answered with ROLLBACK.
      if try answer().tag == "COMMIT" { return }
    } catch let error as StoreError where error.kind == .unreachable {
      throw StoreError.lostCommit(address)
    }
    throw StoreError(
      .defect, "A transaction went on after one of its statements had failed.",
      remedy: "Report this. Nothing of the transaction was kept.")
  }

  /// What fails here has ended the connection, and with it the transaction.
  private func rollBack() {
    if isBroken { return }
    try? finish()
    statements.forget()
    try? send("ROLLBACK")
    try? send("DEALLOCATE ALL")
    try? finish()
  }
}
