import IsthmusConnect
import IsthmusCore

/// Records to try a map on.
struct MapSample {
  struct Record {
    var value: JSONValue
    /// Where it is from, if it says so: a reject of a run does.
    var stream: SourceStream?
    /// Why it can't be tried; nil if it can.
    var problem: String?
  }

  let records: [Record]

  /// - Parameter text: A JSON array of records, one record, or a record a line; also what `isthmus rejects` prints as
  ///   `json` or `jsonl`, whose raw rows are taken.
  init(_ text: String, path: String) throws {
    var values: [JSONValue] = []
    do throws(JSONError) {
      let whole = try JSONValue(parsing: text)
      values = whole.array ?? [whole]
    } catch let wholeError {
      let lines = text.split(whereSeparator: \.isNewline).filter { $0.contains { !$0.isWhitespace } }
      for line in lines {
        guard let value = try? JSONValue(parsing: String(line)) else {
          // What is wrong with the text as a whole says more than that its first line alone is no JSON.
          throw CommandError.usage(wholeError.rendered(in: text, path: path))
        }
        values.append(value)
      }
    }
    if values.isEmpty { throw CommandError.usage("\(path) holds no record.") }
    records = try values.enumerated().map { index, value in
      guard case .object = value else {
        throw CommandError.usage("\(path): record \(index + 1) is no object.")
      }
      return Record(value)
    }
  }
}

extension MapSample.Record {
  /// A record, or the raw row of a reject.
  init(_ value: JSONValue) {
    guard let raw = value["raw"]?.string, let kind = value["kind"]?.string,
      ["record", "value", "aside"].contains(kind),
      let stream = value["stream"]?.string.flatMap(SourceStream.init(rawValue:))
    else {
      self.init(value: value, stream: nil)
      return
    }
    self.init(value: .null, stream: stream)
    guard let record = try? JSONValue(parsing: raw), case .object = record else {
      problem = "the row that was kept is not whole, since it was longer than 64 KiB"
      return
    }
    self.value = record
  }

  /// Which records it belongs to: as it says, else by the form of its id.
  func stream(of kind: KindDescriptor) -> SourceStream {
    if let stream { return stream }
    let id = value["id"]?.string?.lowercased() ?? ""
    return kind.findings.isRecordID(id) ? .findings : .hosts
  }
}

extension JSONError {
  /// With line and column, from 1.
  func rendered(in text: String, path: String) -> String {
    let before = Array(text.utf8.prefix(offset))
    let line = before.count { $0 == 0x0A } + 1
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1
    return "\(path):\(line):\(column): not valid JSON: \(problem)"
  }
}
