import Foundation
package import IsthmusCore
import NIOSSL

/// The server's certificate chain and its private key, as they stand in files.
package struct ServerCertificate {
  let chain: [NIOSSLCertificate]
  let privateKey: NIOSSLPrivateKey

  /// - Throws: ``ServerError`` if a file can't be read.
  package init(certificateFile: String, keyFile: String) throws {
    do {
      chain = try NIOSSLCertificate.fromPEMFile(certificateFile)
    } catch {
      throw ServerError("\(certificateFile) can't be read as a certificate in PEM.")
    }
    do {
      privateKey = try NIOSSLPrivateKey(file: keyFile, format: .pem)
    } catch {
      throw ServerError("\(keyFile) can't be read as a private key in PEM.")
    }
  }

  var configuration: TLSConfiguration {
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
    tls.minimumTLSVersion = .tlsv12
    tls.applicationProtocols = ["http/1.1"]
    return tls
  }

  /// When the first certificate of the chain begins to count.
  package var begins: Timestamp? { chain.first.map { Timestamp(microseconds: Int64($0.notValidBefore) * 1_000_000) } }

  /// When the chain ends: with the one of its certificates that ends first.
  package var ends: Timestamp? {
    chain.map(\.notValidAfter).min().map { Timestamp(microseconds: Int64($0) * 1_000_000) }
  }

  /// Whether the key is the certificate's.
  package var isPair: Bool { (try? NIOSSLContext(configuration: configuration)) != nil }
}
