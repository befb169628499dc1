import IsthmusCore

extension ConfigurationSnapshot {
  /// Connectors and profiles that name the transform map, drafts too, as people call them.
  package func users(ofMap name: String) -> [String] {
    items(of: .connector).flatMap { Self.users(ofMap: name, in: $0.document) }
  }

  fileprivate static func users(ofMap name: String, in connector: JSONValue) -> [String] {
    let title = "connector \"\(connector["name"]?.string ?? "")\""
    var users = connector["transformMap"]?.string == name ? [title] : []
    for profile in connector["profiles"]?.array ?? [] where profile["transformMap"]?.string == name {
      users.append("profile \"\(profile["name"]?.string ?? "")\" of \(title)")
    }
    return users
  }
}

extension ConnectorConfiguration {
  /// The connector and those of its profiles that name the transform map.
  package func users(ofMap name: String) -> [String] { ConfigurationSnapshot.users(ofMap: name, in: document) }
}
