/// What a decision on all that a query finds would be on.
package struct FindingTotals: Sendable, Hashable {
  package var findings: Int
  /// On which these are.
  package var hosts: Int
  package var open: Int
  /// On which a person's decision holds.
  package var decided: Int

  package init(findings: Int, hosts: Int, open: Int, decided: Int) {
    self.findings = findings
    self.hosts = hosts
    self.open = open
    self.decided = decided
  }
}
