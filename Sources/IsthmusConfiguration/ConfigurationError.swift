import Yams

/// What is wrong in the configuration file, and where.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  package var file: String
  package var line: Int?
  package var column: Int?
  package var path: String
  package var problem: String
  /// What else is wrong in the same file.
  package var further: [ConfigurationError] = []

  init(file: String, mark: Mark?, path: String, problem: String) {
    self.file = file
    line = mark?.line
    column = mark?.column
    self.path = path
    self.problem = problem
  }

  package var description: String {
    let position = line.map { ":\($0)\(column.map { ":\($0)" } ?? "")" } ?? ""
    let place = path.isEmpty ? "" : "\(path): "
    let own = "\(file.isEmpty ? "" : "\(file)\(position): ")\(place)\(problem)"
    return ([own] + further.map(\.description)).joined(separator: "\n")
  }
}
