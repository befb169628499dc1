package import IsthmusCore

/// A value of a field, as plainly as it can be kept.
package enum NaiveValue: Sendable, Hashable {
  /// Also enumerations, addresses and ids that are texts.
  case text(String)
  /// Also dates, as microseconds, and row numbers.
  case number(Int64)
  case truth(Bool)
}

/// A record, or an element of a list, that a query's tests are about.
package struct NaiveRecord: Sendable {
  /// A field that is missing has no value.
  package var values: [QueryField: NaiveValue]
  /// Records that belong to this one and have nothing of their own below them.
  package var elements: [QueryScope: [NaiveRecord]]
  /// Custom attributes as each source says them, in place of those above where a condition asks which source it is;
  /// nil: the same.
  package var customAttributesBySource: [NaiveRecord]?

  package init(_ values: [QueryField: NaiveValue] = [:], elements: [QueryScope: [NaiveRecord]] = [:]) {
    self.values = values
    self.elements = elements
  }
}

/// Rows of an inventory for ``NaiveInventory/matches(_:)``.
package struct NaiveInventory: Sendable {
  package var assets: [NaiveRecord]
  package var findings: [NaiveRecord]
  /// For each finding the place of its asset; nil for one without.
  package var assetOfFinding: [Int?]
  /// Places of findings that can't be reached from their asset.
  package var hidden: Set<Int> = []

  package init(assets: [NaiveRecord], findings: [NaiveRecord], assetOfFinding: [Int?]) {
    self.assets = assets
    self.findings = findings
    self.assetOfFinding = assetOfFinding
  }

  package enum Place: Sendable, Hashable {
    case asset(Int)
    case finding(Int)
    case element(NaiveElement)
  }

  /// Wrapped, since ``NaiveRecord`` itself is compared nowhere.
  package struct NaiveElement: Sendable, Hashable {
    package var values: [QueryField: NaiveValue]
  }

  package func values(at place: Place) -> [QueryField: NaiveValue] {
    switch place {
    case .asset(let index): assets[index].values
    case .finding(let index): findings[index].values
    case .element(let element): element.values
    }
  }

  /// The records of `scope` that belong to the one at `place`.
  ///
  /// - Parameter asksSource: Whether it matters which source says it.
  package func records(_ scope: QueryScope, of place: Place, asksSource: Bool = false) -> [Place] {
    switch (place, scope) {
    case (.asset(let index), .finding):
      findings.indices.filter { assetOfFinding[$0] == index && !hidden.contains($0) }.map(Place.finding)
    case (.asset(let index), .customAttribute) where asksSource && assets[index].customAttributesBySource != nil:
      (assets[index].customAttributesBySource ?? []).map { .element(NaiveElement(values: $0.values)) }
    case (.finding(let index), .asset): assetOfFinding[index].map { [.asset($0)] } ?? []
    case (.asset(let index), _): Self.elements(assets[index], scope)
    case (.finding(let index), _): Self.elements(findings[index], scope)
    case (.element, _): []
    }
  }

  private static func elements(_ record: NaiveRecord, _ scope: QueryScope) -> [Place] {
    (record.elements[scope] ?? []).map { .element(NaiveElement(values: $0.values)) }
  }
}
