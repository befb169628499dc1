extension Migration {
  /// Who decided, in a finding's history too: a decision that is taken back leaves nothing else behind.
  static let decisionAuthors = Migration(
    version: 8,
    statements: [
      // As the audit log names them; unknown for decisions before, but for those that still hold.
      "ALTER TABLE finding_event ADD COLUMN decided_by TEXT",
      """
      UPDATE finding_event SET decided_by = (
        SELECT d.decided_by FROM finding_decision d
        WHERE d.finding_id = finding_event.finding_id AND d.kind = turn AND d.decided_at = at)
      WHERE turn IN ('ignored', 'riskAccepted')
      """,
    ])
}
