import DefenderForCloud
import IsthmusConfiguration

/// Every connector kind of this program. A new kind is one word here.
enum ConnectorCatalog {
  static let kinds = KindCatalog([DefenderForCloud.self])
}
