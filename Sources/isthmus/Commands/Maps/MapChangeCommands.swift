import ArgumentParser
import Foundation
import IsthmusConfiguration
import IsthmusCore
import IsthmusStore

struct MapCloneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clone", abstract: "Makes a map of your own from another one, under a new name.",
    discussion: "Example: isthmus map clone defender-for-cloud/default mine")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The map to begin with.") var from: String
  @Argument(help: "The new map's name.") var new: String

  func run() async throws {
    let builder = AppBuilder(options: options)
    let entry = try await builder.map(named: from)
    if let problem = WrittenMap.problem(ofName: new) { throw CommandError.usage("\"\(new)\": \(problem).") }
    if MapCatalog(ConnectorCatalog.kinds).isBuiltIn(new) { throw CommandError.builtIn(new) }
    if try await builder.maps()[new] != nil {
      throw CommandError.usage("There is a map \"\(new)\" already; give the clone another name.")
    }
    var map = entry.map
    map.name = new
    let written = entry.origin == .builtIn ? nil : try WrittenMap(entry.document, path: from).text(renamed: new)
    try await builder.store(written ?? MapWriter.write(map, examples: entry.examples, ConnectorCatalog.kinds), as: new)
  }
}

struct MapImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Stores the map of a YAML file, as the next version of the map it names.")

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The file, in the form that isthmus map export gives.") var file: String

  func run() async throws {
    let builder = AppBuilder(options: options)
    let text = try AppBuilder.readText(file)
    let written = try WrittenMap(text, path: file)
    try await builder.checkChange(of: written.map.name)
    try written.check(ConnectorCatalog.kinds)
    try await builder.store(text, as: written.map.name)
  }
}

struct MapEditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Changes a map of your own, in an editor or from a file; a new version of it.",
    discussion: """
      VISUAL or EDITOR names the editor, else vi. What you write is checked before it is kept; if it is wrong you can \
      go on, and if you stop there it stays in a file of its own.
      """)

  @OptionGroup var options: GlobalOptions
  @Argument(help: "The map's name.") var name: String
  @Option(help: "A file that holds the changed map; without a terminal there is no editor.") var file: String?

  func run() async throws {
    let builder = AppBuilder(options: options)
    try await builder.checkChange(of: name)
    let entry = try await builder.map(named: name)
    if let file {
      let text = try AppBuilder.readText(file)
      try check(text, path: file)
      return try await builder.store(text, as: name)
    }
    guard Console.isInteractive else {
      throw CommandError.usage("There is no terminal for an editor here: give the changed map with --file FILE.")
    }
    try await edit(entry.document, builder)
  }

  private func edit(_ document: String, _ builder: AppBuilder) async throws {
    let session = try EditorSession(document, named: name)
    while true {
      let text = try session.edit()
      if text == document {
        session.remove()
        return Console.print("\(name): nothing was changed.")
      }
      do {
        try check(text, path: session.path)
        try await builder.store(text, as: name)
        return session.remove()
      } catch {
        Console.error("isthmus: \((error as? CommandError)?.message ?? "\(error)")")
        guard Console.confirm("Edit it again?") else {
          Console.error("isthmus: nothing was stored. What you wrote is kept in \(session.path);")
          Console.error("isthmus: corrected, isthmus map edit '\(name)' --file takes it.")
          throw CommandError.refused
        }
      }
    }
  }

  private func check(_ text: String, path: String) throws {
    let written = try WrittenMap(text, path: path)
    guard written.map.name == name else {
      throw CommandError.usage(
        "The map is named \"\(written.map.name)\" there, not \"\(name)\": isthmus map import makes another map of it.")
    }
    try written.check(ConnectorCatalog.kinds)
  }
}

extension CommandError {
  static func builtIn(_ name: String) -> CommandError {
    .usage("The map \"\(name)\" is built in and can't be changed. Make one of your own: isthmus map clone \(name) NEW")
  }
}

extension AppBuilder {
  /// - Throws: If a map of this name can't be changed here.
  fileprivate func checkChange(of name: String) async throws {
    if MapCatalog(ConnectorCatalog.kinds).isBuiltIn(name) { throw CommandError.builtIn(name) }
    if try await maps().isInFile(name) {
      throw CommandError.usage("The map \"\(name)\" stands in the configuration file: change it there.")
    }
  }

  /// Keeps a document that was checked, and tells its version.
  fileprivate func store(_ document: String, as name: String) async throws {
    let stored = try await openStore().write { transaction -> (before: Int, now: Int) in
      let before = try transaction.transformMapVersions(name).first?.version ?? 0
      let now = try transaction.insertTransformMap(name, document: document, at: Self.now()).version
      return (before, now)
    }
    let isSame = stored.before == stored.now
    Console.print(isSame ? "\(name): nothing changed, version \(stored.now) stays." : "\(name): version \(stored.now)")
  }
}
