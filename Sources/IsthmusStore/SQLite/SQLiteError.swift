import GRDB
import GRDBSQLite

extension StoreError {
  init(sqliteCode code: Int32, message: String) {
    switch code & 0xFF {
    case SQLITE_FULL:
      self.init(
        .full, "The disk is full, or the database may not grow (\(message)).",
        remedy: "Make room and run again; what was committed is kept.")
    case SQLITE_IOERR:
      self.init(
        .full, "The database could not be written (\(message), code \(code)).",
        remedy: "Check the disk's room and health, then run again; what was committed is kept.")
    case SQLITE_BUSY, SQLITE_LOCKED:
      self.init(.busy, "Another process holds the database.", remedy: "Wait until it has ended and try again.")
    case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM:
      self.init(
        .notAllowed, "The database can't be opened for writing (\(message)).",
        remedy: "Check that the folder exists and belongs to this user.")
    case SQLITE_NOTADB, SQLITE_CORRUPT:
      self.init(
        .damaged, "The file is no Isthmus database, or is damaged (\(message)).",
        remedy: "Restore it from a backup, or name another folder.")
    default:
      self.init(.defect, "The database refused a statement (\(message), code \(code)).", remedy: "Report this.")
    }
  }
}

/// Runs `body` with GRDB's errors turned into ours.
func translating<T>(_ body: () throws -> T) throws -> T {
  do {
    return try body()
  } catch let error as DatabaseError {
    throw StoreError(sqliteCode: error.extendedResultCode.rawValue, message: error.message ?? "")
  }
}
