import IsthmusServer

/// The style sheet, the scripts and the icon: part of the program, under `/static/`.
struct StaticFiles: Sendable {
  private struct File: Sendable {
    let type: String
    let bytes: [UInt8]
    let tag: String
  }

  private let files: [String: File]

  init() {
    let all: [(name: String, type: String, bytes: [UInt8])] = [
      ("isthmus.css", "text/css; charset=utf-8", PackageResources.isthmus_css),
      ("query.js", "text/javascript; charset=utf-8", PackageResources.query_js),
      ("map-editor.js", "text/javascript; charset=utf-8", PackageResources.map_editor_js),
      ("live.js", "text/javascript; charset=utf-8", PackageResources.live_js),
      ("icon.svg", "image/svg+xml", PackageResources.icon_svg),
    ]
    files = Dictionary(
      uniqueKeysWithValues: all.map { file in
        ("/static/\(file.name)", File(type: file.type, bytes: file.bytes, tag: Self.tag(file.bytes)))
      })
  }

  /// - Returns: nil if there is no such file.
  func answer(_ path: String, _ known: String?) -> APIAnswer? {
    guard let file = files[path] else { return nil }
    var answer = APIAnswer(status: 200, type: file.type, bytes: file.bytes)
    if known == file.tag {
      answer.status = 304
      answer.body = .bytes([])
    }
    // Asked for anew each time, answered without content while it is the same: a new version shows at once.
    return answer.with("ETag", file.tag).with("Cache-Control", "no-cache")
  }

  /// FNV-1a: only to tell versions apart.
  private static func tag(_ bytes: [UInt8]) -> String {
    let hash = bytes.reduce(into: 0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return "\"\(String(hash, radix: 16))\""
  }
}
