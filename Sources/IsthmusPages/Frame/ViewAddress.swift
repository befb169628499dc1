import IsthmusServer

/// The address of a list's view: everything that it shows is in it, so that a view can be kept as a link.
struct ViewAddress: Sendable {
  let path: String
  private(set) var parameters: [(name: String, value: String)]

  init(_ path: String, _ parameters: [(name: String, value: String)]) {
    self.path = path
    self.parameters = parameters.filter { !$0.value.isEmpty }
  }

  /// With another value of a parameter; without it if the value is nil. Pages are counted anew.
  func with(_ name: String, _ value: String?) -> ViewAddress {
    var changed = without(name).parameters
    if let value { changed.append((name, value)) }
    return ViewAddress(path, changed)
  }

  func adding(_ name: String, _ value: String) -> ViewAddress {
    ViewAddress(path, without("cursor").parameters + [(name, value)])
  }

  func removing(_ name: String, _ value: String) -> ViewAddress {
    ViewAddress(path, without("cursor").parameters.filter { $0.name != name || $0.value != value })
  }

  func without(_ name: String) -> ViewAddress {
    ViewAddress(path, parameters.filter { $0.name != name && $0.name != "cursor" })
  }

  var text: String {
    if parameters.isEmpty { return path }
    return path + "?" + parameters.map { "\($0.name)=\(PercentText.encoded($0.value))" }.joined(separator: "&")
  }
}
