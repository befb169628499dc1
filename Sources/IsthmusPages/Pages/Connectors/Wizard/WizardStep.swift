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
      "What the connector is called, what it brings, and how it reaches the tenant. In Azure: an app registration with the role Reader on the subscriptions."
    case .model:
      "What the source says of hosts and findings, and what the inventory keeps of it. There is nothing to choose."
    case .map: "How the source's records become the inventory's: the built-in map, or a copy of it that you change."
    case .profile:
      "What a run takes in, and when runs begin by themselves. A connector may have several profiles."
    case .scoring:
      "What each of the source's severities weighs: five rows, and a severity for values that no row expects."
    case .rules:
      "By which attributes records are one host. They are tried in this order, and you can go on without a change."
    case .review: "What you chose. Confirming it makes a draft a connector that runs."
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

  struct Profile: Sendable {
    let name: String
    let path: String
    let isShown: Bool
    let status: String
    let schedule: String
  }

  /// What was chosen in a step.
  struct Section: Sendable {
    let title: String
    let path: String
    let facts: [Fact]
    /// What keeps the connector from running, if it is in this step.
    let problem: String
  }

  let title: String
  let steps: [Step]
  let stepTitle: String
  let intro: String
  let action: String
  let tag: String
  let isDraft: Bool
  let isNew: Bool
  let isConnection: Bool
  let isMap: Bool
  let isProfile: Bool
  let isScoring: Bool
  let isReview: Bool
  /// Whether a button comes first that the return key must not press.
  let hasOtherFirst: Bool
  let problem: String
  let effects: [String]
  let groups: [ItemForm.Group]
  let tables: [Table]
  let sections: [Section]
  let nextRuns: [String]
  let links: [Link]
  let check: ShownCheck?
  let leave: String
  let profiles: [Profile]
  /// Of the profile that the form is about.
  let profileNumber: Int
  /// Where one more is made; empty where the form is that.
  let newProfile: String
  /// What the button says that takes the profile away; empty where it can't be.
  let removal: String
  /// The score map whose rows are shown, its tag, and what rows of the connector's own would be called.
  let scoreMap: String
  let scoreMapTag: String
  let ownMap: String
}
