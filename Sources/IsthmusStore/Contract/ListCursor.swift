package import IsthmusCore

/// A place in a list, from which its next page goes on.
///
/// It holds the sort values and the number of the page's last record, not a count of rows: what is added or removed
/// before it moves nothing, and the next page costs no more than the first. It is good for lists of the same entity
/// and order, whatever their query.
package struct ListCursor: Sendable, Hashable {
  package enum Value: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
  }

  package let entity: QueryEntity
  /// As the listing writes it; empty for the list's own.
  package let order: [Listing.Order]
  /// Of the record that it stands on, as the store compares them.
  let values: [Value]
  let number: Int64

  /// Fields that a list which is read page by page is sorted by at most.
  package static let maximumOrder = 8

  /// - Throws: ``CursorError`` if the order has more than ``maximumOrder`` fields.
  init(entity: QueryEntity, order: [Listing.Order], values: [Value], number: Int64) throws(CursorError) {
    guard order.count <= Self.maximumOrder else {
      throw CursorError("A list that is read page by page is sorted by \(Self.maximumOrder) fields at most.")
    }
    self.entity = entity
    self.order = order
    self.values = values
    self.number = number
  }

  /// - Throws: ``CursorError`` if the cursor is for another entity or order than the listing's.
  func check(_ listing: Listing, of entity: QueryEntity) throws(CursorError) {
    guard self.entity == entity else {
      throw CursorError("The cursor is one of a list of \(self.entity.rawValue)s, not of \(entity.rawValue)s.")
    }
    guard order == listing.order else {
      throw CursorError(
        "The cursor is one of a list sorted by \(Self.shown(order)), not by \(Self.shown(listing.order)).")
    }
  }

  private static func shown(_ order: [Listing.Order]) -> String {
    order.isEmpty ? "the list's own order" : order.map(\.text).joined(separator: ",")
  }
}

/// Why a list can't go on from a cursor.
package struct CursorError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A sentence.
  package let problem: String

  package init(_ problem: String) { self.problem = problem }

  package var description: String { "\(problem) Read the list again from its beginning." }
}

extension Listing.Order {
  /// As people write it: a minus before the field sorts it downwards.
  package var text: String { descending ? "-\(field)" : field }
}
