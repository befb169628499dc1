import Foundation
import IsthmusStore
import TestSupport
import Testing

@Suite("The key file")
struct SecretKeyFileTests {
  private let folder: TemporaryFolder
  private let file: SecretKeyFile

  init() throws {
    folder = try TemporaryFolder()
    file = SecretKeyFile(folder: folder.path)
  }

  private func setMode(_ mode: Int) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
  }

  @Test("It is made for its owner alone, once, and leaves nothing beside it")
  func makes() throws {
    #expect(try file.keys() == nil)
    let made = try file.make()
    #expect(try file.keys()?.current.id == made.current.id)
    #expect(try file.make().current.id == made.current.id, "a second maker takes the first one's key")
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["secret.key"])
  }

  @Test("A file that others may read or write is refused", arguments: [0o640, 0o604, 0o620, 0o660, 0o777])
  func refusesOthers(mode: Int) throws {
    _ = try file.make()
    try setMode(mode)
    let error = #expect(throws: SecretError.self) { try file.keys() }
    #expect(error?.kind == .keyUnusable)
    #expect(error?.description.contains(file.path) == true && error?.description.contains("chmod 600") == true)
    try setMode(0o400)
    #expect(try file.keys() != nil)
  }

  @Test("A folder, an empty file and one that is too long are refused")
  func refusesRubbish() throws {
    try FileManager.default.createDirectory(atPath: file.path, withIntermediateDirectories: false)
    #expect(throws: SecretError.self) { try file.keys() }
    try FileManager.default.removeItem(atPath: file.path)
    for bytes in [0, 40_000] {
      try Data(repeating: 0x41, count: bytes).write(to: folder.file("secret.key"))
      try setMode(0o600)
      #expect(throws: SecretError.self) { try file.keys() }
      #expect(throws: SecretError.self) { try file.make() }
    }
  }

  @Test("The variable's keys seal, the file's keys open beside them")
  func variableFirst() throws {
    let made = try file.make()
    let text = Data(repeating: 7, count: 32).base64EncodedString()
    let source = SecretKeySource(environment: text, folder: folder.path)
    let keys = try source.existingKeys()
    #expect(keys.current.id == SecretKey(base64: text)?.id && keys.earlier.map(\.id) == [made.current.id])
    #expect(try SecretKeySource(environment: "", folder: folder.path).existingKeys().current.id == made.current.id)
  }

  @Test("Where secrets are stored and no key is there, none is made")
  func missingKey() throws {
    let source = SecretKeySource(environment: nil, folder: folder.path)
    let error = #expect(throws: SecretError.self) { try source.keysForSealing(hasSecrets: true) }
    #expect(error?.kind == .keyMissing && error?.summary.contains(file.path) == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    #expect(try source.keysForSealing(hasSecrets: false).all.count == 1)
  }
}
