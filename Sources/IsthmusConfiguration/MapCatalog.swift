package import IsthmusConnect
package import IsthmusCore
import IsthmusIngest
package import IsthmusStore

/// The transform maps that a connector may use: the kinds' own, those of the configuration file, those that are stored.
package struct MapCatalog: Sendable {
  package enum Origin: String, Sendable {
    /// Part of the program; can't be changed.
    case builtIn = "built in"
    /// In the configuration file, and changed there.
    case file
    /// In the inventory; each change is a version.
    case stored
  }

  package struct Entry: Sendable {
    /// With its version.
    package var map: TransformMap
    package var examples: [MapExample]
    package var origin: Origin
    /// As YAML.
    package var document: String
    /// When the version was stored; nil for what is not.
    package var madeAt: Timestamp?

    package var name: String { map.name }

    package init(map: TransformMap, examples: [MapExample], origin: Origin, document: String, madeAt: Timestamp?) {
      self.map = map
      self.examples = examples
      self.origin = origin
      self.document = document
      self.madeAt = madeAt
    }
  }

  /// Why a stored map can't be offered, by its name.
  package private(set) var unreadable: [String: ConfigurationError] = [:]
  private var stored: [String: Entry] = [:]
  private var file: [String: Entry] = [:]

  package let kinds: KindCatalog
  package let builtIn: [Entry]

  /// Names are told apart by case, but nobody shall take one of his own for a built-in one.
  package func isBuiltIn(_ name: String) -> Bool { builtIn.contains { $0.name.lowercased() == name.lowercased() } }

  /// - Parameter stored: The latest versions.
  package init(_ kinds: KindCatalog, stored maps: [StoredMap] = []) {
    self.kinds = kinds
    builtIn = kinds.descriptors.map { kind in
      let document = MapWriter.write(kind.defaultMap, kinds)
      return Entry(map: kind.defaultMap, examples: [], origin: .builtIn, document: document, madeAt: nil)
    }
    for map in maps {
      do throws(ConfigurationError) {
        stored[map.name] = try Entry(map)
      } catch {
        unreadable[map.name] = error
      }
    }
  }

  /// Adds a map of the configuration file. What is the same as the stored version is that one, else the next.
  package mutating func add(_ written: WrittenMap) {
    var entry = Entry(
      map: written.map, examples: written.examples, origin: .file,
      document: MapWriter.write(written.map, examples: written.examples, kinds), madeAt: nil)
    if let known = stored[entry.name] {
      entry.map.version = known.map.version
      if known.map == entry.map, known.examples == entry.examples {
        entry.document = known.document
        entry.madeAt = known.madeAt
      } else {
        entry.map.version += 1
      }
    }
    file[entry.name] = entry
  }

  /// Without the stored maps of other names.
  func keeping(_ names: Set<String>) -> MapCatalog {
    var kept = self
    kept.stored = stored.filter { names.contains($0.key) }
    return kept
  }

  package func isInFile(_ name: String) -> Bool { file[name] != nil }

  /// Built-in ones first, then by name.
  package var entries: [Entry] {
    builtIn + stored.merging(file) { _, inFile in inFile }.values.sorted { $0.name < $1.name }
  }

  /// The file's map before the stored one of the same name.
  package subscript(name: String) -> Entry? {
    builtIn.first { $0.name == name } ?? file[name] ?? stored[name]
  }

  /// Which name was probably meant, for a message.
  package func hint(for name: String) -> String {
    let names = entries.map(\.name)
    let near = Spelling.nearest(to: name, among: names).map { "; did you mean \"\($0)\"?" } ?? "."
    return "\(near) Known: \(names.joined(separator: ", "))"
  }
}

extension MapCatalog.Entry {
  /// - Throws: If the document can't be read, which an earlier version of the program wrote or kept.
  package init(_ stored: StoredMap) throws(ConfigurationError) {
    let written = try WrittenMap(stored.document, path: "\(stored.name), version \(stored.version)")
    self.init(
      map: written.map, examples: written.examples, origin: .stored, document: stored.document, madeAt: stored.madeAt)
    map.version = stored.version
  }
}

extension MapCatalog {
  /// The map of this name, for a run of `kind`.
  package func map(named name: String, for kind: KindDescriptor) throws -> TransformMap {
    guard let entry = self[name] else {
      throw ChangeError.invalid("There is no transform map \"\(name)\"\(hint(for: name))")
    }
    guard entry.map.sourceModel == kind.sourceModel.name else {
      throw ChangeError.invalid(
        "The transform map \"\(name)\" is for records of \(entry.map.sourceModel), not of \(kind.sourceModel.name).")
    }
    if entry.origin == .stored {
      try WrittenMap(entry.document, path: "\(name), version \(entry.map.version)").check(kinds)
    }
    return entry.map
  }
}

// MARK: - In the configuration file

extension MapCatalog {
  /// Adds the maps of `transformMaps`, each checked whole.
  mutating func add(_ node: ConfigNode?, in text: String) throws(ConfigurationError) {
    for element in try node?.listed ?? [] {
      let written = try WrittenMap(element, in: text)
      let place = try element.members(known: WrittenMap.keys).require("name")
      if isBuiltIn(written.map.name) {
        throw place.failure("the transform map \"\(written.map.name)\" is built in; give yours another name")
      }
      if isInFile(written.map.name) {
        throw place.failure("a transform map named \"\(written.map.name)\" stands above already")
      }
      try written.check(kinds)
      add(written)
    }
  }

  /// The map that a connector or a profile names; nil if it names none.
  func choice(_ node: ConfigNode?, for kind: KindDescriptor) throws(ConfigurationError) -> TransformMap? {
    guard let node else { return nil }
    let name = try node.nonEmptyText
    if let error = unreadable[name], !isInFile(name) {
      throw node.failure("the transform map \"\(name)\" can't be read: \(error)")
    }
    guard let entry = self[name] else { throw node.failure("there is no transform map \"\(name)\"\(hint(for: name))") }
    guard entry.map.sourceModel == kind.sourceModel.name else {
      throw node.failure(
        "the transform map \"\(name)\" is for records of \(entry.map.sourceModel), not of \(kind.sourceModel.name)")
    }
    if entry.origin == .stored {
      do throws(ConfigurationError) {
        try WrittenMap(entry.document, path: "\(name), version \(entry.map.version)").check(kinds)
      } catch {
        throw node.failure("the transform map \"\(name)\" can't be used:\n\(error)")
      }
    }
    return entry.map
  }
}
