/// An HTTP answer before it meets a connection, so that endpoints can be called without one.
package struct Answer: Sendable {
  package var status: Int
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]

  package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// A JSON answer with the headers that Azure puts on each.
  static func json(_ value: KQLValue, status: Int = 200, headers: [(name: String, value: String)] = []) -> Answer {
    var body: [UInt8] = []
    value.appendJSON(to: &body)
    return Answer(status: status, headers: azureHeaders + headers, body: body)
  }

  static let azureHeaders: [(name: String, value: String)] = [
    ("content-type", "application/json; charset=utf-8"), ("cache-control", "no-cache"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"), ("x-content-type-options", "nosniff"),
  ]

  package func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// An HTTP request as the endpoints see it.
package struct SimulatorRequest: Sendable {
  package var method: String
  /// Path segments; empty ones are dropped, so that a doubled slash does no harm.
  package var path: [String]
  package var query: [String: String]
  /// By lower-case name.
  package var headers: [String: String]
  package var body: [UInt8]

  package init(method: String, target: String, headers: [String: String] = [:], body: [UInt8] = []) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    self.method = method
    path = (parts.first ?? "").split(separator: "/").map { FormText.decode($0, plusIsSpace: false) }
    query = parts.count > 1 ? FormText.fields(parts[1]) : [:]
    self.headers = headers
    self.body = body
  }

  /// The media type in lower case, without parameters.
  var contentType: String {
    let value = headers["content-type"] ?? ""
    return value.split(separator: ";").first.map { $0.lowercased().filter { $0 != " " } } ?? ""
  }
}

/// `application/x-www-form-urlencoded`
enum FormText {
  static func fields(_ text: some StringProtocol) -> [String: String] {
    var fields: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      fields[decode(parts[0], plusIsSpace: true)] = parts.count > 1 ? decode(parts[1], plusIsSpace: true) : ""
    }
    return fields
  }

  static func decode(_ text: some StringProtocol, plusIsSpace: Bool) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "+"), plusIsSpace {
        bytes.append(UInt8(ascii: " "))
      } else if byte == UInt8(ascii: "%"), rest.count >= 2,
        let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(decoded)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
