/// The steps by which a connector is set up, in the order of the connector guide.
enum WizardStep: String, Sendable, CaseIterable {
  case connection
  case model = "data-model"
  case map = "transform-map"
  case profile
  case scoring
  case rules = "identification-rules"
  case review

  var title: String {
    switch self {
    case .connection: "Basic details"
    case .model: "Data model"
    case .map: "Transform map"
    case .profile: "Profile"
    case .scoring: "Scoring"
    case .rules: "Identification rules"
    case .review: "Review and confirm"
    }
  }

  var intro: String {
    switch self {
    case .connection:
      "What the connector is called, and how it reaches the tenant. In Azure: an app registration with the role Reader on the subscriptions."
    case .model:
      "What the source says of hosts and findings, and what the inventory keeps of it. There is nothing to choose."
    case .map: "How the source's records become the inventory's: the built-in map, or a copy of it that you changed."
    case .profile: "What a run takes in, and when runs begin by themselves."
    case .scoring:
      "What each of the source's severities weighs: five rows, and a severity for texts that no row expects."
    case .rules:
      "By which attributes records are one host. They are tried in this order; of those with a toggle one stays on."
    case .review: "What you chose. Saving makes a draft a connector that runs."
    }
  }

  var next: WizardStep? {
    let all = Self.allCases
    return all.firstIndex(of: self).flatMap { $0 + 1 < all.count ? all[$0 + 1] : nil }
  }
}

struct WizardPage: Sendable {
  struct Step: Sendable {
    let number: Int
    let title: String
    /// Empty where it can't be gone to yet.
    let path: String
    let isCurrent: Bool
  }

  struct Row: Sendable {
    let cells: [String]
  }

  /// A table that only shows.
  struct Table: Sendable {
    let caption: String
    let headings: [String]
    let rows: [Row]
  }

  let title: String
  let steps: [Step]
  let stepTitle: String
  let intro: String
  let action: String
  let tag: String
  let isDraft: Bool
  let isNew: Bool
  let isReview: Bool
  let isConnection: Bool
  let problem: String
  let groups: [ItemForm.Group]
  let tables: [Table]
  let facts: [Fact]
  let nextRuns: [String]
  let links: [Link]
  let check: ShownCheck?
  let leave: String
}
