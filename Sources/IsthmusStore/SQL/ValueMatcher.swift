import GRDB
import GRDBSQLite
import IsthmusCore

/// What a text is compared with where SQL has no words for it; bound as a pointer, so that nothing is parsed
/// once a row.
final class ValueMatcher: Sendable {
  private enum Form: Sendable {
    case pattern(TextPattern)
    case patterns([TextPattern])
    case texts(Set<[UInt8]>)
    case addresses(AddressRange)
  }

  private let form: Form

  init(_ pattern: TextPattern) { form = .pattern(pattern) }

  init(_ addresses: AddressRange) { form = .addresses(addresses) }

  /// Whole texts, without case.
  init(anyOf texts: [String]) {
    form =
      texts.count <= 8
      ? .patterns(texts.compactMap { TextPattern($0, form: .exact) }) : .texts(Set(texts.map { Array($0.utf8) }))
  }

  func matches(_ utf8: UnsafeRawBufferPointer) -> Bool {
    switch form {
    case .pattern(let pattern): pattern.matches(utf8)
    case .patterns(let patterns): patterns.contains { $0.matches(utf8) }
    case .texts(let texts): texts.contains(Array(String(decoding: utf8, as: UTF8.self).lowercased().utf8))
    case .addresses(let range): range.contains(utf8)
    }
  }
}

// MARK: - In SQLite

extension ValueMatcher {
  /// The name under which SQLite keeps the pointers; a pointer of another name is not given to the function.
  static let pointerType: StaticString = "ValueMatcher"

  /// Makes `qql_matches(text, matcher)` and `qql_expand(text, resource id)` known to the connection.
  static func register(in db: Database) throws {
    let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY
    let codes = [
      sqlite3_create_function_v2(
        db.sqliteConnection, "qql_matches", 2, flags, nil,
        { context, _, values in ValueMatcher.answer(context, values) }, nil,
        nil, nil),
      sqlite3_create_function_v2(
        db.sqliteConnection, "qql_expand", 2, flags, nil,
        { context, _, values in ValueMatcher.expand(context, values) }, nil, nil,
        nil),
    ]
    if let code = codes.first(where: { $0 != SQLITE_OK }) { throw StoreError(sqliteCode: code, message: "functions") }
  }

  /// 1 or 0; null for null.
  private static func answer(_ context: OpaquePointer?, _ values: UnsafeMutablePointer<OpaquePointer?>?) {
    guard let values, let bytes = text(values[0]),
      let pointer = pointerType.withUTF8Buffer({ name in
        name.baseAddress.flatMap { base in
          base.withMemoryRebound(to: CChar.self, capacity: name.count + 1) { sqlite3_value_pointer(values[1], $0) }
        }
      })
    else { return sqlite3_result_null(context) }
    let matcher = Unmanaged<ValueMatcher>.fromOpaque(pointer).takeUnretainedValue()
    sqlite3_result_int(context, matcher.matches(bytes) ? 1 : 0)
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
