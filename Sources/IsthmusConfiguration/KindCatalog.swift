package import IsthmusConnect
package import IsthmusCore

/// The connector kinds that a program knows. Only its composition root names them.
package struct KindCatalog: Sendable {
  package let kinds: [any ConnectorKind.Type]

  package init(_ kinds: [any ConnectorKind.Type]) { self.kinds = kinds }

  package var descriptors: [KindDescriptor] { kinds.map { $0.descriptor } }

  package func kind(named name: String) -> (any ConnectorKind.Type)? { kinds.first { $0.descriptor.name == name } }

  /// When a secret ends at its source, as far as it says so itself; certificates do.
  ///
  /// - Parameter field: The setting that it is for.
  /// - Throws: ``ConnectorError`` of kind `configuration` for one that can't work.
  package func end(of secret: Secret, for field: String) throws(ConnectorError) -> Timestamp? {
    for setting in descriptors.flatMap(\.settings) where setting.key == field && setting.form == .secret {
      return try setting.inspect?(secret)
    }
    return nil
  }

  /// The kind whose records have the source model of this name.
  package func kind(ofModel name: String) -> KindDescriptor? { descriptors.first { $0.sourceModel.name == name } }
}
