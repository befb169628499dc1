import IsthmusConnect
import IsthmusCore

/// The connection settings, validated: what can be known to be wrong without asking Azure is refused here.
struct DefenderSettings: Sendable {
  enum Subscriptions: Sendable, Hashable {
    case all
    case only([String])
    case managementGroups([String])
  }

  let tenantID: String
  let clientID: String
  let credential: ClientCredential
  let authority: String
  let resourceManager: String
  let subscriptions: Subscriptions
  let transport: TransportSettings

  /// In the order in which forms ask for them: what everybody gives first.
  static let descriptors: [SettingDescriptor] = [
    SettingDescriptor(
      "subscriptions", .listOrAll,
      "Subscription IDs, of the page Subscriptions in the Azure portal; all, or nothing, for those that the app can read"
    ),
    SettingDescriptor(
      "tenantId", .guid, required: true, "Directory (tenant) ID: Entra ID › App registrations › your app › Overview"),
    SettingDescriptor(
      "clientId", .guid, required: true, "Application (client) ID: Entra ID › App registrations › your app › Overview"),
    SettingDescriptor(
      "clientSecret", .secret, oneOf: "credential",
      "The Value (not the Secret ID) of a client secret: your app › Certificates & secrets › New client secret"),
    SettingDescriptor(
      "clientCertificate", .secret, oneOf: "credential",
      "A certificate and its RSA private key in PEM form; the certificate alone stands in your app too, at Certificates & secrets",
      inspect: { pem throws(ConnectorError) in try ClientCertificate(pem: pem).expiresAt }),
    SettingDescriptor(
      "federatedToken", .secretFile, oneOf: "credential",
      "The file of a token by another identity provider (workload identity federation), read for each request"),
    SettingDescriptor(
      "managementGroups", .list,
      "IDs, of the page Management groups in the Azure portal, in place of subscriptions"),
    SettingDescriptor(
      "cloud", .choice(["public", "usgov", "china", "custom"]), "Which Azure cloud; public if it is not given"),
    SettingDescriptor(
      "authority", .url,
      "Authentication URL, for cloud: custom only; that of the public cloud is https://login.microsoftonline.com/"),
    SettingDescriptor(
      "resourceManager", .url,
      "Azure Resource Manager URL, for cloud: custom only; that of the public cloud is https://management.azure.com/"),
    SettingDescriptor("proxy", .url, "http://host:port of a proxy"),
    SettingDescriptor("caFile", .path, "A PEM file of certificates to trust besides the system's"),
  ]

  init(_ settings: ConnectionSettings) throws(ConnectorError) {
    tenantID = try Self.guid("tenantId", settings, hint: "a domain name can't stand here")
    clientID = try Self.guid("clientId", settings, hint: "it is the Application (client) ID")
    credential = try Self.credential(settings)
    let cloud = settings.texts["cloud"] ?? "public"
    switch cloud {
    case "public":
      (authority, resourceManager) = ("https://login.microsoftonline.com", "https://management.azure.com")
    case "usgov":
      (authority, resourceManager) = ("https://login.microsoftonline.us", "https://management.usgovcloudapi.net")
    case "china":
      (authority, resourceManager) = (
        "https://login.partner.microsoftonline.cn", "https://management.chinacloudapi.cn"
      )
    case "custom":
      authority = try Self.base("authority", settings)
      resourceManager = try Self.base("resourceManager", settings)
    default:
      throw Self.wrong("cloud is \"\(cloud)\".", "Choose public, usgov, china or custom.")
    }
    if cloud != "custom", let key = ["authority", "resourceManager"].first(where: { settings.texts[$0] != nil }) {
      throw Self.wrong("\(key) is given, but cloud is \(cloud).", "Remove it, or set cloud: custom.")
    }
    subscriptions = try Self.subscriptions(settings)
    transport = TransportSettings(proxy: settings.texts["proxy"], extraCAFile: settings.texts["caFile"])
  }

  var tokenURL: String { "\(authority)/\(tenantID)/oauth2/v2.0/token" }
  var tokenScope: String { "\(resourceManager)/.default" }
  var resourceGraphURL: String {
    "\(resourceManager)/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
  }
  /// Whose quota the requests use up.
  var principal: String { "\(resourceManager) \(tenantID) \(clientID)" }

  private static func credential(_ settings: ConnectionSettings) throws(ConnectorError) -> ClientCredential {
    var given: [ClientCredential] = []
    if let secret = settings.secrets["clientSecret"] {
      if secret.isEmpty {
        throw wrong("clientSecret is empty.", "Give the Value of a client secret of the app registration.")
      }
      given.append(.secret(secret))
    }
    if let pem = settings.secrets["clientCertificate"] {
      given.append(.certificate(try ClientCertificate(pem: pem)))
    }
    if let file = settings.secretFiles["federatedToken"] { given.append(.federatedToken(file)) }
    guard given.count == 1, let credential = given.first else {
      throw wrong(
        "\(given.isEmpty ? "None" : "More than one") of clientSecret, clientCertificate and federatedToken is given.",
        "Give one of them.")
    }
    return credential
  }

  private static func guid(
    _ key: String, _ settings: ConnectionSettings, hint: String
  ) throws(ConnectorError) -> String {
    let text = settings.texts[key] ?? ""
    guard isGUID(text) else {
      // Not repeated: a secret may have been put there.
      throw wrong("\(key) is not a GUID; \(hint).", "Copy it from the app's Overview page.")
    }
    return text.lowercased()
  }

  static func isGUID(_ text: String) -> Bool {
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
      && groups.joined().utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
          UInt8(ascii: "A")...UInt8(ascii: "F"):
          true
        default: false
        }
      }
  }

  /// The URL without its trailing slash.
  private static func base(_ key: String, _ settings: ConnectionSettings) throws(ConnectorError) -> String {
    var text = settings.texts[key] ?? ""
    while text.hasSuffix("/") { text.removeLast() }
    let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
    let host = parts.last ?? ""
    let isBare = !host.isEmpty && !host.contains { "/?#@ \"'".contains($0) }
    guard parts.count == 2, parts[0] == "https" || parts[0] == "http", isBare else {
      throw wrong(
        "\(key) is not a plain URL.", "Give a URL with scheme and host only, such as https://management.azure.com.")
    }
    return text
  }

  private static func subscriptions(_ settings: ConnectionSettings) throws(ConnectorError) -> Subscriptions {
    if let groups = settings.lists["managementGroups"] {
      guard !groups.isEmpty else {
        throw wrong("The list of management groups is empty.", "Name some, or leave it away.")
      }
      guard settings.lists["subscriptions"] == nil else {
        throw wrong("Both subscriptions and managementGroups are given.", "Give one of them.")
      }
      return .managementGroups(groups)
    }
    guard let listed = settings.lists["subscriptions"] else { return .all }
    guard !listed.isEmpty else { throw wrong("The list of subscriptions is empty.", "Name some, or write all.") }
    if let bad = listed.first(where: { !isGUID($0) }) {
      throw wrong("The subscription \"\(bad)\" is not a GUID.", "Copy the Subscription ID from the portal.")
    }
    return .only(listed.map { $0.lowercased() })
  }

  private static func wrong(_ summary: String, _ remedy: String) -> ConnectorError {
    ConnectorError(.configuration, summary, remedy: remedy)
  }
}
