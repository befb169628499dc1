import DefenderForCloud
import IsthmusConnect
import IsthmusCore

/// Every connector kind of this program. A new kind is one line here.
enum ConnectorCatalog {
  static let kinds: [any ConnectorKind.Type] = [DefenderForCloud.self]

  static func kind(named name: String) -> (any ConnectorKind.Type)? { kinds.first { $0.descriptor.name == name } }

  /// The kind whose records have the source model of this name.
  static func kind(ofModel name: String) -> KindDescriptor? {
    kinds.map { $0.descriptor }.first { $0.sourceModel.name == name }
  }
}
