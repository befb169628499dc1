package import IsthmusCore

/// A connector kind: the integration itself. One folder, one target, one type that meets this.
package protocol ConnectorKind: Sendable {
  static var descriptor: KindDescriptor { get }

  /// Makes a connection from validated settings; sends nothing yet.
  ///
  /// Called once a run and once a check.
  /// - Throws: ``ConnectorError`` of kind `configuration` if the settings can't work.
  static func connect(
    _ settings: ConnectionSettings, in environment: ConnectionEnvironment
  ) throws(ConnectorError) -> any SourceConnection
}

/// What a kind is, as data: forms, models and the run are made from it.
package struct KindDescriptor: Sendable {
  /// As in the configuration file: `defender-for-cloud`.
  package var name: String
  /// As `inventory.source` and `finding.vendorProductName` have it: `Defender for Cloud`.
  package var productName: String
  /// Who makes the product, as `finding.vendorName` has it: `Microsoft`.
  package var vendorName: String
  package var description: String
  package var settings: [SettingDescriptor]
  package var sourceModel: DataModel
  package var defaultMap: TransformMap
  package var hosts: StreamDescriptor
  package var findings: StreamDescriptor
  /// Which findings a profile without a choice of its own takes.
  package var defaultSelection: FindingSelection
  /// Whether a resource id, in lower case, is that of a host.
  package var isHost: @Sendable (_ foldedResourceID: String) -> Bool

  package init(
    name: String, productName: String, vendorName: String, description: String, settings: [SettingDescriptor],
    sourceModel: DataModel,
    defaultMap: TransformMap, hosts: StreamDescriptor, findings: StreamDescriptor,
    defaultSelection: FindingSelection, isHost: @escaping @Sendable (String) -> Bool
  ) {
    self.name = name
    self.productName = productName
    self.vendorName = vendorName
    self.description = description
    self.settings = settings
    self.sourceModel = sourceModel
    self.defaultMap = defaultMap
    self.hosts = hosts
    self.findings = findings
    self.defaultSelection = defaultSelection
    self.isHost = isHost
  }
}

extension KindDescriptor {
  package func descriptor(of stream: SourceStream) -> StreamDescriptor { stream == .hosts ? hosts : findings }

  /// A map made ready for the records of a stream.
  ///
  /// - Parameters:
  ///   - isLenient: Whether records need not have the shape that the source promises, as in examples.
  ///   - seed: The store's, see ``Digest``.
  package func mapper(
    _ map: TransformMap, of stream: SourceStream, isLenient: Bool = false, seed: UInt64
  ) throws(MapError) -> RecordMapper {
    let descriptor = descriptor(of: stream)
    return try RecordMapper(
      map, from: sourceModel, to: .inventory, levels: stream == .hosts ? [.asset] : [.control, .finding],
      keys: descriptor.keys, shape: isLenient ? [] : descriptor.shape, common: descriptor.common, seed: seed)
  }
}

package struct StreamDescriptor: Sendable {
  package var keys: [RecordKey: SourceExpression]
  package var shape: [ShapeRule]
  /// What all records of a control have in common, if they are records of controls.
  package var common: [SourceExpression]
  /// Whether a text, in lower case, can be the id of such a record: a row with another one tells nothing.
  package var isRecordID: @Sendable (String) -> Bool

  package init(
    keys: [RecordKey: SourceExpression], shape: [ShapeRule], common: [SourceExpression] = [],
    isRecordID: @escaping @Sendable (String) -> Bool
  ) {
    self.keys = keys
    self.shape = shape
    self.common = common
    self.isRecordID = isRecordID
  }
}

/// Which findings a profile takes, by the source's own words, compared without case.
package struct FindingSelection: Sendable, Hashable {
  /// Statuses that make a finding of a row that is not known yet.
  package var statuses: Set<String>
  package var excludedCategories: Set<String>

  package init(statuses: Set<String>, excludedCategories: Set<String>) {
    self.statuses = Set(statuses.map { $0.lowercased() })
    self.excludedCategories = Set(excludedCategories.map { $0.lowercased() })
  }

  package func takes(category: String) -> Bool { !excludedCategories.contains(category.lowercased()) }
  package func takes(status: String) -> Bool { statuses.contains(status.lowercased()) }
}

/// One connection setting, for forms, files and their errors.
package struct SettingDescriptor: Sendable {
  package enum Form: Sendable, Hashable {
    case text, url, guid, secret, path
    /// `{file: PATH}` of a secret that is read whenever it is needed.
    case secretFile
    case choice([String])
    /// A list of texts, or the word `all`.
    case listOrAll
    case list
  }

  package var key: String
  package var form: Form
  package var isRequired: Bool
  package var description: String
  /// Of the settings with the same word here exactly one is given; nil: it stands by itself.
  package var oneOf: String?
  /// Looks into a secret before it is kept: when it ends at its source, if it says so.
  ///
  /// - Throws: ``ConnectorError`` of kind `configuration` for one that can't work; nothing of the secret is in it.
  package var inspect: (@Sendable (Secret) throws(ConnectorError) -> Timestamp?)?

  package init(
    _ key: String, _ form: Form, required: Bool = false, oneOf: String? = nil, _ description: String,
    inspect: (@Sendable (Secret) throws(ConnectorError) -> Timestamp?)? = nil
  ) {
    self.key = key
    self.form = form
    isRequired = required
    self.oneOf = oneOf
    self.description = description
    self.inspect = inspect
  }
}

/// Settings as configured, by key; the secrets are already resolved.
package struct ConnectionSettings: Sendable {
  package var texts: [String: String] = [:]
  package var lists: [String: [String]] = [:]
  package var secrets: [String: Secret] = [:]
  package var secretFiles: [String: SecretFile] = [:]
  package init() {}
}

/// What a connection is given from outside.
package struct ConnectionEnvironment: Sendable {
  package var makeTransport: @Sendable (TransportSettings) throws(ConnectorError) -> any HTTPTransport
  package var time: ClientTime
  /// The pacer of a principal, the same one for all its runs. `standard` is what the source documents of its quota; the name
  /// holds no secret, and is the same in all processes.
  package var pacer: @Sendable (_ principal: String, _ standard: QuotaLimit) -> QuotaPacer
  package var meter: TrafficMeter

  package init(
    makeTransport: @escaping @Sendable (TransportSettings) throws(ConnectorError) -> any HTTPTransport,
    time: ClientTime, pacer: @escaping @Sendable (String, QuotaLimit) -> QuotaPacer, meter: TrafficMeter
  ) {
    self.makeTransport = makeTransport
    self.time = time
    self.pacer = pacer
    self.meter = meter
  }
}
