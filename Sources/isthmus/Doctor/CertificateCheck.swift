import IsthmusCore
import IsthmusServer

/// The certificate and key that the server is started with.
struct CertificateCheck {
  private static let soon = Duration.seconds(21 * 86_400)

  let certificateFile: String
  let keyFile: String
  let now: Timestamp

  var check: HealthCheck {
    let name = "TLS certificate"
    let certificate: ServerCertificate
    do {
      certificate = try ServerCertificate(certificateFile: certificateFile, keyFile: keyFile)
    } catch {
      return .failed(name, "\(error)", remedy: "Name the files that isthmus serve is started with, as its user.")
    }
    let renewal = "Renew it and start the server anew: it reads the files when it starts."
    guard let begins = certificate.begins, let ends = certificate.ends else {
      return .failed(name, "\(certificateFile) holds no certificate.", remedy: "Put the chain there, in PEM.")
    }
    if !certificate.isPair {
      return .failed(
        name, "\(keyFile) is not the key of \(certificateFile).",
        remedy: "Put the two together that were made together.")
    }
    if now < begins { return .failed(name, "It counts from \(begins) on only.", remedy: "Check the machine's clock.") }
    if ends < now { return .failed(name, "It ended at \(ends).", remedy: renewal) }
    if ends < now.advanced(by: Self.soon) { return .warning(name, "It ends at \(ends).", remedy: renewal) }
    return .ok(name, "It ends at \(ends).")
  }
}
