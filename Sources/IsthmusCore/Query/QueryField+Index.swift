extension QueryField {
  /// Why a store answers tests of the field by a look at every finding, for want of an index; nil if it has one.
  ///
  /// Each index is written again by every page of a run, and holds an entry for each of a million findings: what is
  /// asked for seldom, or together with something that an index answers, has none.
  package var reasonWithoutIndex: String? {
    switch self {
    case .statusCause, .portalURL, .productVendor, .productName, .createdBy, .updatedBy:
      "texts that findings share are compared once each; which findings have them stands in the findings only"
    case .findingCustomAttributeKey, .findingCustomAttributeValue:
      "a finding may have attributes of its own beside its control's"
    case .lastFound: "of an open finding it follows from the listings of its subscription"
    case .fixCause, .timeToRemediate: "asked for with a date mostly, and `finding.lastFixedDate` has an index"
    case .ingested, .sourceFirstEvaluated: "asked for seldom; `finding.firstFoundDate` has an index"
    default: nil
    }
  }
}
