extension Migration {
  /// Quotas of sources, for the processes that share an inventory in PostgreSQL.
  static let quotaWindows = Migration(version: 11, statements: [], inPostgreSQL: [PostgreSQLQuotas.table])
}
