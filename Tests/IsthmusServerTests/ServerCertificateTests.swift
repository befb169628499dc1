import Foundation
import IsthmusCore
import TestSupport
import Testing

@testable import AzureSimulator
@testable import IsthmusServer

@Suite("The server's certificate")
struct ServerCertificateTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: folder.file(name))
    return folder.file(name).path(percentEncoded: false)
  }

  @Test("Its times are read, and whether the key is its own")
  func reads() throws {
    let (one, other) = (try PrivateAuthority(), try PrivateAuthority())
    let file = try write("server.pem", "\(one.serverPEM)\n\(one.caPEM)")
    let own = try ServerCertificate(certificateFile: file, keyFile: try write("own.pem", one.serverKeyPEM))
    let foreign = try ServerCertificate(certificateFile: file, keyFile: try write("other.pem", other.serverKeyPEM))
    #expect(own.isPair && !foreign.isPair)
    // The authority's certificates last from a day ago to a year ahead.
    let (begins, ends) = (try #require(own.begins), try #require(own.ends))
    #expect(begins.advanced(by: .seconds(366 * 86_400)) == ends)
  }

  @Test("A file that is none is named")
  func refuses() throws {
    let authority = try PrivateAuthority()
    let (certificate, key) = (try write("server.pem", authority.serverPEM), try write("key.pem", "no key"))
    let error = #expect(throws: ServerError.self) {
      try ServerCertificate(certificateFile: certificate, keyFile: key)
    }
    #expect(error?.description.contains("key.pem") == true)
    #expect(throws: ServerError.self) { try ServerCertificate(certificateFile: key, keyFile: key) }
  }
}
