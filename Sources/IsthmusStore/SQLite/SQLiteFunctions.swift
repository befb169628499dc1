import GRDB
import GRDBSQLite
import IsthmusCore

/// A value that SQLite keeps as a pointer.
protocol BoundPointer: AnyObject, Sendable {
  /// The name under which it is kept; a pointer of another name is not given to a function.
  static var pointerType: StaticString { get }
}

extension BoundPointer {
  static func withPointerType<Result>(_ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    pointerType.withUTF8Buffer { name in
      guard let base = name.baseAddress else { return body(nil) }
      return base.withMemoryRebound(to: CChar.self, capacity: name.count + 1) { body($0) }
    }
  }
}

extension ValueMatcher: BoundPointer { static let pointerType: StaticString = "ValueMatcher" }
extension TruthProgram: BoundPointer { static let pointerType: StaticString = "TruthProgram" }

extension ValueMatcher {
  /// Makes `qql_matches(text, matcher)`, `qql_holds(truths, program)`, `qql_marked(text)` and
  /// `qql_expand(text, resource id)` known to the connection.
  static func register(in db: Database) throws {
    let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY
    let codes = [
      sqlite3_create_function_v2(
        db.sqliteConnection, "qql_matches", 2, flags, nil,
        { context, _, values in ValueMatcher.answer(context, values) }, nil,
        nil, nil),
      sqlite3_create_function_v2(
        db.sqliteConnection, "qql_holds", 2, flags, nil,
        { context, _, values in ValueMatcher.decide(context, values) }, nil, nil, nil),
      sqlite3_create_function_v2(
        db.sqliteConnection, "qql_marked", 1, flags, nil,
        { context, _, values in ValueMatcher.tellMarks(context, values) }, nil, nil, nil),
      sqlite3_create_function_v2(
        db.sqliteConnection, "qql_expand", 2, flags, nil,
        { context, _, values in ValueMatcher.expand(context, values) }, nil, nil,
        nil),
    ]
    if let code = codes.first(where: { $0 != SQLITE_OK }) { throw StoreError(sqliteCode: code, message: "functions") }
  }

  /// 1 or 0; null for null.
  private static func answer(_ context: OpaquePointer?, _ values: UnsafeMutablePointer<OpaquePointer?>?) {
    guard let values, let bytes = text(values[0]), let matcher = bound(values[1], ValueMatcher.self) else {
      return sqlite3_result_null(context)
    }
    sqlite3_result_int(context, matcher.matches(bytes) ? 1 : 0)
  }

  private static func decide(_ context: OpaquePointer?, _ values: UnsafeMutablePointer<OpaquePointer?>?) {
    guard let values, let truths = text(values[0]), let program = bound(values[1], TruthProgram.self) else {
      return sqlite3_result_null(context)
    }
    sqlite3_result_int(context, program.holds(truths) ? 1 : 0)
  }

  private static func bound<Value: BoundPointer>(_ value: OpaquePointer?, _ type: Value.Type) -> Value? {
    let pointer = Value.withPointerType { sqlite3_value_pointer(value, $0) }
    return pointer.map { Unmanaged<Value>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Whether the text has marks of ``DetailTemplate``.
  private static func tellMarks(_ context: OpaquePointer?, _ values: UnsafeMutablePointer<OpaquePointer?>?) {
    guard let values, let folded = text(values[0]) else { return sqlite3_result_null(context) }
    sqlite3_result_int(context, DetailTemplate.hasMarks(String(decoding: folded, as: UTF8.self)) ? 1 : 0)
  }

  /// The text of ``DetailTemplate`` with the resource's id in place of its marks.
  private static func expand(_ context: OpaquePointer?, _ values: UnsafeMutablePointer<OpaquePointer?>?) {
    guard let values, let folded = text(values[0]), let resource = text(values[1]) else {
      return sqlite3_result_null(context)
    }
    let template = DetailTemplate(resourceID: String(decoding: resource, as: UTF8.self))
    var expanded = template.expand(.string(String(decoding: folded, as: UTF8.self))).string ?? ""
    expanded.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { pointer in
        sqlite3_result_text(
          context, pointer.baseAddress, Int32(pointer.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self))
      }
    }
  }

  private static func text(_ value: OpaquePointer?) -> UnsafeRawBufferPointer? {
    guard sqlite3_value_type(value) != SQLITE_NULL, let bytes = sqlite3_value_text(value) else { return nil }
    return UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_value_bytes(value)))
  }
}
