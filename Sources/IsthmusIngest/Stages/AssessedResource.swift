import IsthmusCore
import IsthmusStore

/// The resource that the rows under way assess. Listings come resource by resource, so what is known of one
/// is read once.
struct AssessedResource {
  enum Standing {
    case nonHost
    /// A host that does not exist any more.
    case deletedHost
    /// A host that is not known for sure.
    case uncertain
    /// A host that other connectors have too, and whose asset is not locked yet.
    case shared
    case known
  }

  /// As the row wrote it.
  let bytes: [UInt8]
  let foldedID: String
  var standing: Standing
  /// Only for `known`.
  var number: Int64 = 0
  var template = DetailTemplate(resourceID: "")
  var asset: AssetID?
  var scope: StoredScope?
  var findings: [StoredFinding] = []
  private var hint = 0

  init(bytes: [UInt8], foldedID: String, standing: Standing) {
    self.bytes = bytes
    self.foldedID = foldedID
    self.standing = standing
  }

  /// The place of the finding of `control`; rows mostly come in the order of the findings.
  mutating func index(of control: ControlID, externalID: String?) -> Int? {
    for step in 0..<findings.count {
      let index = (hint + step) % findings.count
      if findings[index].control == control, findings[index].externalID == externalID {
        hint = index + 1
        return index
      }
    }
    return nil
  }
}
