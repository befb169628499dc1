extension RuleBook {
  /// Where a source row comes from.
  package struct Origin: Sendable, Hashable {
    package var connector: Int64
    package var externalAssetID: String
    /// The connector's id of the resource, in lower case.
    package var foldedResourceID: String

    package init(connector: Int64, externalAssetID: String, foldedResourceID: String) {
      self.connector = connector
      self.externalAssetID = externalAssetID
      self.foldedResourceID = foldedResourceID
    }
  }

  /// A host with more values for a rule is compared by its 64 smallest: the same ones wherever it is listed.
  package static let keyLimit = 64

  /// What a source row with these values can be identified by.
  ///
  /// - Parameter disabled: Names of the rules that the row's connector has turned off.
  package func evidence(
    of values: AttributeValues, from origin: Origin, disabled: Set<String> = []
  ) -> IdentityEvidence {
    let off = rules.filter { $0.canBeTurnedOff && disabled.contains($0.name) }
    var evidence = IdentityEvidence(turnedOff: Set(off.map(\.name)))
    var compared: [String: ComparedValues] = [:]
    for rule in rules where !evidence.turnedOff.contains(rule.name) {
      if rule == .nativeKey {
        // The source's own id, as it stands.
        if origin.externalAssetID.isEmpty { continue }
        evidence.keys.append(
          IdentityKey(rule: rule.name, values: [origin.externalAssetID], connector: origin.connector))
        continue
      }
      for attribute in rule.attributes where compared[attribute] == nil {
        compared[attribute] = ComparedValues(of: attribute, in: values, from: origin)
      }
      add(rule, rule.attributes.compactMap { compared[$0] }, to: &evidence)
    }
    return evidence
  }

  /// One key for each combination of the attributes' values.
  private func add(_ rule: IdentificationRule, _ columns: [ComparedValues], to evidence: inout IdentityEvidence) {
    for column in columns {
      for (value, reason) in column.weak {
        evidence.weak.append(WeakValue(rule: rule.name, value: value, reason: reason))
      }
    }
    // Values are sorted, and so are their combinations: what is cut off are the largest.
    var combinations: [[String]] = [[]]
    for column in columns {
      let longer = combinations.flatMap { combination in column.usable.map { combination + [$0] } }
      if longer.count > Self.keyLimit {
        let left = longer[Self.keyLimit...].first.map { IdentityKey(rule: rule.name, values: $0).shown }
        evidence.weak.append(WeakValue(rule: rule.name, value: left ?? "", reason: .tooMany))
      }
      combinations = Array(longer.prefix(Self.keyLimit))
    }
    evidence.keys += combinations.map { IdentityKey(rule: rule.name, values: $0) }
  }
}
