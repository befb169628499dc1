/// What a source must bring of each record of a stream, so that the map finds what whole records have.
package struct RecordNeeds: Sendable, Hashable {
  /// Paths of members, each wanted with all that it holds; nil: whole records are needed.
  package let read: [[String]]?
  /// Paths of members of which no more is wanted than what kind of value they are, and what is read of them.
  package let looked: [[String]]

  /// - Parameters:
  ///   - read: What is read of a record.
  ///   - looked: What is looked at besides, to see that a record is what the source promises.
  init(read: [SourceExpression.Path], looked: [SourceExpression.Path]) {
    let read = Self.members(read)
    self.read = read.contains([]) ? nil : read
    self.looked = Self.members(looked).filter { !read.contains($0) }
  }

  /// Up to a place in a list: of that all is read.
  private static func members(_ paths: [SourceExpression.Path]) -> [[String]] {
    var names: [[String]] = []
    for path in paths {
      let members = path.prefix { step in if case .member = step { true } else { false } }
      names.append(members.compactMap { step in if case .member(let name) = step { name } else { nil } })
    }
    return names
  }
}

/// What many records have in common, said once: the texts of recommendations, say.
package final class CommonParts: Sendable {
  private let document: JSONDocument
  /// Where in `document` they stand.
  private let places: [Int]

  /// - Parameter places: Where in `document` the parts stand.
  package init(_ document: JSONDocument, places: [Int]) {
    self.document = document
    self.places = places
  }

  /// Parts have the numbers below it.
  package var count: Int { places.count }

  /// Valid as long as this object is.
  func part(_ number: Int) -> JSONSlice { document.withRoot { $0.at(places[number]) } }
}
