/// Numbers of new rows, for one transaction. They are taken from the table's sequence in blocks, so that an insertion waits
/// for no answer. What is left of a block goes back, unless another transaction has taken the next one meanwhile: without
/// others there are no gaps, as in SQLite.
struct PostgreSQLNumbers {
  private struct Block {
    let first: Int64
    let last: Int64
    var next: Int64
  }

  private var blocks: [String: Block] = [:]

  private static let blockLength: Int64 = 512

  /// The last number that a table's rows were given, as an expression; 0 before the first.
  static func lastGiven(of table: String) -> String {
    "(SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM \"\(table)_id_seq\")"
  }

  mutating func next(of table: String, _ connection: PostgreSQLConnection) throws -> Int64 {
    var block: Block
    if let known = blocks[table], known.next <= known.last {
      block = known
    } else {
      block = try Self.take(table, connection)
      // Of blocks that follow one another all can be given back.
      if let used = blocks[table], used.last + 1 == block.first {
        block = Block(first: used.first, last: block.last, next: block.first)
      }
    }
    block.next += 1
    blocks[table] = block
    return block.next - 1
  }

  /// A sequence is changed at once and for all, whatever becomes of the transaction; the lock makes looking at it and
  /// setting it one step.
  private static func take(_ table: String, _ connection: PostgreSQLConnection) throws -> Block {
    let lock = PostgreSQLLock.numbers(of: table, connection.address)
    do {
      try connection.send("SELECT pg_advisory_lock(\(lock))")
      try connection.send("SELECT setval('\(table)_id_seq', \(lastGiven(of: table)) + \(blockLength))")
      let taken = try connection.query(
        "SELECT last_value, pg_advisory_unlock(\(lock)) FROM \(table)_id_seq", PostgreSQLValues())
      let last = taken.integer(0, 0)
      return Block(first: last - blockLength + 1, last: last, next: last - blockLength + 1)
    } catch {
      // The lock is the session's: it may be held, and ends with the connection.
      connection.abandon()
      throw error
    }
  }

  /// What was not used, before the transaction's end.
  mutating func giveBack(_ connection: PostgreSQLConnection) throws {
    let taken = blocks
    // Once others may have these numbers, nothing is given back a second time.
    blocks = [:]
    for (table, block) in taken where block.next <= block.last {
      try Self.set(table, from: block.last, to: block.next - 1, connection)
    }
  }

  /// All, since the transaction was undone.
  mutating func giveAllBack(_ connection: PostgreSQLConnection) throws {
    let taken = blocks
    blocks = [:]
    for (table, block) in taken { try Self.set(table, from: block.last, to: block.first - 1, connection) }
    try connection.finish()
  }

  private static func set(
    _ table: String, from last: Int64, to used: Int64, _ connection: PostgreSQLConnection
  ) throws {
    let lock = PostgreSQLLock.numbers(of: table, connection.address)
    try connection.send("SELECT pg_advisory_lock(\(lock))")
    // A sequence can't stand at 0: it begins at 1, which is not called.
    try connection.send(
      "SELECT setval('\(table)_id_seq', \(max(1, used)), \(used > 0)) FROM \(table)_id_seq WHERE last_value = \(last)")
    try connection.send("SELECT pg_advisory_unlock(\(lock))")
  }
}
