/// A page's value as dictionaries and lists, for templates.
///
/// The library looks at a structure anew for each name that a template says, and at all structures around it: that took three
/// quarters of the time of a list's page. A dictionary is asked at once.
enum TemplateValue {
  /// The members that have a value, by their names.
  static func members(of value: Any) -> [String: Any] {
    var members: [String: Any] = [:]
    for child in Mirror(reflecting: value).children {
      if let name = child.label, let plain = plain(child.value) { members[name] = plain }
    }
    return members
  }

  /// nil for an optional without a value.
  private static func plain(_ value: Any) -> Any? {
    if value is String || value is Bool || value is Int { return value }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.flatMap { plain($0.value) }
    case .collection: return mirror.children.compactMap { plain($0.value) }
    case .struct: return members(of: value)
    // A number, a name that shows itself, or nothing that templates look into.
    default: return value
    }
  }
}
