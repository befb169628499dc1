import IsthmusCore
import IsthmusStore

/// The connector's controls and their variants, as far as the run knows them: a few hundred.
struct ControlBook {
  struct Entry {
    var control: StoredControl
    /// Written form and lower-case form of what follows the resource's id in a finding's id.
    let suffixBytes: [UInt8]
    let foldedSuffix: String

    init(_ control: StoredControl) {
      self.control = control
      suffixBytes = Array(control.findingSuffix.utf8)
      foldedSuffix = control.findingSuffix.lowercased()
      variants = Dictionary(control.variants.map { ($0.digest, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private var variants: [Int64: StoredVariant]

    func variant(_ digest: Int64) -> StoredVariant? { variants[digest] }

    fileprivate mutating func add(_ variant: StoredVariant) {
      control.variants.append(variant)
      variants[variant.digest] = variant
    }
  }

  private(set) var entries: [Entry] = []
  private var byKey: [String: Int] = [:]
  private var names = RecurringNames()

  init(_ controls: [StoredControl]) {
    for control in controls { _ = append(control) }
  }

  mutating func append(_ control: StoredControl) -> Int {
    entries.append(Entry(control))
    names.append(control.key)
    byKey[control.key.lowercased()] = entries.count - 1
    return entries.count - 1
  }

  mutating func add(_ variant: StoredVariant, to index: Int) { entries[index].add(variant) }

  /// The place of the control with this key, in any case.
  mutating func index(of slice: JSONSlice) -> Int? {
    // Rare: a key with characters that JSON may write in several ways.
    if slice.hasEscapes { return slice.string.flatMap { byKey[$0.lowercased()] } }
    if let guess = names.guess(slice) { return guess }
    guard let found = byKey[String(decoding: slice.rawBytes, as: UTF8.self).lowercased()] else { return nil }
    names.note(found)
    return found
  }
}
