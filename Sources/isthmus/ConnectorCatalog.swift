import DefenderForCloud
import IsthmusConnect

/// Every connector kind of this program. A new kind is one line here.
enum ConnectorCatalog {
  static let kinds: [any ConnectorKind.Type] = [DefenderForCloud.self]

  static func kind(named name: String) -> (any ConnectorKind.Type)? { kinds.first { $0.descriptor.name == name } }
}
