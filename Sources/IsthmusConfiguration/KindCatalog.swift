package import IsthmusConnect
import IsthmusCore

/// The connector kinds that a program knows. Only its composition root names them.
package struct KindCatalog: Sendable {
  package let kinds: [any ConnectorKind.Type]

  package init(_ kinds: [any ConnectorKind.Type]) { self.kinds = kinds }

  package var descriptors: [KindDescriptor] { kinds.map { $0.descriptor } }

  package func kind(named name: String) -> (any ConnectorKind.Type)? { kinds.first { $0.descriptor.name == name } }

  /// The kind whose records have the source model of this name.
  package func kind(ofModel name: String) -> KindDescriptor? { descriptors.first { $0.sourceModel.name == name } }
}
