import Mustache

/// A page's value as the library looks into it fastest: members by name, texts, flags, numbers and lists.
///
/// The library looks at a structure anew for each name that a template says, and at all structures around it: that took three
/// quarters of the time of a list's page.
enum TemplateValue {
  /// A structure. Each member is there: a name that has no value is not looked for in the structures around it.
  struct Members: MustacheParent {
    fileprivate(set) var values: [String: Any] = [:]

    func child(named name: String) -> Any? { values[name] }
  }

  static func members(of value: Any) -> Members { members(Mirror(reflecting: value)) }

  private static func members(_ mirror: Mirror) -> Members {
    var members = Members()
    members.values.reserveCapacity(mirror.children.count)
    for child in mirror.children {
      if let name = child.label { members.values[name] = plain(child.value) }
    }
    return members
  }

  private static func plain(_ value: Any) -> Any {
    if value is String || value is Bool || value is Int { return value }
    if let text = value as? String? { return text ?? nothing }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.map { plain($0.value) } ?? nothing
    case .collection: return mirror.children.map { plain($0.value) }
    case .struct: return members(mirror)
    // A number, a name that shows itself, or nothing that templates look into.
    default: return value
    }
  }

  /// Of an optional without a value: as of an empty text, a section of it is left out.
  private static let nothing = ""
}
