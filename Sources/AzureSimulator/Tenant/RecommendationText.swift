/// Made-up prose for a recommendation: plausible, stable, of a wanted length. HTML as the service writes it.
struct RecommendationText: Sendable {
  let description: String
  let remediation: String

  /// - Parameters:
  ///   - revision: Counts the days on which the texts were changed.
  ///   - length: Wanted length of each text in bytes; met within a sentence.
  init(of recommendation: Recommendation, index: Int, seed: UInt64, revision: Int, length: Int) {
    var dice = Dice(seed, .text, index, revision)
    let title = recommendation.name
    let opening =
      "Defender for Cloud has found resources to which this applies: \(title). "
      + (revision > 0 ? "This guidance was revised (revision \(revision)). " : "")
    description = Self.fill(opening, to: length - 60 + dice.below(120), from: Self.reasons, separator: " ", &dice)
    remediation = Self.fill(
      "To remediate '\(title)':<br>", to: length - 60 + dice.below(120), from: Self.steps, separator: "<br>", &dice)
  }

  private static func fill(
    _ opening: String, to length: Int, from sentences: [String], separator: String, _ dice: inout Dice
  ) -> String {
    var text = opening
    var position = dice.below(sentences.count)
    var number = 1
    while text.utf8.count < length {
      let sentence = sentences[position % sentences.count]
      text += separator == "<br>" ? "\(number). \(sentence)\(separator)" : "\(sentence)\(separator)"
      number += 1
      // A step that shares no factor with the length of the list visits each sentence before one comes again.
      position += 5
    }
    return text
  }

  private static let reasons = [
    "Attackers look for systems that are reachable and lack this protection, and use them as a first foothold.",
    "A setting that differs from the baseline makes it harder to tell an intrusion from ordinary use.",
    "The assessment runs every 12 to 24 hours, and the result may lag behind a change by that time.",
    "Where a compensating control exists, exempt the resource and state the reason in the exemption.",
    "Security teams use the result of this check as evidence in audits of the environment.",
    "Data that is written to temporary disks and caches may be read by others if it is not protected.",
    "Without this control, changes that are made by an attacker may stay unnoticed for a long time.",
    "Regulatory standards such as \"PCI DSS\" and ISO 27001 ask for an equivalent control.",
    "The control applies to production and to test environments alike, since credentials often reach both.",
    "Credentials that are found on an unprotected host let an attacker move on to other resources.",
    "If the resource is shut down, its last known state is shown until it is evaluated again.",
    "Learn more about this recommendation and its effect on the secure score in the documentation.",
    "The resource is evaluated by means of the policy that is assigned with the default initiative.",
  ]

  private static let steps = [
    "Open the resource in the portal and select <b>Configuration</b> in the menu.",
    "Review the list of affected resources with their owner and agree on a maintenance window.",
    "Select <b>Fix</b>, confirm the parameters, and then select <b>Remediate resources</b>.",
    "Assign the policy with the effect <i>DeployIfNotExists</i> so that new resources comply from the start.",
    "Install the extension by script: <code>az vm extension set --name \"AzurePolicy\" --resource-group RG</code>.",
    "Restart the machine if the change asks for it, and check that its services are up again.",
    "Wait up to 24 hours until the resource is assessed again and shows as healthy.",
    "If the change cannot be made, create an exemption with an expiry date and a reason.",
    "Restrict access to the addresses and ports that the workload really needs.",
    "Document the change in the ticket, with the output of <code>az security assessment show</code>.",
    "Repeat the steps for the other resources of the same resource group.",
  ]
}

/// Further facts of `metadata` that are made up per recommendation, the same on each day.
struct RecommendationTraits: Sendable {
  let userImpact: String
  let implementationEffort: String
  let threats: [String]
  let tactics: [String]
  let techniques: [String]
  /// `MM/dd/yyyy`-like text, as the service gives dates of publication.
  let published: String
  /// Share of hosts that fail, in thousandths, before the host's own care is taken into account.
  let failShare: Int
  /// Share of hosts to which it does not apply, in thousandths.
  let exemptShare: Int

  init(of recommendation: Recommendation, index: Int, seed: UInt64) {
    var dice = Dice(seed, .recommendation, index, 1)
    let levels = ["Low", "Low", "Moderate", "Moderate", "High"]
    userImpact = dice.pick(levels)
    implementationEffort = dice.pick(levels)
    threats = Self.choose(1 + dice.below(3), of: Self.allThreats, &dice)
    let attacks = Self.choose(1 + dice.below(3), of: Array(Self.allTechniques.indices), &dice)
    var tactics: [String] = []
    for attack in attacks where !tactics.contains(Self.allTechniques[attack].tactic) {
      tactics.append(Self.allTechniques[attack].tactic)
    }
    self.tactics = tactics
    techniques = attacks.map { Self.allTechniques[$0].technique }
    published = "\(KQLDate.pad(1 + dice.below(12), 2))/\(KQLDate.pad(1 + dice.below(28), 2))/\(2021 + dice.below(5))"
    failShare = recommendation.isUpdate ? 420 : 50 + dice.below(320)
    exemptShare = 40 + dice.below(120)
  }

  private static func choose<Element>(_ count: Int, of elements: [Element], _ dice: inout Dice) -> [Element] {
    var elements = elements
    for position in 0..<min(count, elements.count) {
      elements.swapAt(position, position + dice.below(elements.count - position))
    }
    return Array(elements.prefix(count))
  }

  private static let allThreats = [
    "accountBreach", "dataExfiltration", "dataSpillage", "maliciousInsider", "elevationOfPrivilege",
    "threatResistance", "missingCoverage", "denialOfService",
  ]

  private static let allTechniques: [(tactic: String, technique: String)] = [
    ("Initial Access", "Exploit Public-Facing Application"), ("Initial Access", "Valid Accounts"),
    ("Credential Access", "Brute Force"), ("Credential Access", "Unsecured Credentials"),
    ("Execution", "Command and Scripting Interpreter"), ("Persistence", "Create or Modify System Process"),
    ("Privilege Escalation", "Exploitation for Privilege Escalation"), ("Defense Evasion", "Impair Defenses"),
    ("Defense Evasion", "Rootkit"), ("Lateral Movement", "Remote Services"), ("Discovery", "Network Service Discovery"),
    ("Collection", "Data from Local System"), ("Exfiltration", "Exfiltration Over Web Service"),
    ("Impact", "Data Encrypted for Impact"), ("Impact", "Resource Hijacking"),
    ("Command and Control", "Application Layer Protocol"),
  ]
}
