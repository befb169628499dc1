import IsthmusCore
import TestSupport
import Testing

@Suite("Certificates from the command line")
struct CertificateCommandTests {
  @Test("A connector signs in by a certificate in a file, and by one that the inventory keeps with its end")
  func signsIn() throws {
    let program = try Program()
    defer { program.remove() }
    let made = try TestCertificate()
    try program.write("certificate.pem", made.certificate)
    try program.write("isthmus.pem", made.pem)
    let (certificate, pem) = (program.path("certificate.pem"), program.path("isthmus.pem"))
    let tenant = try SimulatedTenant(
      program, "--hosts", "3", "--findings-per-host", "2", "--client-certificate", certificate)
    func configure(_ place: String) throws {
      try program.write(
        "isthmus.yaml", tenant.configuration(changing: ["clientSecret": nil, "clientCertificate": place]))
    }
    try configure("{file: \(pem)}")
    let synced = try program.run("sync")
    #expect(synced.status == 0, "\(synced.errors)")

    try configure("{stored: true}")
    #expect(try program.run("apply").errors.contains("no secret is stored"))
    let half = try program.shell("\"$ISTHMUS\" secret set Contoso clientCertificate < '\(certificate)'")
    #expect(half.status == 2 && half.errors.contains("has no private key"), "\(half.errors)")
    let set = try program.shell("\"$ISTHMUS\" secret set Contoso clientCertificate < '\(pem)'")
    #expect(set.status == 0 && set.output.contains("is set, until 2"), "\(set.errors)")
    #expect(try program.run("apply").status == 0)
    let check = try program.run("check")
    #expect(check.status == 0, "\(check.output) \(check.errors)")

    try program.write("isthmus.yaml", tenant.configuration(changing: ["clientCertificate": "{file: \(pem)}"]))
    let both = try program.run("check")
    #expect(both.status == 2 && both.errors.contains("give one of clientSecret, clientCertificate"), "\(both.errors)")
    try program.write("isthmus.yaml", tenant.configuration(changing: ["clientSecret": nil]))
    #expect(try program.run("check").errors.contains("a credential is missing"))
  }
}
