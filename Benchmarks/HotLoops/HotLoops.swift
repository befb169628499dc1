import AzureSimulator
import DefenderForCloud
import IsthmusConnect
import IsthmusCore

/// What is done for each record, again and again on the same ones: `HotLoops LOOP ROUNDS`. Its instructions are counted by
/// `scripts/check-instructions`; what it does before the rounds is the same for any number of them.
@main
enum HotLoops {
  /// Records of a page.
  static let records = 500

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let rounds = Int(arguments[2]), rounds > 0 else {
      print("HotLoops parse|narrow|unchanged|changed ROUNDS")
      return
    }
    let whole = try page("securityresources \(assessments) | order by id asc")
    let narrow = try page(
      """
      securityresources \(assessments) | project id, name, subscriptionId, properties = bag_pack('resourceDetails', \
      properties.resourceDetails, 'status', properties.status, 'links', properties.links) | order by id asc
      """)
    let kind = DefenderForCloud.descriptor
    let mapper = try kind.mapper(kind.defaultMap, of: .findings, seed: 1)
    var sum: UInt64 = 0
    for _ in 0..<rounds {
      switch arguments[1] {
      case "parse":
        sum &+= UInt64(try JSONDocument(parsing: whole).withRoot { $0.elements.reduce(0) { n, _ in n + 1 } })
      case "narrow": sum &+= try JSONDocument(parsing: narrow).withRoot { read($0, mapper, brings: false) }
      case "unchanged": sum &+= try JSONDocument(parsing: whole).withRoot { read($0, mapper, brings: false) }
      default: sum &+= try JSONDocument(parsing: whole).withRoot { read($0, mapper, brings: true) }
      }
    }
    // So that nothing is left out as unused.
    print(sum)
  }

  private static let assessments = "| where type =~ 'microsoft.security/assessments'"

  private static func page(_ query: String) throws -> ByteStore {
    var configuration = TenantConfiguration()
    configuration.hosts = 20
    configuration.findingsPerHost = 30
    let tenant = Tenant(configuration)
    let engine = KQLEngine(tables: tenant.on(day: 0).tables, now: { 0 })
    let result = try engine.run(query, subscriptions: tenant.subscriptions)
    var bytes: [UInt8] = [UInt8(ascii: "[")]
    result.appendObjects(0..<min(records, result.count), to: &bytes)
    bytes.append(UInt8(ascii: "]"))
    return ByteStore(bytes)
  }

  /// As a run reads them, but for the inventory.
  ///
  /// - Parameter brings: Whether values are made, as of a record that has changed.
  private static func read(_ page: JSONSlice, _ mapper: RecordMapper, brings: Bool) -> UInt64 {
    let reader = mapper.makeReader()
    var sum: UInt64 = 0
    for record in page.elements {
      reader.read(record)
      guard reader.malformation() == nil, reader.key(.id) != nil, reader.key(.resource) != nil else { continue }
      sum &+= reader.digest(of: .control).value &+ reader.digest(of: .finding).value
      if brings {
        sum &+= UInt64(reader.values(of: .control).dropped.count + reader.values(of: .finding).dropped.count)
      }
    }
    return sum
  }
}
