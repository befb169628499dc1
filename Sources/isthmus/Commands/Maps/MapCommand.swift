import ArgumentParser
import IsthmusConfiguration
import IsthmusCore
import IsthmusStore

struct MapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map", abstract: "Transform maps: what becomes of a source's records.",
    discussion: """
      Built-in maps can't be changed: clone one, edit the clone, try it on records, and name it in the configuration \
      file (transformMap: NAME, of a connector or a profile). docs/transform-maps.md goes through it.
      """,
    subcommands: [
      MapListCommand.self, MapShowCommand.self, MapCloneCommand.self, MapEditCommand.self, MapImportCommand.self,
      MapExportCommand.self, MapDeleteCommand.self, MapPreviewCommand.self, MapTestCommand.self, MapEvalCommand.self,
    ])
}

/// One map, by name or from a file, for commands that look at it.
struct MapChoice: ParsableArguments {
  @Argument(help: "The map's name.") var name: String?
  @Option(help: "A file that holds the map, instead of a name.") var file: String?
  @Option(help: "An earlier version; the latest if none is given.") var version: Int?

  func validate() throws {
    if (name == nil) == (file == nil) { throw ValidationError("Give the map's name, or a file with --file.") }
    if file != nil, version != nil { throw ValidationError("A file has no versions: --version goes with a name.") }
  }

  /// - Throws: With all that is wrong, if the map can't be used.
  func load(_ builder: AppBuilder) async throws -> MapCatalog.Entry {
    if let file {
      let text = try AppBuilder.readText(file)
      let written = try WrittenMap(text, path: file)
      try written.check(ConnectorCatalog.kinds)
      return MapCatalog.Entry(
        map: written.map, examples: written.examples, origin: .file, document: text, madeAt: nil)
    }
    let entry = try await builder.map(named: name ?? "", version: version)
    try entry.check()
    return entry
  }
}

extension MapCatalog.Entry {
  /// - Throws: All that keeps it from being used with its models, which may have changed since it was made.
  func check() throws {
    if origin != .builtIn {
      try WrittenMap(document, path: "\(name), version \(map.version)").check(ConnectorCatalog.kinds)
    }
  }

  var json: JSONValue {
    .object([
      "name": .string(name), "version": .integer(Int64(map.version)), "origin": .string(origin.rawValue),
      "sourceModel": .string(map.sourceModel), "targetModel": .string(map.targetModel),
      "rows": .integer(Int64(map.rows.count)), "examples": .integer(Int64(examples.count)),
      "madeOn": madeAt.map { .string($0.description) } ?? .null,
    ])
  }
}

extension AppBuilder {
  /// - Parameter version: nil for the latest.
  func map(named name: String, version: Int? = nil) async throws -> MapCatalog.Entry {
    let maps = try await maps()
    if let error = maps.unreadable[name], !maps.isInFile(name) { throw error }
    guard let entry = maps[name] else {
      throw CommandError.usage("There is no transform map \"\(name)\"\(maps.hint(for: name)).")
    }
    guard let version, version != entry.map.version else { return entry }
    guard entry.origin != .builtIn, hasStore,
      let stored = try await openStore().read({ try $0.transformMapVersions(name) }).first(where: {
        $0.version == version
      })
    else {
      throw CommandError.usage("\"\(name)\" has no version \(version); its latest is \(entry.map.version).")
    }
    return try MapCatalog.Entry(stored)
  }
}
