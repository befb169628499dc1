import CZlib
import IsthmusConnect
package import IsthmusCore

/// Records as they are kept: one JSON array, compressed by zlib.
package enum PageCodec {
  /// On Defender's rows 15 times smaller, at 30 ms a page of 1,000: a sixth smaller costs a quarter more time.
  private static let level: Int32 = 4

  /// The page's records, byte for byte as they came, and how many bytes they are.
  static func pack(_ page: SourcePage) -> (body: [UInt8], size: Int) {
    var text: [UInt8] = [UInt8(ascii: "[")]
    page.forEachRecord { record in
      if text.count > 1 { text.append(UInt8(ascii: ",")) }
      record.append(to: &text)
    }
    text.append(UInt8(ascii: "]"))
    return (compress(text), text.count)
  }

  static func pack(_ value: JSONValue) -> (body: [UInt8], size: Int) {
    let text = Array(value.text().utf8)
    return (compress(text), text.count)
  }

  /// - Throws: ``JSONError`` for what is no array.
  package static func unpack(_ body: [UInt8], size: Int) throws(JSONError) -> JSONDocument {
    guard let text = decompress(body, size: size) else {
      throw JSONError(offset: 0, problem: "what was kept can't be decompressed")
    }
    return try JSONDocument(parsing: ByteStore(text))
  }

  private static func compress(_ text: [UInt8]) -> [UInt8] {
    var length = compressBound(uLong(text.count))
    return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
      let code = compress2(buffer.baseAddress, &length, text, uLong(text.count), level)
      // The buffer is as large as zlib asks for: there is no other failure than a lack of memory.
      precondition(code == Z_OK, "zlib could not compress \(text.count) bytes (\(code))")
      count = Int(length)
    }
  }

  private static func decompress(_ body: [UInt8], size: Int) -> [UInt8]? {
    guard size >= 0 else { return nil }
    var length = uLong(size)
    var code = Z_OK
    let text = [UInt8](unsafeUninitializedCapacity: max(size, 1)) { buffer, count in
      code = uncompress(buffer.baseAddress, &length, body, uLong(body.count))
      count = code == Z_OK ? Int(length) : 0
    }
    return code == Z_OK && text.count == size ? text : nil
  }
}
