/// Why a sign-in by the identity provider was refused, as sentences.
enum OpenIDRefusal {
  static func because(_ why: String, _ problem: SignInProblem = .token) -> AccessError {
    AccessError(
      .notSignedIn, "The sign-in by the identity provider was refused: \(why). Begin again.", problem: problem)
  }

  /// The provider's own words are not shown, save its codes: what comes through the browser can be anybody's text.
  static func error(_ code: String?, _ description: String?) -> AccessError {
    var told = code.map { plain($0) } ?? ""
    if told.isEmpty { told = "no reason was given" }
    if let number = description.flatMap(entraCode) { told += ", \(number)" }
    return because("it says \(told)", .refused)
  }

  private static func plain(_ code: String) -> String {
    String(
      code.unicodeScalars.prefix(40).filter { $0.properties.isAlphabetic && $0.isASCII || $0 == "_" }.map(
        Character.init))
  }

  /// `AADSTS50105` and its like, which Entra's documents explain.
  private static func entraCode(_ description: String) -> String? {
    guard let start = description.firstRange(of: "AADSTS") else { return nil }
    let digits = description[start.upperBound...].prefix { $0.isASCII && $0.isNumber }.prefix(9)
    return digits.isEmpty ? nil : "AADSTS\(digits)"
  }
}
