import IsthmusConnect
import Testing

@Suite("Secrets")
struct SecretTests {
  private static let word = "s3cr3t-W0rd"
  private let secret = Secret(word)

  private struct Holder {
    var name = "holder"
    var secret: Secret
  }

  @Test("A secret prints as redacted, however it is printed")
  func prints() {
    #expect("\(secret)" == "<redacted>")
    #expect(secret.description == "<redacted>")
    #expect(secret.debugDescription == "<redacted>")
    #expect(String(describing: secret) == "<redacted>")
    #expect(String(reflecting: secret) == "<redacted>")
  }

  @Test("What holds a secret does not give it away")
  func hides() {
    var settings = ConnectionSettings()
    settings.secrets["clientSecret"] = secret
    let credentials = ClientCredentials.Settings(tokenURL: "u", clientID: "c", credential: .secret(secret), scope: "s")
    let holders: [Any] = [
      secret, [secret], ["key": secret], Holder(secret: secret), Optional(secret) as Any, (1, secret), settings,
      credentials, Result<Secret, ConnectorError>.success(secret),
    ]
    for holder in holders {
      var dumped = ""
      dump(holder, to: &dumped)
      for text in [dumped, "\(holder)", String(reflecting: holder), String(describing: holder)] {
        #expect(!text.contains(Self.word), "\(text)")
      }
    }
  }

  @Test("A mirror shows nothing of it")
  func reflects() {
    #expect(Mirror(reflecting: secret).children.isEmpty)
    #expect(Mirror(reflecting: secret).descendant("value") == nil)
  }

  @Test("It is revealed where it is asked for")
  func reveals() {
    #expect(secret.reveal() == Self.word)
    #expect(!secret.isEmpty)
    #expect(Secret("").isEmpty)
  }
}
