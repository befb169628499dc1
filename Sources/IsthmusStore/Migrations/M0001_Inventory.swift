extension Migration {
  /// Connectors, runs, assets with their sources, controls, findings.
  ///
  /// Findings are narrow: what belongs to a recommendation stands in `control_variant`, what many findings
  /// share word for word in `finding_detail`, what follows from the scope's listings nowhere.
  static let inventory = Migration(
    version: 1, statements: settings + runs + assets + findings)

  private static let settings = [
    "CREATE TABLE store (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE TABLE connector (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, product_name TEXT NOT NULL) STRICT
    """,
    // Subscription × stream; `listings` counts the whole ones.
    """
    CREATE TABLE scope (
      id INTEGER PRIMARY KEY, connector_id INTEGER NOT NULL REFERENCES connector, stream TEXT NOT NULL,
      name TEXT NOT NULL, title TEXT NOT NULL, listings INTEGER NOT NULL DEFAULT 0, listed_at INTEGER,
      UNIQUE (connector_id, stream, name)) STRICT
    """,
  ]

  private static let runs = [
    """
    CREATE TABLE run (
      id INTEGER PRIMARY KEY AUTOINCREMENT, connector_id INTEGER NOT NULL REFERENCES connector,
      profile TEXT NOT NULL, stage TEXT NOT NULL, result TEXT, started_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL, finished_at INTEGER, resumptions INTEGER NOT NULL DEFAULT 0,
      map TEXT NOT NULL, map_version INTEGER NOT NULL, score_map TEXT NOT NULL, counters TEXT NOT NULL,
      checkpoint TEXT NOT NULL, error TEXT, active_seconds REAL NOT NULL DEFAULT 0) STRICT
    """,
    "CREATE INDEX run_by_connector ON run (connector_id, id)",
    """
    CREATE TABLE run_scope (
      run_id INTEGER NOT NULL REFERENCES run, scope_id INTEGER NOT NULL REFERENCES scope,
      received INTEGER NOT NULL, total INTEGER, coverage TEXT NOT NULL, PRIMARY KEY (run_id, scope_id))
    STRICT, WITHOUT ROWID
    """,
    // What the run has seen: bits over source and finding numbers, 4096 a row.
    """
    CREATE TABLE run_seen (
      run_id INTEGER NOT NULL, stream INTEGER NOT NULL, chunk INTEGER NOT NULL, bits BLOB NOT NULL,
      PRIMARY KEY (run_id, stream, chunk)) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE run_log (
      id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL, at INTEGER NOT NULL, level TEXT NOT NULL,
      message TEXT NOT NULL) STRICT
    """,
    "CREATE INDEX run_log_by_run ON run_log (run_id, id)",
    """
    CREATE TABLE reject (
      id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL, stream TEXT NOT NULL, scope TEXT, record_id TEXT,
      target TEXT, reason TEXT NOT NULL, kind TEXT NOT NULL, raw TEXT NOT NULL) STRICT
    """,
    "CREATE INDEX reject_by_run ON reject (run_id, stream, record_id)",
  ]

  private static let assets = [
    """
    CREATE TABLE asset (
      id INTEGER PRIMARY KEY AUTOINCREMENT, external_asset_id TEXT, name TEXT, host_name TEXT, fqdn TEXT,
      hardware_uuid TEXT, serial_number TEXT,
      operating_system_name TEXT, operating_system_version TEXT, mac_address TEXT, ip_address TEXT,
      mac_addresses TEXT, ip_addresses TEXT, public_ip_addresses TEXT, cloud_provider TEXT, cloud_resource_id TEXT,
      cloud_account_id TEXT, cloud_region TEXT, resource_group TEXT, vm_size TEXT, power_state TEXT, cloud_tags TEXT,
      created_on INTEGER, is_exposed INTEGER NOT NULL DEFAULT 0, criticality INTEGER NOT NULL DEFAULT 2,
      score REAL NOT NULL DEFAULT 0, factors TEXT, open_findings INTEGER NOT NULL DEFAULT 0,
      first_found INTEGER NOT NULL, gone_at INTEGER) STRICT
    """,
    "CREATE INDEX asset_by_score ON asset (score, id) WHERE gone_at IS NULL",
    // A resource of a connector, by its id without case. Findings hang on it, and so follow it on a merge.
    // assessed_id: the id as findings write it, where that is not as the host's row does.
    """
    CREATE TABLE resource (
      id INTEGER PRIMARY KEY, connector_id INTEGER NOT NULL REFERENCES connector, folded_id TEXT NOT NULL,
      written_id TEXT NOT NULL, assessed_id TEXT, asset_id INTEGER REFERENCES asset, source_id INTEGER, scope_id INTEGER,
      UNIQUE (connector_id, folded_id)) STRICT
    """,
    "CREATE INDEX resource_by_asset ON resource (asset_id)",
    "CREATE INDEX resource_by_scope ON resource (scope_id)",
    "CREATE INDEX resource_by_folded_id ON resource (folded_id)",
    // What one connector says of one host.
    """
    CREATE TABLE source (
      id INTEGER PRIMARY KEY, connector_id INTEGER NOT NULL REFERENCES connector, external_asset_id TEXT NOT NULL,
      resource_id INTEGER NOT NULL REFERENCES resource, asset_id INTEGER NOT NULL REFERENCES asset,
      scope_id INTEGER NOT NULL REFERENCES scope, is_present INTEGER NOT NULL DEFAULT 1, attributes TEXT NOT NULL,
      digest INTEGER NOT NULL, first_found INTEGER NOT NULL, changed_at INTEGER NOT NULL, gone_at INTEGER,
      last_seen INTEGER, UNIQUE (connector_id, external_asset_id, resource_id)) STRICT
    """,
    "CREATE INDEX source_by_asset ON source (asset_id)",
    "CREATE INDEX source_by_scope ON source (scope_id, is_present)",
    """
    CREATE TABLE identification (
      id INTEGER PRIMARY KEY, asset_id INTEGER NOT NULL REFERENCES asset, source_id INTEGER NOT NULL,
      run_id INTEGER NOT NULL, at INTEGER NOT NULL, rule TEXT NOT NULL, outcome TEXT NOT NULL) STRICT
    """,
    "CREATE INDEX identification_by_asset ON identification (asset_id, id)",
  ]

  private static let findings = [
    """
    CREATE TABLE control (
      id INTEGER PRIMARY KEY, connector_id INTEGER NOT NULL REFERENCES connector, key TEXT NOT NULL,
      finding_suffix TEXT NOT NULL, variant_id INTEGER NOT NULL, UNIQUE (connector_id, key)) STRICT
    """,
    """
    CREATE TABLE control_variant (
      id INTEGER PRIMARY KEY, control_id INTEGER NOT NULL, digest INTEGER NOT NULL, attributes TEXT NOT NULL,
      category TEXT NOT NULL, severity_text TEXT NOT NULL, severity INTEGER NOT NULL, qds INTEGER NOT NULL,
      UNIQUE (control_id, digest)) STRICT
    """,
    """
    CREATE TABLE finding_detail (
      id INTEGER PRIMARY KEY, connector_id INTEGER NOT NULL, digest INTEGER NOT NULL, attributes TEXT NOT NULL,
      UNIQUE (connector_id, digest)) STRICT
    """,
    // external_id: only where it is not the resource's id and the control's suffix.
    // variant_id: only where the control's own value is another.
    // AUTOINCREMENT: findings are removed, and people keep their numbers.
    """
    CREATE TABLE finding (
      id INTEGER PRIMARY KEY AUTOINCREMENT, resource_id INTEGER NOT NULL REFERENCES resource,
      control_id INTEGER NOT NULL REFERENCES control, external_id TEXT, variant_id INTEGER, detail_id INTEGER,
      posture INTEGER, severity INTEGER NOT NULL, qds INTEGER NOT NULL, opened_listing INTEGER,
      source_first INTEGER, source_updated INTEGER, first_found INTEGER, last_found INTEGER, last_fixed INTEGER,
      reopened INTEGER, fix_cause INTEGER, ingested INTEGER NOT NULL, digest INTEGER NOT NULL) STRICT
    """,
    "CREATE UNIQUE INDEX finding_identity ON finding (resource_id, control_id, ifnull(external_id, ''))",
    "CREATE INDEX finding_open ON finding (qds, id) WHERE opened_listing IS NOT NULL",
    "CREATE INDEX finding_by_control ON finding (control_id)",
    "CREATE INDEX finding_with_variant ON finding (control_id) WHERE variant_id IS NOT NULL",
    // Turning points after the first one, which the finding itself tells.
    """
    CREATE TABLE finding_event (
      id INTEGER PRIMARY KEY, finding_id INTEGER NOT NULL, run_id INTEGER NOT NULL, at INTEGER NOT NULL,
      turn TEXT NOT NULL, cause TEXT) STRICT
    """,
    "CREATE INDEX finding_event_by_finding ON finding_event (finding_id, id)",
  ]
}
